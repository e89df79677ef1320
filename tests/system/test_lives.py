"""Each function's whole life under the policies as deployed: what begins, stands, ends and begins again, and no call that AWS would refuse.

Every other test here ends with the same question; these play what takes several runs of a function, and what CloudTrail shows of it.
"""

import json

DENIALS = ("AccessDenied", "UnauthorizedOperation", "AuthorizationError", "KMS")
GUARD = ("driftmend-RouteRole-", "driftmend-ReconcileRole-", "driftmend-ProbeRole-", "driftmend-ScheduleRole-")


def denied(bench):
    """What CloudTrail's event history shows as denied to one of the guard's roles: (event, error)."""
    pages = bench.client("cloudtrail").get_paginator("lookup_events").paginate()
    records = [json.loads(one["CloudTrailEvent"]) for page in pages for one in page["Events"]]
    return [(one["eventName"], one["errorCode"]) for one in records
            if any(code in one.get("errorCode", "") for code in DENIALS) and any(name in one["userIdentity"].get("arn", "") for name in GUARD)]


def test_an_outage_is_alerted_stands_is_over_and_the_next_one_is_alerted_too(bench):
    before = denied(bench)
    for turn in (1, 2):
        bench.system.control("workload/kill", {})
        try:
            bench.eventually(lambda: bench.health() == {"unhealthy"}, 30)
            for _ in range(3):
                bench.probe()
            assert [one["state"] for one in bench.alerts("health")][-1] == "opened"
            assert len(bench.alerts("health")) == 2 * turn - 1, "it stands, and is alerted once"
        finally:
            bench.system.control("workload/start", {})
        bench.eventually(lambda: bench.health() == {"healthy"}, 30)
        for _ in range(2):
            bench.probe()
        assert [one["state"] for one in bench.alerts("health")][-1] == "resolved"
    assert len(bench.alerts("health")) == 4
    assert denied(bench) == before


def test_a_subscription_that_nobody_confirmed_is_alerted_until_somebody_has(bench):
    sns, topic = bench.client("sns"), bench.ids["AlertTopic"]
    held = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    for one in held:
        sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])
    try:
        for _ in range(2):
            bench.probe()
        alerts = bench.alerts("guard")
        assert [one["state"] for one in alerts] == ["opened"] and "nobody hears the alerts" in alerts[0]["title"]
    finally:
        for one in held:
            sns.subscribe(TopicArn=topic, Protocol=one["Protocol"], Endpoint=one["Endpoint"])
    bench.probe()
    assert [one["state"] for one in bench.alerts("guard")] == ["opened", "resolved"]


def test_a_drift_that_stands_when_its_stack_is_taken_out_of_guard_is_closed(bench):
    """Probe and Reconcile look at a stack that the deployment names, and let go of it when it does not."""
    before = denied(bench)
    cloudformation = bench.client("cloudformation")
    template = {"Resources": {
        "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.99.0.0/16"}},
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "a test", "VpcId": {"Ref": "Network"}}}}}
    cloudformation.create_stack(StackName="elsewhere", TemplateBody=json.dumps(template))
    made = {one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in cloudformation.list_stack_resources(StackName="elsewhere")["StackResourceSummaries"]}
    try:
        with bench.guarding("elsewhere"):
            bench.sweep()
            bench.sweep()
            bench.open_port(group=made["Group"])
            bench.eventually(lambda: not [one for one in bench.rules(made["Group"]) if not one["IsEgress"]])
            bench.ec2.modify_vpc_attribute(VpcId=made["Network"], EnableDnsSupport={"Value": False})
            bench.quiet()
            bench.probe()
    finally:
        cloudformation.delete_stack(StackName="elsewhere")
    bench.probe()
    assert denied(bench) == before


def test_what_is_open_of_a_stack_is_over_when_it_is_deleted_and_nothing_was_heard_of_it(bench):
    """Events of the resources come late or never; of a stack that is gone no later look would tell. Its name may be another's by then."""
    cloudformation = bench.client("cloudformation")
    template = json.dumps({"Resources": {
        "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.99.0.0/16"}},
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "a test", "VpcId": {"Ref": "Network"}}}}})
    cloudformation.create_stack(StackName="elsewhere", TemplateBody=template)
    group = cloudformation.describe_stack_resource(StackName="elsewhere", LogicalResourceId="Group")["StackResourceDetail"]["PhysicalResourceId"]
    try:
        with bench.guarding("elsewhere"):
            bench.sweep()
            with bench.paused({"who": "on-call", "why": "a test"}):
                bench.open_port(22, group=group)
                bench.eventually(lambda: bench.alerts("drift", "opened"))
                with bench.deaf():
                    cloudformation.delete_stack(StackName="elsewhere")
                    cloudformation.get_waiter("stack_delete_complete").wait(StackName="elsewhere", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
                    cloudformation.create_stack(StackName="elsewhere", TemplateBody=template)
            bench.sweep()
            assert [one["state"] for one in bench.alerts("drift")] == ["opened", "resolved"]
            assert not bench.alerts("guard")
    finally:
        cloudformation.delete_stack(StackName="elsewhere")
        cloudformation.get_waiter("stack_delete_complete").wait(StackName="elsewhere", WaiterConfig={"Delay": 1, "MaxAttempts": 30})


def test_a_policy_by_which_nobody_would_hear_of_a_drift_is_alerted_until_it_is_mended(bench):
    ssm, name = bench.client("ssm"), bench.ids["PolicyParameter"]
    deployed = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    try:
        ssm.put_parameter(Name=name, Value=json.dumps({**json.loads(deployed), "rules": [{"treatment": "ignore"}]}), Overwrite=True)
        for _ in range(2):
            bench.probe()
        alerts = bench.alerts("guard")
        assert [one["state"] for one in alerts] == ["opened"] and "ignores every drift" in alerts[0]["title"]
    finally:
        ssm.put_parameter(Name=name, Value=deployed, Overwrite=True)
    bench.probe()
    assert [one["state"] for one in bench.alerts("guard")] == ["opened", "resolved"]


def test_what_the_role_may_not_touch_elsewhere_is_reported_and_not_tried(bench):
    """A default network ACL carries no stack's tag: in a VPC that the deployment does not name it is for a person to put back."""
    cloudformation = bench.client("cloudformation")
    cloudformation.create_stack(StackName="elsewhere", TemplateBody=json.dumps({"Resources": {
        "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.99.0.0/16"}},
        "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Network"}, "CidrBlock": "10.99.0.0/24"}}}}))
    vpc = cloudformation.describe_stack_resource(StackName="elsewhere", LogicalResourceId="Network")["StackResourceDetail"]["PhysicalResourceId"]
    acl, = bench.ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "default", "Values": ["true"]}])["NetworkAcls"]
    ssm, name = bench.client("ssm"), bench.ids["PolicyParameter"]
    try:
        with bench.guarding("elsewhere"):
            policy = json.loads(ssm.get_parameter(Name=name)["Parameter"]["Value"])
            policy["rules"] = [{"type": "AWS::EC2::VPC", "treatment": "repair"}]
            ssm.put_parameter(Name=name, Value=json.dumps(policy), Overwrite=True)
            bench.sweep()
            bench.sweep()
            bench.ec2.create_network_acl_entry(
                NetworkAclId=acl["NetworkAclId"], RuleNumber=90, Egress=False, RuleAction="deny", Protocol="-1", CidrBlock="203.0.113.0/24")
            bench.eventually(lambda: bench.alerts("drift"))
            said = bench.system.alerts()[-1]["text"]
            assert "the guard's role may not touch the default network ACL in Network" in said and vpc in said
            assert f"deploy Driftmend with GuardedVpcs={vpc} added" in said
    finally:
        cloudformation.delete_stack(StackName="elsewhere")
