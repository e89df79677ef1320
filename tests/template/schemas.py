"""The property names of the guarded types by the CloudFormation resource schemas that cfn-lint ships.

`python tests/template/schemas.py` writes them anew for the Java tests; read the difference before you commit it.
"""

import re
from pathlib import Path

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

FOLDER = Path(__file__).resolve().parents[2] / "functions" / "src" / "test" / "resources" / "schemas"
REGION = "us-east-1"
KINDS = Path(__file__).resolve().parents[2] / "docs" / "drifts.md"
# The document is written from the kinds themselves.
TYPES = re.findall(r"^## (AWS::[\w:]+)", KINDS.read_text(), re.MULTILINE)


def properties(kind: str) -> list[str]:
    """The top-level properties of a type, read-only ones included, sorted."""
    return sorted(PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema["properties"])


def file(kind: str) -> Path:
    return FOLDER / (kind.replace("::", "-") + ".txt")


def text(kind: str) -> str:
    return "".join(name + "\n" for name in properties(kind))


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for each in TYPES:
        file(each).write_text(text(each))
