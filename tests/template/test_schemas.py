"""The Java test that asks for every property's coverage asks by the schemas of the cfn-lint that is installed."""

import pytest
import schemas


@pytest.mark.parametrize("kind", schemas.TYPES)
def test_the_committed_property_names_are_those_of_the_schema(kind):
    assert schemas.properties(kind), f"cfn-lint knows no property of {kind}"
    assert schemas.file(kind).read_text() == schemas.text(kind), "run python tests/template/schemas.py"


def test_no_file_is_left_of_a_type_that_is_not_guarded():
    assert sorted(schemas.FOLDER.iterdir()) == sorted(set(map(schemas.file, schemas.TYPES)))
