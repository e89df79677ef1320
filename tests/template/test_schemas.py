"""The Java test that asks for every property's coverage asks by the schemas of the cfn-lint that is installed."""

import gzip
import re
import sys
from pathlib import Path

import pytest
import schemas

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "functions" / "schemas"))
import distil  # noqa: E402


@pytest.mark.parametrize("kind", schemas.TYPES)
def test_the_committed_property_names_are_those_of_the_schema(kind):
    assert schemas.properties(kind), f"cfn-lint knows no property of {kind}"
    assert schemas.file(kind).read_text() == schemas.text(kind), "run python tests/template/schemas.py"


def test_no_file_is_left_of_a_type_that_is_not_guarded():
    assert sorted(schemas.FOLDER.iterdir()) == sorted(set(map(schemas.file, schemas.TYPES)))


def test_the_table_of_all_types_is_that_of_the_schemas_and_small_in_the_archive():
    text = distil.TABLE.read_text(encoding="utf-8")
    assert text == distil.table(), "run make schemas"
    assert len(gzip.compress(text.encode())) < 160_000


def test_every_quirk_is_of_a_type_and_a_property_that_exist_and_says_its_source():
    types = {block.split("\n")[0] for block in re.split(r"\n(?=AWS::)", distil.TABLE.read_text(encoding="utf-8"))}
    for line in filter(None, (distil.TABLE.parent / "quirks.txt").read_text(encoding="utf-8").splitlines()):
        if not line.startswith("#"):
            kind, path, rule, source = line.split(" ", 3)
            assert kind in types, line
            assert path == "*" or path.split("/")[0] in schemas.properties(kind), line
            assert re.match(r"(seen|reported|docs)\b", source), line
