"""A deployment, a pause and the mode observe: nothing is written meanwhile, and nothing is forgotten after."""

import json

import pytest

PAUSE = {"who": "on-call", "since": "2026-11-01T03:00:00Z", "why": "a test"}


def test_while_the_stack_is_updated_nothing_is_written_or_alerted_and_then_it_is_repaired(bench):
    bench.hold("UPDATE_IN_PROGRESS")
    bench.open_port()
    bench.eventually(bench.looks)
    bench.quiet()
    assert not bench.is_declared() and not bench.writes() and not bench.alerts()
    bench.hold(None)
    bench.repaired()
    bench.quiet()
    [alert] = bench.alerts()
    assert alert["state"] == "resolved"
    assert alert["drifts"][0]["cause"]["principal"].endswith("user/on-call-laptop"), "not whoever updated the stack"


def test_what_a_deployment_itself_changes_is_no_drift(bench):
    with bench.deployed(_with_rule(8443)):
        bench.quiet()
        assert 8443 in {one["FromPort"] for one in bench.rules(bench.ids["LoadBalancerSecurityGroup"])}
    bench.quiet()
    assert bench.is_declared()
    assert not bench.writes() and not bench.alerts()


def test_a_drift_that_a_later_deployment_declares_stays_and_its_incident_is_resolved(bench):
    with bench.paused(PAUSE):
        bench.change_health_path("/ready")
        [opened] = bench.eventually(lambda: bench.alerts("drift", "opened"))
        assert "HealthCheckPath" in opened["title"]
        with bench.deployed(_with_health_path("/ready")):
            [resolved] = bench.eventually(lambda: bench.alerts("drift", "resolved"))
            assert resolved["id"] == opened["id"]
            bench.resume()
            bench.sweep()
            assert bench.elb.describe_target_groups(TargetGroupArns=[bench.ids["WebTargetGroup"]])["TargetGroups"][0]["HealthCheckPath"] == "/ready"
            assert not bench.writes()
    bench.repaired()


@pytest.mark.parametrize("how", ["parameter", "command line"])
def test_while_paused_nothing_is_written_but_alerted_and_after_it_the_sweep_repairs(bench, how):
    with bench.paused(PAUSE if how == "parameter" else None):
        bench.open_port()
        [alert] = bench.eventually(lambda: bench.alerts("drift", "opened"))
        assert "pause" in alert["next"].lower() or "pause" in json.dumps(alert["drifts"][0]["step"]).lower(), alert
        bench.change_health_path("/other")
        bench.eventually(lambda: len(bench.alerts("drift", "opened")) == 2)
        bench.quiet()
        assert not bench.writes()
    bench.sweep()
    bench.repaired()
    bench.quiet()
    assert [one["state"] for one in bench.alerts()] == ["opened", "opened", "resolved", "resolved"]


def test_in_mode_observe_nothing_is_written_but_alerted_and_in_mode_repair_it_is_repaired(bench):
    bench.system.control("update", {"Mode": "observe"})
    try:
        bench.open_port()
        [alert] = bench.eventually(lambda: bench.alerts("drift", "opened"))
        assert alert["drifts"][0]["step"]["result"] == "planned"
        bench.quiet()
        assert not bench.writes()
    finally:
        bench.system.control("update", {"Mode": "repair"})
    bench.repaired()
    bench.quiet()
    assert [one["state"] for one in bench.alerts()] == ["opened", "resolved"]


def test_a_policy_that_cannot_be_read_means_hands_off_and_is_alerted(bench):
    ssm, name = bench.client("ssm"), bench.ids["PolicyParameter"]
    good = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    ssm.put_parameter(Name=name, Value="{not json", Overwrite=True)
    try:
        bench.open_port()
        bench.eventually(lambda: bench.alerts("guard", "opened") and bench.alerts("drift", "opened"))
        bench.quiet()
        assert not bench.writes()
    finally:
        ssm.put_parameter(Name=name, Value=good, Overwrite=True)
    bench.sweep()
    bench.repaired()
    bench.quiet()
    assert [one["state"] for one in bench.alerts("guard")] == ["opened", "resolved"]


def _with_rule(port):
    def edit(template):
        template["Resources"]["LoadBalancerSecurityGroup"]["Properties"]["SecurityGroupIngress"].append(
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": "198.51.100.0/24"})
    return edit


def _with_health_path(path):
    def edit(template):
        template["Resources"]["WebTargetGroup"]["Properties"]["HealthCheckPath"] = path
    return edit
