"""The policies of the guard's roles as CloudFormation writes them: every intrinsic evaluated, for some names of stacks and load balancers."""

import re

VALUES = {
    "AWS::Partition": "aws",
    "AWS::Region": "ap-southeast-2",
    "AWS::AccountId": "111122223333",
    "AWS::StackName": "driftmend",
    "AWS::StackId": "arn:aws:cloudformation:ap-southeast-2:111122223333:stack/driftmend/11111111-2222-3333-4444-555555555555",
    "Vpc": "vpc-0aaaaaaaaaaaaaaa1",
    "LoadBalancer.LoadBalancerFullName": "app/own/0123456789abcdef",
    "HasTrail": True,
}
# What a guard alone has no value for: whoever asks for one fails.
OF_WORKLOAD = ("Vpc", "LoadBalancer.LoadBalancerFullName")
# As long as the ARN of a generated name is.
GENERATED = "arn:aws:service:ap-southeast-2:111122223333:kind/driftmend-{}-ABCDEFGHIJKL"


def with_names(stacks=(), balancers=(), vpcs=(), workload=True) -> dict:
    own = {name: value for name, value in VALUES.items() if workload or name not in OF_WORKLOAD}
    return own | {
        "HasWorkload": workload,
        "ReachesLoadBalancers": workload or bool(balancers),
        "ReachesVpcs": workload or bool(vpcs),
        "GuardedStacks": list(stacks),
        "HasGuardedStacks": bool(stacks),
        "GuardedLoadBalancers": list(balancers),
        "HasGuardedLoadBalancers": bool(balancers),
        "GuardedVpcs": list(vpcs),
        "HasGuardedVpcs": bool(vpcs),
    }


def evaluate(node, values: dict):
    """The few intrinsics of the policies, evaluated as CloudFormation does."""
    match node:
        case {"Ref": "AWS::NoValue"}:
            return None
        case {"Ref": name}:
            return _value(name, values)
        case {"Fn::GetAtt": [name, attribute]}:
            return values.get(f"{name}.{attribute}", GENERATED.format(name))
        case {"Fn::Sub": [text, own]}:
            return evaluate({"Fn::Sub": text}, values | evaluate(own, values))
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([^}]+)\}", lambda found: _value(found[1], values), text)
        case {"Fn::If": [condition, yes, no]}:
            return evaluate(yes if values[condition] else no, values)
        case {"Fn::Join": [delimiter, parts]}:
            return delimiter.join(evaluate(part, values) for part in evaluate(parts, values))
        case {"Fn::Split": [delimiter, text]}:
            return evaluate(text, values).split(delimiter)
        case dict():
            return {name: evaluate(inner, values) for name, inner in node.items()}
        case list():
            return [inner for inner in (evaluate(one, values) for one in node) if inner is not None]
        case _:
            return node


def _value(name: str, values: dict):
    assert name in values or name not in OF_WORKLOAD, f"a guard alone has no {name}"
    return values.get(name, GENERATED.format(name))


def inline(resources: dict, role: str, **names) -> list[dict]:
    values = with_names(**names)
    return [evaluate(policy["PolicyDocument"], values) for policy in resources[role]["Properties"].get("Policies", [])]


def denials(resources: dict, **names) -> dict:
    return evaluate(resources["GuardDenials"]["Properties"]["PolicyDocument"], with_names(**names))


def statement(documents: list[dict], sid: str) -> dict:
    return next(one for document in documents for one in document["Statement"] if one["Sid"] == sid)
