"""The cases of the diagnosis: they are well formed and enough, and every hop of the walk is broken by one."""

from collections import Counter

import pytest
from driftmend_score import steps
from driftmend_score.cases import Wrong
from driftmend_score.diagnosis import cases

# Only a template or a deployment breaks these; the stages of the exercise do.
NOT_INJECTED = {"target-group", "deployment"}


@pytest.fixture(scope="module")
def loaded():
    return cases.load()


def test_there_are_enough_faults_alone_and_in_twos_and_some_states_without_any(loaded):
    sorts = Counter(one.sort for one in loaded)
    assert sorts["one fault"] >= 25 and sorts["two faults"] >= 15 and sorts["nothing broken"] >= 5, sorts


def test_every_hop_is_broken_and_every_symptom_seen(loaded):
    assert {hop for one in loaded for hop in one.broken} == set(cases.HOPS) - NOT_INJECTED
    assert {one.seen for one in loaded} == set(cases.SEEN)


def test_every_call_of_every_case_is_one_of_the_service_s_api(loaded):
    assert [f"{one.name}: {mistake}" for one in loaded for step in one.do + one.back for mistake in steps.mistakes(step)] == []


@pytest.mark.parametrize(("text", "mistake"), [
    ("{seen: none, verdict: ok}", "puts it back"),
    ("{seen: none, verdict: ok, back: [{start: $Instance}], broken: [app, dns]}", "order of the walk"),
    ("{seen: none, verdict: ok, back: [{start: $Instance}], broken: [apps]}", "order of the walk"),
    ("{seen: none, verdict: degraded, back: [{start: $Instance}], broken: app}", "explained by a hop"),
    ("{seen: none, verdict: degraded, back: [{start: $Instance}], broken: app, explainedBy: dns}", "not broken"),
    ("{seen: none, verdict: outage, back: [{start: $Instance}], broken: app, explainedBy: app}", "an outage is seen"),
    ("{seen: '500', verdict: ok, back: [{start: $Instance}]}", "seen is one of"),
    ("{seen: none, verdict: ok, back: [{revive: $Instance}]}", "neither service.operation"),
])
def test_a_case_that_is_not_well_formed_is_refused_with_its_file_and_its_mistake(tmp_path, text, mistake):
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "wrong.yaml").write_text(f"cases: [{text.replace('{', '{case: one, do: [{kill: $Instance}], ', 1)}]")
    with pytest.raises(Wrong, match="wrong.yaml: one: ") as refused:
        cases.load(tmp_path)
    assert mistake in str(refused.value)


def test_a_double_names_two_cases_that_are_there(tmp_path):
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "wrong.yaml").write_text("cases: [{case: one, both: [two, three], seen: none, verdict: ok}]")
    with pytest.raises(Wrong, match="no case is called 'two'"):
        cases.load(tmp_path)
