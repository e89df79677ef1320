"""The template as written, and as CloudFormation gets it."""

from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse
from translation import transform

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def source() -> dict:
    return yaml_parse((ROOT / "template.yaml").read_text())


@pytest.fixture(scope="session")
def template(source) -> dict:
    return transform(source)


@pytest.fixture(scope="session")
def resources(template) -> dict:
    return template["Resources"]


@pytest.fixture
def of_type(resources):
    """Properties of every resource of a type, by logical id; the type must be there."""

    def find(kind: str) -> dict:
        found = {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}
        assert found, f"no {kind} in the template"
        return found

    return find
