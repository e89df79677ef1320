"""The scoring sheet: its cases are well formed and enough, the sheet is theirs, and one case of each kind comes out as it says."""

import re
from collections import Counter

import pytest
from driftmend_score import __main__ as score
from driftmend_score import cases, sheet, steps

# The document is written from the kinds themselves.
KINDS = set(re.findall(r"^### Drifts of (AWS::[\w:]+)", (sheet.ROOT / "docs" / "drifts.md").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.fixture(scope="module")
def loaded():
    return cases.load()


def test_there_are_enough_cases_of_every_kind_and_not_too_many_of_them_edit_rules(loaded):
    mutations, legitimate = loaded
    by_kind = Counter(one.kind for one in mutations)
    assert by_kind.keys() == KINDS | {cases.GUARD}
    assert min(by_kind.values()) >= 4, by_kind
    assert len(mutations) >= 80 and len(legitimate) >= 30
    assert 3 * sum(one.is_rule_edit for one in mutations) <= len(mutations)


def test_everything_that_there_is_to_show_is_shown_by_a_mutation(loaded):
    shown = {cell for one in loaded[0] for cell in one.shows}
    named = [cell for _, cell in cases.cells()]
    assert sorted(named) == sorted(set(named)) and shown == set(named)


def test_every_call_of_every_case_is_one_of_the_service_s_api(loaded):
    assert [f"{one.name}: {mistake}" for part in loaded for one in part for step in one.do + one.back for mistake in steps.mistakes(step)] == []


@pytest.mark.parametrize(("text", "mistake"), [
    ("cases: [{case: one, kind: x, do: [{ec2.describe_vpcs: {}}]}]", "no drifts"),
    ("cases: [{case: one, kind: x, do: [{ec2.describe_vpcs: {}}], drifts: A B EXTRA AWFUL repaired, writes: [X]}]", "REACHABLE, LATENT"),
    ("cases: [{case: one, kind: x, do: [{ec2.describe_vpcs: {}}], drifts: A B EXTRA NONE repaired}]", "takes writes"),
    ("cases: [{case: one, kind: x, do: [{describe_vpcs: {}}], drifts: A B EXTRA NONE reported}]", "service.operation"),
    ("cases: [{case: one, kind: x, do: [], drifts: A B EXTRA NONE reported}]", "list of steps"),
    ("cases: [{case: one, kind: x, colour: red, do: [{ec2.describe_vpcs: {}}], drifts: A B EXTRA NONE reported}]", "colour"),
    ("cases: [{case: one, kind: x, do: [{iam.put_role_policy: {PolicyDocument: {Version: 2012-10-17}}}], drifts: A B EXTRA NONE reported}]", "quotes"),
])
def test_a_case_that_is_not_well_formed_is_refused_with_its_file_and_its_mistake(tmp_path, text, mistake):
    (tmp_path / "mutations").mkdir()
    (tmp_path / "mutations" / "wrong.yaml").write_text(text)
    with pytest.raises(cases.Wrong, match="wrong.yaml: one: ") as refused:
        cases.load(tmp_path)
    assert mistake in str(refused.value)


def test_the_sheet_belongs_to_the_present_cases(loaded):
    text = sheet.PATH.read_text(encoding="utf-8")
    assert sheet.digest_of(text) == sheet.digest(), "the cases have changed since the sheet was written: make score"
    assert [one.name for part in loaded for one in part if one.name not in text] == []


def test_one_case_of_each_kind_and_ten_legitimate_states_come_out_as_they_say(loaded):
    results = score.play(score.chosen(loaded[0] + loaded[1], quick=True), say=lambda text: None)
    assert {one.case.kind for one in results} == KINDS | {cases.GUARD, "legitimate"}
    assert [score.line(one) for one in results if not one.is_good] == []
