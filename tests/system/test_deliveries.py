"""Events come late, twice, out of order and all at once, or not at all: the stack ends as declared, and on-call hears of each drift once."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from driftmend_bench import reasons

OPENED = "AuthorizeSecurityGroupIngress"


def test_a_repair_costs_two_looks_and_one_write_and_is_alerted_once(bench):
    bench.open_port()
    bench.repaired()
    bench.quiet()
    assert bench.writes() == ["RevokeSecurityGroupIngress"]
    assert bench.looks() == 2, "the drift's event, and the event of the repair, which finds nothing to do"
    [alert] = bench.alerts()
    assert alert["state"] == "resolved" and alert["drifts"][0]["cause"]["principal"].endswith("user/on-call-laptop")


def test_every_call_of_a_repair_has_a_reason(bench):
    bench.open_port()
    bench.repaired()
    bench.quiet()
    called = [f"{one['service']}:{one['action']}" for one in bench.calls("ReconcileRole")]
    first, second = (place for place, name in enumerate(called) if name == "dynamodb:Query")
    # Each look asks the ledger and the policy at once.
    repair = called[:second - 1] if called[second - 1] == "ssm:GetParameters" else called[:second]
    excess = Counter(repair) - Counter({name: reasons.needed("Reconcile", name) for name in set(repair)})
    assert not excess, f"more than local/driftmend_bench/reasons.py defends: {dict(excess)}"
    look = called[len(repair):]
    assert set(look) == {"dynamodb:Query", "ssm:GetParameters", "cloudformation:DescribeStacks", "ec2:DescribeSecurityGroupRules"}, \
        "the event of the repair looks at security groups only"
    assert len(look) == 5 and first <= 1


def test_an_event_that_is_delivered_twice_is_looked_at_once(bench):
    bench.open_port()
    bench.repaired()
    bench.quiet()
    [event], looks = bench.events(OPENED), bench.looks()
    bench.send(event)
    bench.quiet()
    assert bench.looks() == looks, "the queue knows the event"
    assert len(bench.writes()) == 1 and len(bench.alerts()) == 1


def test_an_event_of_what_was_repaired_long_ago_costs_one_look_and_changes_nothing(bench):
    bench.open_port()
    bench.repaired()
    bench.quiet()
    [event], looks = bench.events(OPENED), bench.looks()
    bench.send({**event, "id": "another", "detail": {**event["detail"], "eventID": "another"}})
    bench.quiet()
    assert bench.looks() == looks + 1
    assert len(bench.writes()) == 1 and len(bench.alerts()) == 1


def test_events_that_arrive_in_the_wrong_order_lead_to_the_same_end(bench):
    keep = bench.rule_ids()
    with bench.deaf():
        closed_by_hand = bench.open_port(5000)
        bench.ec2.revoke_security_group_ingress(GroupId=bench.ids["WebSecurityGroup"], SecurityGroupRuleIds=[closed_by_hand])
        bench.open_port(5001)
    for event in reversed([*bench.events(OPENED), *bench.events("RevokeSecurityGroupIngress")]):
        bench.send(event)
    bench.repaired()
    bench.quiet()
    assert bench.writes() == ["RevokeSecurityGroupIngress"] and bench.rule_ids() == keep
    [alert] = bench.alerts()
    assert "5001" in alert["title"]


def test_drifts_of_all_kinds_at_once_are_all_repaired_and_each_is_alerted_once(bench):
    # Not the listener: nothing is sent back to a group whose only target was taken out at the same time.
    group, instance = bench.ids["WebSecurityGroup"], bench.ids["WebInstance"]
    balancer = bench.ids["LoadBalancerSecurityGroup"]
    changes = [
        lambda: bench.open_port(),
        lambda: bench.open_port(8080, "198.51.100.0/24", balancer),
        bench.revoke_declared_rule,
        lambda: bench.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[
            {"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]}]),
        bench.deregister_target,
        bench.change_health_path,
        lambda: bench.ec2.modify_instance_attribute(InstanceId=instance, Groups=[group, balancer]),
    ]
    with ThreadPoolExecutor(len(changes)) as people:
        for done in [people.submit(change) for change in changes]:
            done.result()
    bench.repaired(30)
    bench.quiet()
    titles = [(one["title"], one["state"]) for one in bench.alerts()]
    assert len(titles) == len(set(titles)) == len(changes), titles
    assert {state for _, state in titles} == {"resolved"}
    # A look that was for another one may find a drift before its own event came, and the history answers two questions a second:
    # then it is not known who, a restore does not wait for it, and nobody else is named.
    causes = [one["drifts"][0]["cause"] for one in bench.alerts()]
    assert {cause["principal"].rpartition("/")[2] for cause in causes if cause} == {"on-call-laptop"}, causes


def test_two_drifts_of_one_call_are_both_repaired_and_both_name_the_call(bench):
    bench.ec2.authorize_security_group_ingress(GroupId=bench.ids["WebSecurityGroup"], IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "203.0.113.0/24"}]} for port in (22, 3389)])
    bench.repaired()
    bench.quiet()
    [event], alerts = bench.events(OPENED), bench.alerts()
    assert [one["state"] for one in alerts] == ["resolved", "resolved"]
    assert {one["drifts"][0]["cause"]["eventId"] for one in alerts} == {event["detail"]["eventID"]}
    assert bench.writes() == ["RevokeSecurityGroupIngress"], "one call for both"


def test_a_burst_of_calls_is_repaired_without_a_look_for_each(bench):
    ports = range(6000, 6012)
    for port in ports:
        bench.open_port(port)
    bench.repaired(30)
    bench.quiet()
    titles = [one["title"] for one in bench.alerts("drift", "resolved")]
    assert len(titles) == len(set(titles)) == len(ports)
    assert not bench.alerts("drift", "opened")
    assert bench.looks() < 2 * len(ports)


def test_a_drift_that_no_event_announced_is_found_by_the_sweep(bench):
    missed = bench.metric("MissedEvents")
    with bench.deaf():
        bench.open_port()
        bench.quiet()
        assert not bench.is_declared()
        bench.system.fire("SweepSchedule")
        bench.repaired()
        bench.quiet()
    [alert] = bench.alerts()
    assert alert["drifts"][0]["cause"]["principal"].endswith("user/on-call-laptop"), "the account's history knows who"
    assert bench.metric("MissedEvents") == missed + 1


@pytest.mark.parametrize("detail", [
    {"eventSource": "ec2.amazonaws.com", "eventName": OPENED},
    {"eventSource": "ec2.amazonaws.com", "eventName": OPENED, "requestParameters": "HIDDEN_DUE_TO_SECURITY_REASONS", "userIdentity": 7},
    {"eventSource": "ec2.amazonaws.com", "eventName": OPENED, "requestParameters": {"groupId": {"items": [None]}}, "eventTime": "yesterday"},
], ids=["empty", "hidden", "misshapen"])
def test_an_event_that_makes_no_sense_is_decided_and_stops_nothing(bench, detail):
    bench.send({"source": "aws.ec2", "detail-type": "AWS API Call via CloudTrail", "detail": detail})
    bench.open_port()
    bench.repaired()
    bench.quiet()
    assert len(bench.alerts()) == 1 and not bench.system.dead_letters()


@pytest.mark.parametrize("group", ["the stack's own", "another"])
def test_a_work_message_that_cannot_be_read_ends_on_the_dead_letter_queue_and_holds_nothing_up(bench, group):
    queue = bench.system.outputs()["WorkQueueUrl"]
    bench.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({"not": "work"}), MessageDeduplicationId=f"poison {group}".replace(" ", "-"),
                                     MessageGroupId=bench.stack.split("/")[-1] if group == "the stack's own" else "another")
    bench.open_port()
    bench.repaired(30)
    letters = bench.eventually(bench.system.dead_letters, 30)
    assert [(name, len(found), found[0]["body"]) for name, found in letters.items()] == [("driftmend-work-dead.fifo", 1, '{"not": "work"}')]
    bench.forget_dead_letters()


def test_a_rule_that_another_stack_declares_on_our_group_is_left_alone(bench):
    rule = {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {
        "GroupId": bench.ids["WebSecurityGroup"], "IpProtocol": "tcp", "FromPort": 9100, "ToPort": 9100, "CidrIp": "192.0.2.0/24"}}
    stacks = bench.client("cloudformation")
    stacks.create_stack(StackName="metrics", TemplateBody=json.dumps({"Resources": {"Scrape": rule}}))
    try:
        bench.eventually(lambda: bench.looks())
        bench.quiet()
        assert 9100 in {one["FromPort"] for one in bench.rules(bench.ids["WebSecurityGroup"])}
        assert not bench.writes() and not bench.alerts()
        # By the content of the rule alone: the same by hand from elsewhere is drift.
        bench.open_port(9100, "198.51.100.7/32")
        bench.eventually(lambda: bench.alerts("drift", "resolved"))
        assert 9100 in {one["FromPort"] for one in bench.rules(bench.ids["WebSecurityGroup"])}
    finally:
        stacks.delete_stack(StackName="metrics")
    bench.repaired()
