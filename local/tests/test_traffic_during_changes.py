"""A client meets the network before a call or after it, never in the middle of one."""

import threading

import pytest
import requests
from driftmend_local.api import gateway
from driftmend_local.api.gateway import network_at_rest
from moto.ec2.models import ec2_backends
from stack_parts import client, deployed, health, status


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    with deployed(tmp_path_factory.mktemp("local")) as launcher:
        yield launcher


def test_a_request_waits_for_a_call_that_is_half_done(local):
    """As long as the call holds the network a subnet may be between two route tables, and an instance between two lists of groups."""
    outputs, answered = local.deployment.outputs(), []
    instance = ec2_backends["123456789012"]["us-east-1"].get_instance_by_id(outputs["Instance"])
    clients = [threading.Thread(target=lambda: answered.append(status(outputs))) for _ in range(4)]
    with network_at_rest():
        groups, instance.security_groups = instance.security_groups, []
        for one in clients:
            one.start()
        for one in clients:
            one.join(0.2)
        assert answered == []
        instance.security_groups = groups
    for one in clients:
        one.join()
    assert answered == [200] * 4


def test_health_and_listeners_are_not_judged_by_a_call_that_is_half_done(local):
    outputs = local.deployment.outputs()
    site = ec2_backends["123456789012"]["us-east-1"].route_tables[outputs["Routes"]]
    with network_at_rest():
        routes = dict(site._routes)
        site._routes.clear()
        looked = threading.Thread(target=local.balancers.look)
        looked.start()
        looked.join(0.7)
        assert looked.is_alive(), "it waits"
        site._routes.update(routes)
    looked.join()
    assert status(outputs) == 200 and health(local, outputs) == [("healthy", None, None)]


def test_a_change_that_waits_for_its_turn_keeps_no_client_waiting(local, monkeypatch):
    """A look that reads much holds the service for long, and a repair waits for it: the network is not changing yet."""
    outputs, ec2 = local.deployment.outputs(), client(local, "ec2")
    reading, read = threading.Event(), threading.Event()

    def slow(call, moto):
        reading.set()
        read.wait(30)
        return moto(call)
    monkeypatch.setitem(gateway._operations, ("ec2", "DescribeRegions"), slow)
    calls = [threading.Thread(target=ec2.describe_regions),
             threading.Thread(target=ec2.create_tags, kwargs={"Resources": [outputs["Instance"]], "Tags": [{"Key": "waits", "Value": "no"}]})]
    calls[0].start()
    assert reading.wait(10)
    calls[1].start()
    calls[1].join(0.5)
    assert calls[1].is_alive(), "the change waits"
    try:
        assert requests.get(outputs["Endpoint"], timeout=5).status_code == 200
    finally:
        read.set()
    for one in calls:
        one.join()


def test_a_change_while_clients_ask_costs_none_of_them_its_answer(local):
    outputs, ec2, elb = local.deployment.outputs(), client(local, "ec2"), client(local, "elbv2")
    shown = ec2.describe_instances(InstanceIds=[outputs["Instance"]])["Reservations"][0]["Instances"][0]
    groups, front = [one["GroupId"] for one in shown["SecurityGroups"]], [outputs["FrontGroup"]]
    spare = ec2.create_security_group(GroupName="spare", Description="lets nothing in", VpcId=shown["VpcId"])["GroupId"]
    done, faults = threading.Event(), []

    def ask():
        while not done.is_set():
            answer = requests.get(outputs["Endpoint"], timeout=5).status_code
            if answer != 200:
                faults.append(answer)
    asking = threading.Thread(target=ask)
    asking.start()
    for turn in range(30):
        ec2.modify_instance_attribute(InstanceId=outputs["Instance"], Groups=groups + [spare] * (turn % 2))
        elb.set_security_groups(LoadBalancerArn=outputs["Balancer"], SecurityGroups=front + [spare] * (turn % 2))
    done.set()
    asking.join()
    assert faults == []
