"""The steps of the scoring sheet's cases that are no API call, and in which company a case is played."""

import pytest
from driftmend_score import cases, play, steps


class Verbs:
    """Answers as the local AWS does, and keeps what was asked."""

    def __init__(self):
        self.asked = []

    def peer_group(self, account):
        self.asked.append(account)
        return {"GroupId": "sg-0123456789abcdef0", "UserId": account}

    def rest(self, nothing):
        self.asked.append(nothing)


def case(name, stack="driftmend", alone=False):
    return cases.Case(name, "file.yaml", "AWS::EC2::SecurityGroup", ({"rest": None},), stack=stack, wants_all=alone)


def test_what_a_verb_answers_can_be_taken_and_named_in_the_next_step():
    verbs = Verbs()
    stage = steps.Stage(None, verbs, {})
    stage.play([{"peer_group": "111122223333", "take": {"peer": "GroupId", "owner": "UserId"}}, {"rest": None}, {"peer_group": "$owner"}])
    assert stage.names == {"peer": "sg-0123456789abcdef0", "owner": "111122223333"}
    assert verbs.asked == ["111122223333", None, "111122223333"]
    assert stage.taken == ["sg-0123456789abcdef0", "111122223333"], "what a case has taken tells whose a call is"


def test_what_a_verb_does_not_answer_is_said():
    with pytest.raises(steps.Unplayable, match="peer_group answered nothing at VpcId"):
        steps.Stage(None, Verbs(), {}).play([{"peer_group": "111122223333", "take": {"vpc": "VpcId"}}])


def test_a_case_that_touches_more_than_its_stack_is_played_alone():
    one, other, alone = case("one"), case("other", "every-kind"), case("alone", alone=True)
    assert list(play.waves([one, alone, other])) == [[one, other], [alone]]


@pytest.mark.parametrize("what", ["[event history, bus]", "event history", "[]", "null"])
def test_nothing_else_can_be_forgotten_than_there_is(tmp_path, what):
    (tmp_path / "legitimate").mkdir()
    (tmp_path / "legitimate" / "old.yaml").write_text(f"cases: [{{case: one, why: because, do: [{{forget: {what}}}]}}]")
    with pytest.raises(cases.Wrong, match="old.yaml: one: forget takes a list of event history, claims"):
        cases.load(tmp_path)
