"""Distils the resource schemas of CloudFormation that cfn-lint carries into one table: what the comparison of any type needs, and no prose.

Run by `make schemas`, which takes the cfn-lint that tests/requirements.txt pins (MIT-0; the schemas are those of us-east-1, which has every type). The
table is committed as text, a block per type in the order of their names, so that an update of the schemas is a diff that can be read:

    AWS::Logs::LogGroup
     id LogGroupName                   parts of Cloud Control's identifier, in its order
     read-only Arn ...                 never declared with effect, or made by the service: not compared
     write-only ...                    never given back: not compared
     create-only ...                   no update can change it
     unordered ...                     lists whose order the schema says does not count
     as CODE PATH ...                  what the service makes of a declared value (CODES below)
     maps ...                          objects whose keys are the user's own
     tags Tags                         which property has the tags
     unreadable                        Cloud Control cannot read it
     without-update                    readable, but no update
     read logs:DescribeLogGroups ...   what reading it needs

A path has no leading slash, `*` for every element of a list.
"""

import importlib.resources
import json
import re
import sys
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src" / "main" / "resources" / "dev" / "driftmend" / "kind" / "any" / "schemas.txt"
REGION = "us-east-1"

# What a propertyTransform (JSONata, with AWS's own `$OR` between alternatives) comes to, X for the value. One that is not here makes a value that differs
# unverifiable: `as other`. https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-model-false-drift.html
CODES = (
    ("case", r"\$(lower|upper)case\(X\)( \$OR (X|\$(lower|upper)case\(X\)))?"),
    ("last", r"\$lowercase\(\$substringAfter\(X, \"/\"\)\)|\$substringAfter\(X, \"/\"\)( \$OR X)?|\$split\(X, [\"'][\w-]*[/:][\"']\)\[-1\]( \$OR .*)?"),
    ("version", r"\$join\(\[\$string\(X\), \"\.\*\"\]\)"),
    ("two-parts", r"\$join\(\$split\(X, \"\.\", 2\), \"\.\"\)"),
    ("trimmed", r"\$replace\(X, /\\s\+\$/, ''\)|\$replace\(X, /\n\$/, ''\)|\$join\(\[X, \"\n\"\]\)"),
    ("dot", r"(X \$OR )?\$join\(\[X, \"\.\"\]\)( \$OR .*)?|\$lowercase\(\$replace\(X, /\(\.\*\)\\\.\$/, \"\$1\"\)\)"),
    ("arn", r"(X \$OR )?(\$split\(X, \"role/\"\)\[-1\] \$OR )?\$join\(\[\"[(^]*arn:[^\"]*(kms|iam|cluster)[^\"]*\", X\]\)( \$OR \$join\(.*\))?"),
    ("milliseconds", r"X \* 1000"),
    ("revision", r"X \$OR \$join\(\[\"arn:[^\"]*task-definition/\", \$contains\(X,\":\"\).*"),
    ("last", r"\$lookup\(\$match\(X,/\(arn:\(aws\[a-zA-Z-\]\*\)\?:lambda:.*"),
    ("custom", r"'custom:' & '' & X"),
    ("protocol", r"\(\$mapVal := \$lookup\(\{'1': 'icmp'.*\$mapVal \? \$mapVal : \$lowercase\(X\)\)"),
    ("port", r"\(\$mapVal := \$lookup\(\{'1': 'icmp'.*\? X : -1\)"),
    ("block", r"X~>function\(\$c(idr)?\).*"),
)


def table():
    """The whole text."""
    data = importlib.resources.files("cfnlint") / "data" / "schemas"
    provider = json.loads((data / "providers" / f"{REGION}.json").read_text(encoding="utf-8"))
    blocks = []
    for name in sorted(provider):
        schema = json.loads((data / "resources" / f"{provider[name]}.json").read_text(encoding="utf-8"))
        blocks.append("\n".join([name, *_rows(schema)]))
    return "\n".join(blocks) + "\n"


def _rows(schema):
    handlers = schema.get("handlers", {})
    yield " id " + " ".join(_paths(schema.get("primaryIdentifier", []), keep_order=True))
    for name, key in (("read-only", "readOnlyProperties"), ("write-only", "writeOnlyProperties"), ("create-only", "createOnlyProperties")):
        paths = _outermost(_paths(schema.get(key, [])))
        if paths:
            yield f" {name} {' '.join(paths)}"
    for name, paths in zip(("unordered", "maps"), _shapes(schema), strict=True):
        if paths:
            yield f" {name} {' '.join(sorted(paths))}"
    transforms = {}
    for path, expression in schema.get("propertyTransform", {}).items():
        found = _path(path)
        transforms.setdefault(_code(found, expression), []).append(found)
    for code in sorted(transforms):
        yield f" as {code} {' '.join(sorted(transforms[code]))}"
    tags = schema.get("tagging", {}).get("tagProperty")
    if tags and _path(tags) in schema.get("properties", {}):
        yield f" tags {_path(tags)}"
    if "read" not in handlers:
        yield " unreadable"
    elif "update" not in handlers:
        yield " without-update"
    permissions = sorted(set(handlers.get("read", {}).get("permissions", [])))
    if permissions:
        yield " read " + " ".join(permissions)


def _path(pointer):
    """Some schemas write `properties` between the parts too, or leave out the first slash."""
    return "/".join(part for part in pointer.split("/") if part and part not in ("properties", "items"))


def _paths(pointers, keep_order=False):
    paths = list(dict.fromkeys(_path(one) for one in pointers))
    return paths if keep_order else sorted(paths)


def _outermost(paths):
    """What lies below another one is said by it."""
    return [one for one in paths if not any(one.startswith(other + "/") for other in paths)]


def _shapes(schema):
    """Paths of the lists that say `insertionOrder: false`, and of the objects that name no properties; each definition once a branch."""
    definitions, unordered, maps = schema.get("definitions", {}), set(), set()

    def walk(node, path, inside):
        if not isinstance(node, dict) or len(path) > 12:
            return
        reference = node.get("$ref", "").removeprefix("#/definitions/")
        if reference:
            if reference not in inside:
                walk(definitions.get(reference), path, inside | {reference})
            return
        if "items" in node:
            if node.get("insertionOrder") is False:
                unordered.add("/".join(path))
            walk(node["items"], (*path, "*"), inside)
        variants = [inner for variant in ("oneOf", "anyOf", "allOf") for inner in node.get(variant, [])]
        if "object" in node.get("type", ()) and not node.get("properties") and not variants:
            maps.add("/".join(path))
        for name, inner in node.get("properties", {}).items():
            walk(inner, (*path, name), inside)
        for inner in variants:
            walk(inner, path, inside)

    walk({"properties": schema.get("properties", {})}, (), frozenset())
    return unordered, maps


def _code(path, expression):
    parts = [part for part in path.split("/") if part != "*"]
    said = expression.replace(".".join(parts), "X")
    said = re.sub(rf"\b{re.escape(parts[-1])}\b", "X", said).strip()
    return next((code for code, pattern in CODES if re.fullmatch(pattern, said, re.DOTALL)), "other")


if __name__ == "__main__":
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(table(), encoding="utf-8")
    sys.stdout.write(f"written: {TABLE.name}, {TABLE.read_text(encoding='utf-8').count(chr(10) + ' id ')} types\n")
