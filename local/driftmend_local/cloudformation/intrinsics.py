"""CloudFormation's intrinsic functions and conditions, evaluated against parameters and the resources made so far."""

import base64
import ipaddress
import itertools
import json
import re

from ..api.request import AwsError

NO_VALUE = object()
_SUB = re.compile(r"\$\{(!?)([^}]*)\}")
_DYNAMIC = re.compile(r"\{\{resolve:ssm:([^:}]+)(?::(\d+))?\}\}")
_FUNCTIONS = {
    "Fn::GetAtt": "_get_att", "Fn::Sub": "_sub", "Fn::Join": "_join", "Fn::Select": "_select", "Fn::Split": "_split",
    "Fn::FindInMap": "_find_in_map", "Fn::Base64": "_base64", "Fn::Cidr": "_cidr", "Fn::GetAZs": "_get_azs",
    "Fn::ImportValue": "_import_value", "Fn::If": "_if", "Fn::Equals": "_equals", "Fn::And": "_and", "Fn::Or": "_or", "Fn::Not": "_not",
    "Fn::Length": "_length", "Fn::ToJsonString": "_to_json_string"}


def references(value):
    """Every logical id, parameter and pseudo parameter that a template fragment names."""
    if isinstance(value, list):
        return set().union(*map(references, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found = set()
    for key, inner in value.items():
        if key == "Ref" and isinstance(inner, str):
            found.add(inner)
        elif key == "Fn::GetAtt":
            found.add(inner.split(".")[0] if isinstance(inner, str) else inner[0])
            found |= references(inner[1:]) if isinstance(inner, list) else set()
        elif key == "Fn::Sub":
            text, own = (inner, {}) if isinstance(inner, str) else inner
            found |= {n.split(".")[0].strip() for literal, n in _SUB.findall(text) if not literal and n not in own}
            found |= references(own)
        else:
            found |= references(inner)
    return found


class Resolver:
    """`refs(name)` and `attribute(name, attr)` look a resource up; `exports` is a dict; `ssm(name, version)` reads a parameter."""

    def __init__(self, template, parameters, pseudo, refs, attribute, exports, ssm, zones):
        self._template, self._parameters, self._pseudo = template, parameters, pseudo
        self._refs, self._attribute, self._exports, self._ssm, self._zones = refs, attribute, exports, ssm, zones
        self._conditions = {}

    def condition(self, name):
        if name not in self._conditions:
            conditions = self._template.get("Conditions", {})
            if name not in conditions:
                raise _invalid(f"Unresolved condition {name}")
            self._conditions[name] = self._truth(conditions[name])
        return self._conditions[name]

    def holds(self, item):
        """Whether the Condition of a resource or output, if it has one, is true."""
        return self.condition(item["Condition"]) if "Condition" in item else True

    def resolve(self, value):
        """The value without intrinsics; a member that is AWS::NoValue disappears."""
        if isinstance(value, list):
            return [r for r in map(self.resolve, value) if r is not NO_VALUE]
        if isinstance(value, str):
            return _DYNAMIC.sub(lambda m: self._ssm(m.group(1), m.group(2)), value) if "{{resolve:" in value else value
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            key, inner = next(iter(value.items()))
            if key == "Ref":
                return self._ref(inner)
            if key == "Condition" and isinstance(inner, str) and inner in self._template.get("Conditions", {}):
                return self.condition(inner)
            if key in _FUNCTIONS:
                return getattr(self, _FUNCTIONS[key])(inner)
            if key.startswith("Fn::"):
                raise _invalid(f"The local AWS does not know the function {key}")
        resolved = {k: self.resolve(v) for k, v in value.items()}
        return {k: v for k, v in resolved.items() if v is not NO_VALUE}

    def _ref(self, name):
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._parameters:
            return self._parameter(name)
        return self._refs(name)

    def _parameter(self, name):
        value = self._parameters[name]
        return self.resolve(value) if isinstance(value, str) and "{{resolve:" in value else value

    def _get_att(self, inner):
        name, attribute = inner.split(".", 1) if isinstance(inner, str) else (inner[0], self.resolve(inner[1]))
        return self._attribute(name, attribute)

    def _sub(self, inner):
        text, own = (inner, {}) if isinstance(inner, str) else (inner[0], self.resolve(inner[1]))

        def one(match):
            literal, name = match.groups()
            name = name.strip()
            if literal:
                return "${" + name + "}"
            if name in own:
                return _text(own[name])
            return _text(self._get_att(name) if "." in name else self._ref(name))
        return self.resolve(_SUB.sub(one, text))

    def _join(self, inner):
        return self.resolve(inner[0]).join(_text(v) for v in self.resolve(inner[1]))

    def _select(self, inner):
        index, values = int(self.resolve(inner[0])), self.resolve(inner[1])
        if not 0 <= index < len(values):
            raise _invalid(f"Template error: Fn::Select cannot select nonexistent value at index {index}")
        return values[index]

    def _split(self, inner):
        return self.resolve(inner[1]).split(inner[0])

    def _find_in_map(self, inner):
        name, first, second = (self.resolve(part) for part in inner[:3])
        try:
            return self.resolve(self._template["Mappings"][name][first][second])
        except KeyError:
            if len(inner) > 3 and "DefaultValue" in inner[3]:
                return self.resolve(inner[3]["DefaultValue"])
            raise _invalid(f"Template error: Unable to get mapping for {name}::{first}::{second}") from None

    def _base64(self, inner):
        return base64.b64encode(_text(self.resolve(inner)).encode()).decode()

    def _cidr(self, inner):
        block, count, *bits = self.resolve(inner)
        network = ipaddress.ip_network(block)
        prefix = network.max_prefixlen - int(bits[0] if bits else 8)
        return [str(net) for net in itertools.islice(network.subnets(new_prefix=prefix), int(count))]

    def _get_azs(self, inner):
        return self._zones(self.resolve(inner) or self._pseudo["AWS::Region"])

    def _import_value(self, inner):
        name = self.resolve(inner)
        if name not in self._exports:
            raise _invalid(f"No export named {name} found.")
        return self._exports[name]

    def _if(self, inner):
        return self.resolve(inner[1] if self.condition(inner[0]) else inner[2])

    def _equals(self, inner):
        left, right = (self.resolve(part) for part in inner)
        return _text(left) == _text(right)

    def _and(self, inner):
        return all([self._truth(part) for part in inner])

    def _or(self, inner):
        return any([self._truth(part) for part in inner])

    def _not(self, inner):
        return not self._truth(inner[0])

    def _length(self, inner):
        return len(self.resolve(inner))

    def _to_json_string(self, inner):
        return json.dumps(self.resolve(inner), separators=(",", ":"))

    def _truth(self, value):
        return self.resolve(value) in (True, "true")


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)


def _invalid(message):
    return AwsError("ValidationError", message)
