"""The diagnosis: its cases are well formed and enough, some of them and the stages of the exercise come out as they are written down."""

from collections import Counter

import pytest
from driftmend_exercise.__main__ import STAGES as STORY
from driftmend_exercise.stages import Network, Stage, differences
from driftmend_score import sheet, steps
from driftmend_score.cases import Wrong
from driftmend_score.diagnosis import cases, play
from driftmend_score.diagnosis import sheet as part
from driftmend_score.diagnosis.site import Sites

STAGES = list(STORY)
SOME = {"the rule that lets the load balancer reach the instance is revoked", "the application takes half a minute for its clients",
        "health is asked on a path that the application does not have", "closed to clients, and the application down"}
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


def test_the_sheet_belongs_to_the_present_cases(loaded):
    text = sheet.PATH.read_text(encoding="utf-8")
    assert sheet.digest_of_diagnosis(text) == part.digest(), "the cases have changed since the sheet was written: make score"
    assert [one.name for one in loaded if one.name not in text] == []


@pytest.fixture(scope="module")
def system():
    with Sites(pairs=0) as running:
        yield running


@pytest.fixture(scope="module")
def network(system):
    return Network(system.client("ec2"))


@pytest.mark.parametrize("stage", STAGES)
def test_a_template_that_was_never_deployed_has_the_faults_that_are_written_down(system, stage):
    played = Stage(stage, system)
    assert differences(played.diagnose_template(), played.expected["declared"]) == []
    assert differences(played.diagnose_template(with_app=False), played.expected["without app"]) == []


@pytest.mark.parametrize("stage", STAGES[:-1])
def test_a_deployed_stage_makes_the_symptom_and_has_the_faults_that_are_written_down(system, network, stage):
    deployed = Stage(stage, system)
    deployed.deploy(network)
    assert deployed.check()[0] == deployed.expected["deployed"]["seen"]
    assert differences(deployed.diagnose(), deployed.expected["deployed"]) == []
    deployed.remove()


def test_some_faults_are_seen_and_reported_as_they_are_written_down(system, loaded):
    chosen = [one for one in loaded if one.name in SOME]
    assert len(chosen) == len(SOME)
    assert [(one.case.name, one.shortfalls) for one in play.play(chosen, system.sites) if not one.is_good] == []
