"""What is planted in other people's templates is a fault, or is said to be none."""

import copy

import pytest

from driftmend_score import plants, templates

TEXT = """
Parameters: {Where: {Type: String}}
Conditions: {Wanted: !Not [!Equals [!Ref Where, '']]}
Resources:
  Front: {Type: 'AWS::EC2::SecurityGroup', Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]}}
  Balancer: {Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: {SecurityGroups: [!Ref Front]}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {LoadBalancerArn: !Ref Balancer, Port: 80, DefaultActions: [{Type: forward, TargetGroupArn: !Ref Group}]}
  Group: {Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: {Port: 80, Targets: [{Id: !Ref Web}]}}
  Back: {Type: 'AWS::EC2::SecurityGroup', Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]}}
  Web: {Type: 'AWS::EC2::Instance', Properties: {SecurityGroupIds: [!Ref Back]}}
Outputs: {Name: {Value: !GetAtt Balancer.DNSName}}
"""
SURE = [change for _, _, change in plants.PLANTS if change not in (plants.other_container_port, plants.no_route, plants.no_association)]


def tree():
    return templates.read(TEXT)


@pytest.mark.parametrize("change", SURE, ids=lambda change: change.__name__)
def test_a_fault_is_planted_where_there_is_something_to_break(change):
    changed = tree()
    assert plants.plant(changed, change) is None
    assert changed != tree()


@pytest.mark.parametrize("change", [plants.other_container_port, plants.no_route, plants.no_association], ids=lambda change: change.__name__)
def test_nothing_is_planted_where_there_is_nothing_to_break(change):
    changed = tree()
    assert plants.plant(changed, change) == plants.NOTHING
    assert changed == tree()


def test_a_load_balancer_that_is_handed_to_others_may_get_a_listener_from_them():
    handed = tree()
    handed["Resources"]["Group"]["Properties"].pop("Targets")
    alone = copy.deepcopy(handed)
    handed["Outputs"]["Arn"] = {"Value": {"Ref": "Balancer"}}
    assert plants.plant(handed, plants.no_listener)
    assert plants.plant(alone, plants.no_listener) is None


def test_a_port_that_the_groups_let_in_is_as_good_as_another():
    opened = tree()
    for name in ("Front", "Back"):
        opened["Resources"][name]["Properties"]["SecurityGroupIngress"] = [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]
    assert plants.plant(opened, plants.other_listener_port)
    assert plants.plant(opened, plants.other_target_port)


def test_what_hangs_on_a_parameter_may_not_be_there():
    hanging = tree()
    hanging["Resources"]["Balancer"]["Condition"] = "Wanted"
    assert plants.plant(hanging, plants.no_ingress)
