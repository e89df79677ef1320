"""CloudFormation: stacks deployed through the same APIs that a person calls."""

from . import api, changesets, views  # noqa: F401
