"""`bin/driftmend` against the running system: what it prints and how it ends."""

import json

import pytest

PLAN = {"schema", "stack", "standAside", "hash", "held", "drifts", "steps", "notCovered", "names"}
DRIFT = {"fingerprint", "logicalId", "type", "physicalId", "drift", "property", "what", "exposure", "severity"}


@pytest.fixture
def quietly(bench):
    """The functions do not hear of what the test does, so that the command line is the first to see it."""
    with bench.deaf():
        yield bench
    bench.sweep()


def plan(bench, expected):
    code, out, errors = bench.system.command("plan", "--stack", "driftmend", "--json")
    assert code == expected and not errors, errors
    said = json.loads(out)
    assert said.keys() == PLAN and said["schema"] == "driftmend.plan/v1" and said["stack"] == "driftmend"
    return said


def test_nothing_to_find_ends_with_0(bench):
    said = plan(bench, 0)
    assert said["drifts"] == said["steps"] == [] and said["standAside"] is None
    assert all(one.keys() == {"logicalId", "type", "property", "why"} for one in said["notCovered"])
    guarded = ("AWS::EC2::SecurityGroup", "AWS::EC2::Instance", "AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert not [one for one in said["notCovered"] if one["type"] in guarded and one["property"] == "*"]
    code, text, _ = bench.system.command("plan", "--stack", "driftmend")
    assert code == 0 and text.rstrip().endswith("Live equals the template.")


def test_all_types_are_compared_on_request_and_what_differs_is_shown(bench):
    code, text, errors = bench.system.command("plan", "--stack", "driftmend", "--all-types")
    assert code == 0 and not errors, f"{errors}{text}"
    assert "no kind guards this type yet" not in text and "nothing that was compared differs" in text

    logs, group = bench.client("logs"), bench.ids["ReconcileLogGroup"]
    [before] = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)
    try:
        code, out, _ = bench.system.command("plan", "--stack", "driftmend", "--all-types", "--json")
    finally:
        logs.put_retention_policy(logGroupName=group, retentionInDays=before["retentionInDays"])
    [drifted] = [one for one in json.loads(out)["otherTypes"] if one["differences"]]
    assert code == 2 and drifted["logicalId"] == "ReconcileLogGroup"
    assert drifted["differences"] == [{"path": "RetentionInDays", "declared": str(before["retentionInDays"]), "live": "1"}]


def test_a_drift_ends_with_2_and_is_shown_whole_and_applied(quietly):
    bench = quietly
    rule = bench.open_port()
    said = plan(bench, 2)
    [drift], [step] = said["drifts"], said["steps"]
    assert drift.keys() == DRIFT and len(drift["fingerprint"]) >= 16
    assert (drift["logicalId"], drift["type"], drift["physicalId"]) == ("WebSecurityGroup", "AWS::EC2::SecurityGroup", bench.ids["WebSecurityGroup"])
    assert (drift["drift"], drift["exposure"], drift["severity"]) == ("EXTRA", "LATENT", "high") and "0.0.0.0/0" in drift["what"]
    assert step.keys() >= {"call", "target", "why"} and step["call"] == "RevokeSecurityGroupIngress"
    assert rule in bench.rule_ids(), "a plan writes nothing"

    code, _, errors = bench.system.command("apply", "--stack", "driftmend")
    assert code == 1 and "--yes" in errors, "nobody can be asked"
    assert rule in bench.rule_ids()

    code, out, errors = bench.system.command("apply", "--stack", "driftmend", "--yes")
    assert code == 0 and not errors and "RevokeSecurityGroupIngress" in out
    assert bench.is_declared()
    [alert] = bench.alerts()
    assert alert["state"] == "resolved" and alert["drifts"][0]["cause"]["event"] == "AuthorizeSecurityGroupIngress"
    plan(bench, 0)


def test_what_is_paused_ends_with_2_and_is_not_applied(quietly):
    bench = quietly
    with bench.paused():
        bench.open_port()
        said = plan(bench, 2)
        assert "pause" in said["standAside"].lower() and "a test" in said["standAside"]
        code, _, _ = bench.system.command("apply", "--stack", "driftmend", "--yes")
        assert code == 2 and not bench.is_declared()
    code, _, _ = bench.system.command("apply", "--stack", "driftmend", "--yes", "--json")
    assert code == 0 and bench.is_declared()


def test_a_stack_that_is_being_updated_is_left_alone(quietly):
    bench = quietly
    bench.open_port()
    bench.hold("UPDATE_IN_PROGRESS")
    try:
        assert "UPDATE_IN_PROGRESS" in plan(bench, 2)["standAside"]
        code, _, errors = bench.system.command("apply", "--stack", "driftmend", "--yes")
        assert code == 1 and "UPDATE_IN_PROGRESS" in errors and not bench.is_declared()
    finally:
        bench.hold(None)


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"], ["pause"]])
def test_an_unknown_stack_is_named_in_a_sentence(bench, command):
    code, out, errors = bench.system.command(*command, "--stack", "nowhere")
    assert code == 1 and not out and errors.count("\n") == 1 and "no stack named nowhere" in errors


def test_an_aws_that_does_not_answer_is_a_sentence(bench):
    exports = dict(bench.system.exports)
    bench.system.exports["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    try:
        code, out, errors = bench.system.command("plan", "--stack", "driftmend")
    finally:
        bench.system.exports.update(exports)
    assert code == 1 and not out and errors.count("\n") == 1 and "AWS_ENDPOINT_URL" in errors


def test_the_doctor_tells_of_a_policy_written_by_hand_that_a_deployment_would_overwrite(bench):
    ssm, name = bench.client("ssm"), bench.ids["PolicyParameter"]
    good = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    rule = {"type": "AWS::EC2::SecurityGroup", "logicalId": "NoSuchGroup", "treatment": "report"}

    def policy(*overrides):
        _, out, errors = bench.system.command("doctor", "--stack", "driftmend", "--json", *overrides)
        assert not errors, errors
        [found] = [one for one in json.loads(out)["checks"] if one["name"] == "policy"]
        return found
    ssm.put_parameter(Name=name, Value=json.dumps(json.loads(good) | {"rules": [rule]}), Overwrite=True)
    try:
        overwritten = policy("--parameter-overrides", "MostWrites=22")
        assert overwritten["state"] == "mend" and "by hand: rules" in overwritten["what"] and name in overwritten["mend"][0], overwritten
        assert policy()["state"] == "fine", "a deployment that writes the same policy leaves what was put there by hand"
    finally:
        ssm.put_parameter(Name=name, Value=good, Overwrite=True)
