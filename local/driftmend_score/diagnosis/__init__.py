"""Faults on the path from a client to the application, injected into the local AWS, and what Driftmend says of them."""
