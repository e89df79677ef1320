"""AWS answers slowly, in pages, with errors or not at all: the drift is repaired in the end, and alerted once."""

import pytest

# A run that cannot be finished comes back after 2 to 20 s.
RETRIED = 60


@pytest.mark.parametrize("size", [1, 3])
def test_answers_in_pages_are_read_to_the_end(bench, size):
    paged = {"ec2": ["DescribeSecurityGroupRules", "DescribeSecurityGroups", "DescribeInstances", "DescribeNetworkInterfaces", "DescribeRouteTables"],
             "elbv2": ["DescribeListeners", "DescribeTargetGroups", "DescribeLoadBalancers"],
             "cloudformation": ["ListStackResources", "DescribeStacks", "ListExports"], "cloudtrail": ["LookupEvents"]}
    bench.fault(*({"kind": "page", "service": service, "action": action, "size": size} for service, actions in paged.items() for action in actions))
    # Nobody looks meanwhile: what changes between two pages of an answer may be in both of them or in none.
    with bench.deaf():
        bench.open_port(port=6000)
        bench.open_port(port=6001)
        bench.revoke_declared_rule()
        bench.deregister_target()
        bench.sweep()
    bench.repaired(30)
    bench.quiet()
    alerts = bench.alerts()
    assert sorted(one["drifts"][0]["drift"] for one in alerts if one["state"] == "resolved") == ["EXTRA", "EXTRA", "MISSING", "MISSING"]
    assert len(alerts) == 4, "no page that was not read looks like a drift"


@pytest.mark.parametrize("kind", ["throttle", "error"])
def test_calls_that_fail_once_or_twice_are_made_again_at_once(bench, kind):
    calls = [("ec2", "DescribeSecurityGroupRules"), ("ec2", "RevokeSecurityGroupIngress"), ("cloudformation", "DescribeStacks"),
             ("ssm", "GetParameters"), ("dynamodb", "PutItem"), ("dynamodb", "Query"), ("events", "PutEvents"), ("sns", "Publish"), ("sqs", "SendMessage")]
    bench.fault(*({"kind": kind, "service": service, "action": action, "times": 2} for service, action in calls))
    bench.open_port()
    bench.repaired(RETRIED)
    bench.eventually(lambda: bench.alerts("drift", "resolved"))
    bench.quiet()
    assert [one["state"] for one in bench.alerts()] == ["resolved"]
    assert bench.writes() == ["RevokeSecurityGroupIngress"]
    assert bench.fired() == [2] * len(calls) and not bench.calls("ReconcileRole", "sqs", "ChangeMessageVisibility")


@pytest.mark.parametrize(("service", "action"), [
    ("ec2", "DescribeSecurityGroupRules"), ("ec2", "RevokeSecurityGroupIngress"), ("sns", "Publish")])
def test_a_call_that_is_throttled_for_long_goes_back_to_the_queue_and_loses_and_doubles_nothing(bench, service, action):
    bench.fault({"kind": "throttle", "service": service, "action": action, "times": 4})
    bench.open_port()
    bench.repaired(RETRIED)
    bench.eventually(lambda: bench.alerts("drift", "resolved"), RETRIED)
    bench.quiet()
    assert bench.fired() == [4] and bench.calls("ReconcileRole", "sqs", "ChangeMessageVisibility")
    states = [one["state"] for one in bench.alerts()]
    assert states in (["resolved"], ["opened", "resolved"]), states
    assert bench.writes() == ["RevokeSecurityGroupIngress"]


def test_a_standing_drift_that_could_not_be_alerted_is_alerted_by_the_run_that_tries_again(bench):
    with bench.paused({"who": "on-call", "why": "a test"}):
        bench.fault({"kind": "throttle", "service": "sns", "action": "Publish", "times": 4})
        bench.open_port()
        bench.eventually(lambda: bench.alerts("drift", "opened"), RETRIED)
        bench.quiet()
        assert len(bench.alerts("drift", "opened")) == 1
    bench.sweep()
    bench.repaired()


def test_what_is_denied_is_alerted_by_name_once_and_the_next_drift_is_repaired(bench):
    bench.fault({"kind": "denied", "service": "ec2", "action": "RevokeSecurityGroupIngress"})
    bench.open_port()
    [alert] = bench.eventually(lambda: bench.alerts("drift", "opened"))
    assert alert["drifts"][0]["step"]["result"] == "failed"
    assert "RevokeSecurityGroupIngress" in alert["next"]
    bench.deregister_target()
    bench.eventually(lambda: bench.alerts("drift", "resolved"))
    assert bench.targets() == [f"{bench.ids['WebInstance']}:5000"]
    bench.quiet()
    assert len(bench.alerts("drift", "opened")) == 1, "the same drift again is no news"
    bench.allow_all()
    bench.sweep()
    bench.repaired()
    assert [one["state"] for one in bench.alerts()] == ["opened", "resolved", "resolved"]


def test_a_read_that_is_denied_is_not_taken_for_in_sync(bench):
    bench.fault({"kind": "denied", "service": "elbv2", "action": "DescribeTargetGroups"})
    bench.open_port()
    bench.repaired_rules()
    bench.sweep()
    bench.eventually(lambda: len(bench.alerts()) == 2)
    [unreadable] = [one for one in bench.alerts("drift", "opened")]
    assert unreadable["drifts"][0]["drift"] == "UNREADABLE" and "DescribeTargetGroups" in unreadable["title"]
    bench.allow_all()
    bench.sweep()
    assert [one["state"] for one in bench.alerts() if one["id"] == unreadable["id"]] == ["opened", "resolved"]


def test_slow_answers_only_take_longer(bench):
    bench.fault({"kind": "latency", "service": "ec2", "action": "Describe*", "ms": 1500},
                {"kind": "latency", "service": "cloudformation", "action": "*", "ms": 500})
    bench.open_port()
    bench.repaired(30)
    bench.quiet()
    assert [one["state"] for one in bench.alerts()] == ["resolved"] and len(bench.writes()) == 1


def test_a_function_that_cannot_route_keeps_the_event(bench):
    bench.fault({"kind": "error", "service": "sqs", "action": "SendMessage", "times": 8})
    bench.open_port()
    bench.repaired(RETRIED)
    bench.quiet()
    assert [one["state"] for one in bench.alerts()] == ["resolved"]
