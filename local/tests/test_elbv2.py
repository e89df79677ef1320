"""Targets and their health on the local AWS."""

import pytest
from botocore.exceptions import ClientError
from network_parts import Site

from driftmend_local.api import hooks


@pytest.fixture(scope="module")
def site(aws):
    """A VPC with an instance, a load balancer and a target group that no listener uses yet."""
    ec2, elbv2 = aws.client("ec2"), aws.client("elbv2")
    network = Site(ec2, "10.40")
    instance = network.instance()
    balancer = elbv2.create_load_balancer(Name="site", Subnets=network.subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    group = elbv2.create_target_group(Name="web", Protocol="HTTP", Port=5000, VpcId=network.vpc)["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": instance}])
    return {"vpc": network.vpc, "subnets": network.subnets, "instance": instance, "balancer": balancer, "group": group, "elbv2": elbv2, "ec2": ec2}


@pytest.fixture
def listener(site):
    made = site["elbv2"].create_listener(LoadBalancerArn=site["balancer"], Protocol="HTTP", Port=80, DefaultActions=[
        {"Type": "forward", "TargetGroupArn": site["group"]}])["Listeners"][0]["ListenerArn"]
    yield made
    site["elbv2"].delete_listener(ListenerArn=made)


def health(site, **more):
    answer = site["elbv2"].describe_target_health(TargetGroupArn=site["group"], **more)["TargetHealthDescriptions"]
    return [(h["Target"]["Port"], h["TargetHealth"]["State"], h["TargetHealth"].get("Reason")) for h in answer]


def test_targets_of_a_group_without_a_listener_are_unused(site):
    assert health(site) == [(5000, "unused", "Target.NotInUse")]


def test_health_comes_from_whoever_checks_it(site, listener, monkeypatch):
    asked = []
    monkeypatch.setattr(hooks, "health_provider", lambda arn, target: asked.append((arn, target)) or ("unhealthy", "Target.Timeout", "Request timed out"))
    assert health(site) == [(5000, "unhealthy", "Target.Timeout")]
    assert asked == [(site["group"], {"Id": site["instance"], "Port": 5000})]


def test_a_running_target_is_healthy_by_default(site, listener):
    assert health(site) == [(5000, "healthy", None)]


def test_a_stopped_instance_is_unused_and_cannot_be_registered(site, listener):
    site["ec2"].stop_instances(InstanceIds=[site["instance"]])
    assert health(site) == [(5000, "unused", "Target.InvalidState")]
    with pytest.raises(ClientError, match="not in a running state"):
        site["elbv2"].register_targets(TargetGroupArn=site["group"], Targets=[{"Id": site["instance"], "Port": 5001}])
    site["ec2"].start_instances(InstanceIds=[site["instance"]])


def test_one_instance_can_be_registered_on_two_ports_and_leaves_one(site, listener):
    elbv2, group = site["elbv2"], site["group"]
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": site["instance"], "Port": 5001}])
    assert [port for port, _, _ in health(site)] == [5000, 5001]
    elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": site["instance"], "Port": 5001}])
    assert health(site, Targets=[{"Id": site["instance"], "Port": 5001}]) == [(5001, "unused", "Target.NotRegistered")]
    assert [port for port, _, _ in health(site)] == [5000]


def test_deregistering_another_port_or_an_unknown_target_succeeds_and_changes_nothing(site):
    site["elbv2"].deregister_targets(TargetGroupArn=site["group"], Targets=[{"Id": site["instance"], "Port": 9}, {"Id": "i-00000000000000000"}])
    assert len(health(site)) == 1


def test_target_groups_come_in_pages(site):
    for i in range(3):
        site["elbv2"].create_target_group(Name=f"more-{i}", Protocol="HTTP", Port=1, VpcId=site["vpc"])
    pages = list(site["elbv2"].get_paginator("describe_target_groups").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(p["TargetGroups"]) for p in pages] == [2, 2]
