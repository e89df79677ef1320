"""One handler per CloudFormation resource type, over the same service APIs that a person calls."""

from .base import Context, handler_of
from . import addresses, balancing, compute, delivery, functions, identity, network, network_acls, observing, security_groups, storing  # noqa: F401

__all__ = ["Context", "handler_of"]
