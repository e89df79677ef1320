"""What moto works out anew for every call, or for every account that is emptied, worked out once. The answers are the same.

- which of a value's attributes may hold a member of an answer: it tries some ten names for each member of each structure;
- an item of DynamoDB is in its wire form already;
- its own folders and the methods of its handlers, listed for every call;
- AWS's managed policies, which are megabytes of JSON.
"""

import base64
import functools
from types import SimpleNamespace

from moto import backends
from moto.core import responses
from moto.core.serialize import MISSING, AttributePickerContext, BaseJSONSerializer, ResponseSerializer, XFormedAttributePicker
from moto.core.utils import get_value
from moto.iam.models import IAMBackend

_get_value, _structure = ResponseSerializer.get_value, BaseJSONSerializer._serialize_type_structure
_managed_policies, _list_modules = IAMBackend._init_aws_policies, backends.list_of_moto_modules


def _picked(self, value, key, shape):
    picker = self._value_picker
    if type(picker) is not XFormedAttributePicker or picker.response_transformers:
        return _get_value(self, value, key, shape)
    known = shape.__dict__.setdefault("_driftmend_names", {})
    names = known.get((key, type(value)))
    if names is None:
        tried = picker.get_possible_keys(AttributePickerContext(obj=value, key=key, shape=shape))
        names = known[key, type(value)] = tuple(dict.fromkeys(tried))
    if type(value) is dict:
        return next((value[name] for name in names if name in value), None)
    for name in names:
        found = get_value(value, name, MISSING)
        if found is not MISSING:
            return found
    return None


def _written(self, serialized, value, shape, key):
    if key and shape.name == "AttributeValue" and type(value) is dict and self.service_model.service_name == "dynamodb":
        serialized[self.get_serialized_name(shape, key)] = _on_the_wire(value)
    else:
        _structure(self, serialized, value, shape, key)


def _on_the_wire(value):
    (kind, held), = value.items()
    match kind:
        case "M":
            return {"M": {name: _on_the_wire(one) for name, one in held.items()}}
        case "L":
            return {"L": [_on_the_wire(one) for one in held]}
        case "B":
            return {"B": _text(held)}
        case "BS":
            return {"BS": [_text(one) for one in held]}
    return value


def _text(held):
    return base64.b64encode(held).decode()


@functools.cache
def _read_once(region_name):
    return _managed_policies(SimpleNamespace(region_name=region_name, account_id="aws"))


def _policies(self):
    return [_of_account(policy, self.account_id) for policy in _read_once(self.region_name)]


def _of_account(policy, account):
    """Each account counts for itself what its policies are attached to."""
    own = object.__new__(type(policy))
    own.__dict__ = {**policy.__dict__, "account_id": account, "versions": list(policy.versions), "tags": dict(policy.tags)}
    return own


@functools.cache
def _modules():
    return frozenset(_list_modules())


def install():
    ResponseSerializer.get_value = _picked
    BaseJSONSerializer._serialize_type_structure = _written
    IAMBackend._init_aws_policies = _policies
    backends.list_of_moto_modules = _modules
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)


install()
