"""A stack's parameters: declared, given, checked, and SSM-typed ones looked up."""

import re

from botocore.exceptions import ClientError

from ..api.inside import client
from ..api.request import AwsError

_SSM = "AWS::SSM::Parameter::Value<"


def read(template, given, previous, region):
    """(values by name as strings, resolved values by name; a list type resolves to a list).

    `given` is the API's list of ParameterKey/ParameterValue/UsePreviousValue, `previous` the values of the stack before.
    Raises ValidationError as AWS words it.
    """
    declared = template.get("Parameters", {})
    unknown = [p["ParameterKey"] for p in given if p["ParameterKey"] not in declared]
    if unknown:
        raise AwsError("ValidationError", f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values = {}
    for p in given:
        name = p["ParameterKey"]
        if p.get("UsePreviousValue"):
            if name not in previous:
                raise AwsError("ValidationError", f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template")
            values[name] = previous[name]
        else:
            values[name] = p.get("ParameterValue", "")
    for name, spec in declared.items():
        if name not in values and "Default" in spec:
            values[name] = _text(spec["Default"])
    missing = [name for name in declared if name not in values]
    if missing:
        raise AwsError("ValidationError", f"Parameters: [{', '.join(missing)}] must have values")
    values = {name: values[name] for name in declared}
    for name, value in values.items():
        _check(name, value, declared[name])
    return values, {name: _resolve(name, value, declared[name].get("Type", "String"), region) for name, value in values.items()}


def shown(stack):
    """The parameters as DescribeStacks answers them."""
    declared, answer = stack.spec.template.get("Parameters", {}), []
    for name, value in stack.spec.parameters.items():
        spec = declared.get(name, {})
        hidden = str(spec.get("NoEcho", False)).lower() == "true"
        one = {"ParameterKey": name, "ParameterValue": "****" if hidden else value}
        if spec.get("Type", "").startswith(_SSM):
            resolved = stack.spec.resolved[name]
            one["ResolvedValue"] = ",".join(resolved) if isinstance(resolved, list) else resolved
        answer.append(one)
    return answer


def _resolve(name, value, kind, region):
    if kind.startswith(_SSM):
        inner = kind[len(_SSM):-1]
        try:
            found = client("ssm", region).get_parameter(Name=value)["Parameter"]["Value"]
        except ClientError:
            raise AwsError("ValidationError", f"Unable to fetch parameters [{value}] from parameter store for this account.") from None
        return _listed(found) if inner.startswith("List<") or inner == "CommaDelimitedList" else found
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return _listed(value)
    return value


def _listed(value):
    return [part.strip() for part in value.split(",")] if value else []


def _check(name, value, spec):
    said = spec.get("ConstraintDescription")

    def refuse(rule):
        raise AwsError("ValidationError", f"Parameter '{name}' must {said}" if said else f"Parameter '{name}' {rule}")
    if spec.get("Type") == "Number":
        try:
            number = float(value)
        except ValueError:
            raise AwsError("ValidationError", f"Parameter '{name}' must be a number.") from None
        if "MinValue" in spec and number < float(spec["MinValue"]):
            refuse(f"must be a number not less than {spec['MinValue']}")
        if "MaxValue" in spec and number > float(spec["MaxValue"]):
            refuse(f"must be a number not greater than {spec['MaxValue']}")
    listed = _listed(value) if spec.get("Type", "") == "CommaDelimitedList" else [value]
    if "AllowedValues" in spec:
        allowed = [_text(v) for v in spec["AllowedValues"]]
        if any(v not in allowed for v in listed):
            refuse(f"must be one of AllowedValues: [{', '.join(allowed)}]")
    if "AllowedPattern" in spec and any(not re.fullmatch(spec["AllowedPattern"], v) for v in listed):
        refuse(f"failed to satisfy constraint: must match pattern {spec['AllowedPattern']}")
    if "MinLength" in spec and len(value) < int(spec["MinLength"]):
        refuse(f"must contain at least {spec['MinLength']} characters")
    if "MaxLength" in spec and len(value) > int(spec["MaxLength"]):
        refuse(f"must contain at most {spec['MaxLength']} characters")


def _text(value):
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
