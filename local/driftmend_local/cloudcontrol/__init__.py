"""The Cloud Control API: resources of a few types as the read handlers of their services give them."""

from . import api  # noqa: F401
