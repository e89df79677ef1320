"""What every resource handler builds on: calls with arguments made to fit, names, tags, the registry."""

import functools
import random
import string

from moto.core.utils import get_service_model

from ...api.inside import client
from ...api.request import AwsError

_handlers = {}


class Handler:
    """`create` gives (physical id, attributes for GetAtt); `update` gives the same, or None where AWS would replace."""

    def create(self, ctx, p):
        raise NotImplementedError

    def update(self, ctx, old, new):
        return None

    def delete(self, ctx, p):
        pass


def handles(*types):
    def keep(handler):
        for name in types:
            _handlers[name] = handler()
        return handler
    return keep


def handler_of(resource_type):
    if resource_type not in _handlers:
        raise AwsError("ValidationError", f"The local AWS does not deploy {resource_type}")
    return _handlers[resource_type]


class Context:
    """The stack and the resource that a handler works for."""

    def __init__(self, stack, resource):
        self.stack, self.resource, self.region = stack, resource, stack.region

    @property
    def id(self):
        return self.resource.physical_id

    def keep(self, physical_id):
        """Note the id as soon as the thing exists, so that a later failure of the same step takes it away again."""
        self.resource.physical_id = physical_id
        return physical_id

    def call(self, service, method, properties=None, /, **more):
        """Call an API with those properties that its request has, in the types that it wants; `more` wins."""
        api = client(service, self.region)
        shape = get_service_model(service).operation_model(api.meta.method_to_api_mapping[method]).input_shape
        arguments = fitted(shape, properties or {}) | {k: fitted(shape.members[k], v) for k, v in more.items() if v is not None}
        return getattr(api, method)(**arguments)

    def name(self, limit=255, lower=False):
        """A name as CloudFormation makes it up: stack, logical id, and letters that make it unique."""
        tail = "".join(random.choices(string.ascii_uppercase + string.digits, k=12))
        room = limit - len(tail) - 2
        half = room // 2
        stack_part = self.stack.name[:max(half, room - len(self.resource.logical_id))].rstrip("-")  # No name may have two dashes in a row.
        name = f"{stack_part}-{self.resource.logical_id[:room - len(stack_part)]}-{tail}"
        return name.lower() if lower else name

    def own_tags(self):
        return {"aws:cloudformation:stack-name": self.stack.name, "aws:cloudformation:stack-id": self.stack.id,
                "aws:cloudformation:logical-id": self.resource.logical_id}

    def tag_map(self, p, key="Tags"):
        declared = p.get(key) or {}
        if isinstance(declared, list):
            declared = {t["Key"]: str(t["Value"]) for t in declared}
        return {**self.stack.spec.tags, **declared, **self.own_tags()}

    def tags(self, p):
        return [{"Key": k, "Value": v} for k, v in self.tag_map(p).items()]

    def ec2_tags(self, kind, p):
        return [{"ResourceType": kind, "Tags": self.tags(p)}]

    def retag_ec2(self, resource_id, old, new):
        """Bring the tags of an EC2 resource from the old properties to the new."""
        before, after = self.tag_map(old), self.tag_map(new)
        gone = [{"Key": k} for k in before if k not in after]
        if gone:
            self.call("ec2", "delete_tags", Resources=[resource_id], Tags=gone)
        if after != before:
            self.call("ec2", "create_tags", Resources=[resource_id], Tags=self.tags(new))


def is_true(value):
    """A template's true is a boolean or a text."""
    return str(value).lower() == "true"


def changed(old, new):
    """Names of the properties that differ."""
    return {k for k in old.keys() | new.keys() if old.get(k) != new.get(k)}


def fitted(shape, value):
    """A template's value in the type of an API's shape: "80" becomes 80, "true" True; members that the API lacks go."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        names = _members(shape)
        return {names[k.lower()]: fitted(shape.members[names[k.lower()]], v) for k, v in value.items()
                if k.lower() in names and v is not None}
    if kind == "list":
        return [fitted(shape.member, v) for v in (value if isinstance(value, list) else [value])]
    if kind == "map" and isinstance(value, dict):
        return {k: fitted(shape.value, v) for k, v in value.items()}
    if kind in ("integer", "long"):
        return int(value)
    if kind in ("double", "float"):
        return float(value)
    if kind == "boolean":
        return str(value).lower() == "true"
    if kind == "string" and not isinstance(value, str):
        return ("true" if value else "false") if isinstance(value, bool) else str(value)
    return value


@functools.cache
def _members(shape):
    return {name.lower(): name for name in shape.members}
