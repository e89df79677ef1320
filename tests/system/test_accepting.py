"""What is held until a person accepts it: a stack newly under guard, more than the limits allow, and a fight."""

import contextlib
import json

import pytest
from driftmend_demo.system import STACK

SECOND = "second"


@pytest.fixture
def second(bench):
    """The id of the only security group of a stack of its own, which allows nothing in."""
    cloudformation = bench.client("cloudformation")
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "the second stack's", "VpcId": bench.ids["Vpc"]}}
    cloudformation.create_stack(StackName=SECOND, TemplateBody=json.dumps({"Resources": {"Group": group}}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=SECOND, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    yield cloudformation.describe_stack_resource(StackName=SECOND, LogicalResourceId="Group")["StackResourceDetail"]["PhysicalResourceId"]
    cloudformation.delete_stack(StackName=SECOND)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=SECOND, WaiterConfig={"Delay": 1, "MaxAttempts": 30})


def test_a_drifted_stack_put_under_guard_is_not_touched_until_a_person_accepts_its_plan(bench, second):
    opened = bench.open_port(group=second)
    with bench.guarding(SECOND):
        bench.sweep()
        [alert] = bench.alerts("guard")
        assert alert["stack"]["name"] == SECOND and alert["state"] == "opened"
        assert _is_open(bench, second, opened) and not bench.writes() and not bench.alerts("drift")

        plan = _plan(bench, SECOND)
        assert plan["held"] and plan["hash"] in alert["title"]
        assert f"driftmend accept --stack {SECOND} --plan {plan['hash']}" in alert["next"]
        bench.sweep()
        assert [alert] == bench.alerts("guard")

        code, _, errors = bench.system.command("accept", "--stack", SECOND, "--plan", "0123456789abcdef", "--yes")
        assert code == 1 and plan["hash"] in errors
        code, said, errors = bench.system.command("accept", "--stack", SECOND, "--plan", plan["hash"], "--yes")
        assert code == 0, errors
        assert "woken" in said
        bench.eventually(lambda: not bench.rules(second) or not _is_open(bench, second, opened))
        bench.quiet()
        assert [one["state"] for one in bench.alerts("guard")] == ["opened", "resolved"]
        assert [one["state"] for one in bench.alerts("drift")] == ["resolved"]

        again = bench.open_port(port=5001, group=second)
        bench.eventually(lambda: not _is_open(bench, second, again))
        bench.quiet()


def test_a_stack_that_is_as_its_template_says_is_adopted_at_once_and_one_that_left_the_guard_is_not_touched(bench, second):
    with bench.guarding(SECOND):
        bench.sweep()
        opened = bench.open_port(group=second)
        bench.eventually(lambda: not _is_open(bench, second, opened))
        bench.quiet()
    opened = bench.open_port(group=second)
    bench.quiet()
    bench.sweep()
    assert _is_open(bench, second, opened)
    code, said, _ = bench.system.command("plan", "--stack", SECOND)
    assert code == 2 and "it is not under guard" in said


def test_more_writes_than_the_limit_are_held_alerted_once_and_made_when_they_are_accepted(bench):
    with _opened(bench, range(8000, 8021)):
        [alert] = bench.eventually(lambda: bench.alerts("guard"))
        bench.quiet()
        assert not bench.writes() and not bench.alerts("drift")
        plan = _plan(bench, STACK)
        assert plan["held"] and "limits.writes" in plan["standAside"]
        assert plan["hash"] in alert["title"] and "21 writes wait" in alert["title"]

        _accept(bench, plan["hash"])
        bench.repaired()
        bench.quiet()
        assert [one["state"] for one in bench.alerts("guard")] == ["opened", "resolved"]


def test_the_fourth_time_a_drift_is_left_alone_and_the_other_party_is_named_once(bench):
    for _ in range(3):
        bench.open_port()
        bench.repaired()
        bench.quiet()
    writes = len(bench.writes())

    bench.open_port()
    [alert] = bench.eventually(lambda: bench.alerts("drift", "opened"))
    bench.sweep()
    assert len(bench.writes()) == writes and not bench.is_declared()
    assert [alert] == bench.alerts("drift", "opened")
    assert "repaired 3 times within 60 minutes" in alert["drifts"][0]["step"]["why"]
    assert "user/on-call-laptop" in alert["drifts"][0]["step"]["why"]

    _accept(bench, _plan(bench, STACK)["hash"])
    bench.repaired()
    bench.quiet()


def test_where_aws_knows_no_drift_aware_change_sets_the_command_line_says_so(bench):
    with _opened(bench, range(8000, 8021)):
        bench.quiet()
        code, _, errors = bench.system.command("apply", "--stack", STACK, "--via-change-set", "--yes")
        assert code == 1
        assert "made no change set" in errors and "drift-aware change sets" in errors


def _is_open(bench, group, rule):
    return rule in {one["SecurityGroupRuleId"] for one in bench.rules(group)}


def _plan(bench, stack):
    code, said, errors = bench.system.command("plan", "--stack", stack, "--json")
    assert code == 2, errors
    return json.loads(said)


def _accept(bench, plan):
    code, _, errors = bench.system.command("accept", "--stack", STACK, "--plan", plan, "--yes")
    assert code == 0, errors


@contextlib.contextmanager
def _opened(bench, ports):
    """These ports are opened by one call, and closed in the end by whoever comes first."""
    group = bench.ids["WebSecurityGroup"]
    permissions = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "198.51.100.0/24"}]} for port in ports]
    bench.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permissions)
    try:
        yield
    finally:
        left = [one["SecurityGroupRuleId"] for one in bench.rules(group) if one["FromPort"] in ports]
        if left:
            bench.ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=left)
            bench.quiet()
