"""Elastic Load Balancing: its API, and load balancers that really forward."""
