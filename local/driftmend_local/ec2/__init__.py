"""EC2 where moto differs from AWS, and what its network lets through."""
