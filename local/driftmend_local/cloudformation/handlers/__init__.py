"""One handler per CloudFormation resource type, over the same service APIs that a person calls."""

from .base import Context, handler_of
from . import balancing, compute, delivery, functions, identity, network, observing, security_groups, storing  # noqa: F401

__all__ = ["Context", "handler_of"]
