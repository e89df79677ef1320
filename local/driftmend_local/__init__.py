"""The local AWS: moto's server with its gaps filled, and what no emulator has."""
