"""What refers to what inside a CloudFormation template."""

import re
from collections.abc import Iterator


def references(node) -> Iterator[str]:
    """Every name that Ref, Fn::GetAtt and Fn::Sub inside `node` refer to: resources, parameters, pseudo parameters."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref":
                yield value
            elif key == "Fn::GetAtt":
                yield (value.split(".") if isinstance(value, str) else value)[0]
            elif key == "Fn::Sub":
                yield from _sub(value)
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def _sub(value) -> Iterator[str]:
    text, variables = value if isinstance(value, list) else (value, {})
    yield from references(variables)
    for name in re.findall(r"\$\{([^!}][^}]*)\}", text):
        if name not in variables:
            yield name.split(".")[0]


def dependencies(resources: dict) -> dict[str, set[str]]:
    """Logical id to the logical ids that must exist before it."""

    def explicit(resource: dict) -> list[str]:
        depends = resource.get("DependsOn", [])
        return [depends] if isinstance(depends, str) else depends

    return {
        name: ({*references(one.get("Properties", {})), *references(one.get("Metadata", {})), *explicit(one)} & resources.keys())
        for name, one in resources.items()
    }
