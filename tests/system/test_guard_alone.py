"""`Workload=false`: the guard without a web system of its own, for whoever has stacks already; and the way there and back."""

import json

import pytest
import requests
from botocore.exceptions import ClientError
from conftest import ROOT
from driftmend_demo.system import STACK, System, within

SHOP = "shop"
WEB = ("AWS::EC2::", "AWS::ElasticLoadBalancingV2::", "AWS::IAM::InstanceProfile")
SECONDS = 15


@pytest.fixture(scope="module")
def system():
    """A guard alone, deployed without an image, and then the stack that it is to guard."""
    with System(parameters={"Workload": "false", "ImageId": "", "GuardedStacks": SHOP}) as system:
        silence_schedules(system)
        system.client("cloudformation").create_stack(StackName=SHOP, TemplateBody=(ROOT / "tests/system/shop.yaml").read_text())
        system.client("cloudformation").get_waiter("stack_create_complete").wait(StackName=SHOP, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        sweep(system)
        yield system


@pytest.fixture(autouse=True)
def nothing_refused(system):
    yield
    assert not system.refused() and not system.dead_letters()


def silence_schedules(system):
    """The tests fire them; nothing comes between."""
    scheduler = system.client("scheduler")
    for name in ("SweepSchedule", "ProbeSchedule"):
        now = scheduler.get_schedule(Name=system.resources()[name])
        kept = {key: now[key] for key in ("Name", "FlexibleTimeWindow", "Target", "State")}
        scheduler.update_schedule(ScheduleExpression="cron(0 0 1 1 ? 2099)", **kept)


def rest(system):
    assert system.control("underway?wait=60")["idle"]


def sweep(system):
    system.fire("SweepSchedule")
    rest(system)


def probe(system):
    system.fire("ProbeSchedule")
    rest(system)


def alerts(system, since=0):
    return [one["json"] for one in system.alerts()[since:] if one["json"]]


def shop(system):
    pages = system.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=SHOP)
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for page in pages for one in page["StackResourceSummaries"]}


def ingress(system, group):
    rules = system.client("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    return {one["FromPort"] for one in rules if not one["IsEgress"]}


def web(system):
    kinds = system.client("cloudformation").list_stack_resources(StackName=STACK)["StackResourceSummaries"]
    return [one["LogicalResourceId"] for one in kinds if one["ResourceType"].startswith(WEB)]


def test_it_is_a_guard_and_nothing_else_and_says_so_quietly(system):
    assert not web(system) and not {"Endpoint", "InstanceId", "LoadBalancerDnsName", "InstancePrivateIp"} & system.outputs().keys()
    assert system.plan()["drifts"] == []
    for _ in range(3):
        probe(system)
    sweep(system)
    assert not alerts(system), "a correct stack is quiet"
    answer = system.client("lambda").invoke(FunctionName=system.resources()["ProbeFunction"], Qualifier="live", Payload=b"{}")
    probes = {one["stack"]: one for one in json.loads(answer["Payload"].read())["probes"]}
    assert probes[STACK]["verdict"] == "not_probed" and "no output Endpoint" in probes[STACK]["subject"]
    assert probes[SHOP]["verdict"] == "ok", probes


def test_the_doctor_and_the_drill_say_what_a_guard_alone_has_and_has_not(system):
    code, out, errors = system.command("doctor", "--stack", STACK, "--json")
    checks = {one["name"]: one for one in json.loads(out)["checks"]}
    assert code == 0, errors + out
    assert not {"image", "zones", "subnets", "elastic addresses", "VPCs"} & checks.keys()
    assert checks["workload"]["what"] == "a guard alone, for shop" and "web system" not in checks["cost"]["what"]
    code, _, errors = system.command("drill", "--stack", STACK, "--yes")
    assert code == 1 and "driftmend has no security group" in errors and "--stack NAME" in errors
    code, out, errors = system.command("diagnose", "--stack", STACK)
    assert code == 0 and "UNKNOWN: there is no load balancer here" in out, out + errors


def test_another_stack_is_repaired_and_alerted(system):
    seen, ids = len(system.alerts()), shop(system)
    system.client("ec2").authorize_security_group_ingress(GroupId=ids["BalancerGroup"], IpProtocol="tcp", FromPort=5000, ToPort=5000, CidrIp="0.0.0.0/0")
    repaired, _ = within(SECONDS, lambda: ingress(system, ids["BalancerGroup"]) == {80})
    assert repaired
    rest(system)
    [alert] = alerts(system, seen)
    assert alert["stack"]["name"] == SHOP and alert["state"] == "resolved" and "tcp 5000" in alert["title"]


def test_the_drill_proves_it_on_a_stack_that_it_guards(system):
    code, out, errors = system.command("drill", "--stack", SHOP, "--yes", "--json")
    said = json.loads(out) if out else errors
    assert code == 0 and said["proved"] and said["group"] == shop(system)["SpareGroup"], said
    system.forget_repairs()


def test_listeners_are_repaired_only_of_load_balancers_that_are_named(system):
    """No statement of the role reaches any, and the plan knows it; with a name there is one."""
    seen, ids, elb = len(system.alerts()), shop(system), system.client("elbv2")

    def answer(text):
        elb.modify_listener(ListenerArn=ids["Listener"], DefaultActions=[
            {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": text}}])

    def answers():
        [listener] = elb.describe_listeners(ListenerArns=[ids["Listener"]])["Listeners"]
        return listener["DefaultActions"][0]["FixedResponseConfig"]["MessageBody"]

    answer("closed")
    rest(system)
    [opened] = alerts(system, seen)
    assert opened["state"] == "opened" and answers() == "closed"
    system.control("update", {"GuardedLoadBalancers": ids["Balancer"].split(":loadbalancer/")[1]})
    sweep(system)
    repaired, _ = within(SECONDS, lambda: answers() == "open")
    assert repaired, system.alerts()[-1]["text"]
    rest(system)
    assert [one["state"] for one in alerts(system, seen)] == ["opened", "resolved"]


def test_the_web_system_comes_and_goes_with_the_parameter(system):
    seen = len(system.alerts())
    with pytest.raises(ClientError, match="ImageId is empty"):
        asked_for(system, Workload="true")
    image = system.client("ssm").get_parameter(Name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64")["Parameter"]["Value"]
    code, out, _ = system.command("doctor", "--stack", STACK, "--json", "--parameter-overrides", "Workload=true")
    parameters = json.loads(out)["parameters"]
    assert code == 0 and parameters["ImageId"] == image and parameters["ZoneA"] and "CreateTrail" not in parameters
    system.control("update", parameters)
    assert {"Vpc", "LoadBalancer", "WebInstance", "DrillGroup"} <= set(web(system))
    endpoint = system.outputs()["Endpoint"]
    answered, _ = within(60, lambda: _status(endpoint) == 200)
    assert answered and system.plan()["drifts"] == []
    policy = system.client("ssm").get_parameter(Name=system.outputs()["PolicyParameter"])["Parameter"]["Value"]
    assert json.loads(policy)["reach"]["vpcs"] == [system.resources()["Vpc"]] and len(json.loads(policy)["reach"]["loadBalancers"]) == 2

    code, out, _ = system.command("doctor", "--stack", STACK, "--json", "--parameter-overrides", "Workload=false")
    assert any(one["name"] == "workload" and "DELETES" in one["what"] for one in json.loads(out)["checks"])
    assert not alerts(system, seen), "it was asked for, so there is nothing to tell"
    vpc = system.resources()["Vpc"]
    stands = broken(system)
    opened = alerts(system, seen)
    assert sorted((one["kind"], one["state"]) for one in opened) == [("drift", "opened"), ("health", "opened")], opened
    system.control("update", {"Workload": "false"})
    assert not web(system) and "Endpoint" not in system.outputs()
    assert vpc not in [one["VpcId"] for one in system.client("ec2").describe_vpcs()["Vpcs"]]
    stands()
    for _ in range(2):
        sweep(system)
        probe(system)
    assert system.plan()["drifts"] == []
    over = alerts(system, seen + len(opened))
    assert sorted((one["kind"], one["state"]) for one in over) == [("drift", "resolved"), ("health", "resolved")], over
    assert {one["id"] for one in over} == {one["id"] for one in opened}, "what was alerted is over, and nothing else is alerted"


def broken(system):
    """A drift and an outage of the web system that stand while it is taken away; answers what ends the pause."""
    assert system.command("pause", "--stack", STACK, "--why", "a test")[0] == 0
    system.client("ec2").authorize_security_group_ingress(
        GroupId=system.resources()["WebSecurityGroup"], IpProtocol="tcp", FromPort=6000, ToPort=6000, CidrIp="0.0.0.0/0")
    rest(system)
    system.control("workload/kill", {})
    opened, _ = within(60, lambda: probe(system) or any(one["kind"] == "health" for one in alerts(system)))
    assert opened
    return lambda: system.command("pause", "--stack", STACK, "--resume")


def asked_for(system, **parameters):
    """Of CloudFormation itself, with nothing looked up."""
    cloudformation = system.client("cloudformation")
    names = [one["ParameterKey"] for one in cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Parameters"]]
    given = [{"ParameterKey": name, **({"ParameterValue": parameters[name]} if name in parameters else {"UsePreviousValue": True})} for name in names]
    cloudformation.update_stack(StackName=STACK, UsePreviousTemplate=True, Parameters=given, Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])


def _status(url):
    try:
        return requests.get(url, timeout=5).status_code
    except requests.RequestException:
        return None
