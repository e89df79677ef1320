"""Which resources each call of the guard is judged for: those that AWS's Service Authorization Reference checks the action for."""

import re
from types import SimpleNamespace

import pytest
from driftmend_local.api import server
from driftmend_local.iam import needs, reference

ELB = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
LISTENER, RULE = f"{ELB}:listener/app/a/1/2", f"{ELB}:listener-rule/app/a/1/2/3"


def call(service, action, **params):
    return SimpleNamespace(service=service, action=action, params=params, region="us-east-1")


@pytest.fixture(scope="module")
def network(aws):
    """Ids of what the calls name: {name: id}."""
    server.empty()
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    table, another = (ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2))
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]["InstanceId"]
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    held = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"][0]["Associations"]
    return {
        "vpc": vpc, "subnet": subnet, "table": table, "another": another, "gateway": gateway, "acl": acl, "group": group, "instance": instance,
        "allocation": allocation, "address": ec2.associate_address(AllocationId=allocation, InstanceId=instance)["AssociationId"],
        "of_table": ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"],
        "of_list": next(one["NetworkAclAssociationId"] for one in held if one["SubnetId"] == subnet)}


REPAIRS = {
    "AssociateAddress": (lambda n: {"AllocationId": n["allocation"], "InstanceId": n["instance"]}, "elastic-ip instance network-interface"),
    "AssociateRouteTable": (lambda n: {"RouteTableId": n["table"], "SubnetId": n["subnet"]}, "route-table subnet"),
    "AttachInternetGateway": (lambda n: {"InternetGatewayId": n["gateway"], "VpcId": n["vpc"]}, "internet-gateway vpc"),
    "AuthorizeSecurityGroupEgress": (lambda n: {"GroupId": n["group"]}, "security-group"),
    "AuthorizeSecurityGroupIngress": (lambda n: {"GroupId": n["group"]}, "security-group"),
    "CreateNetworkAclEntry": (lambda n: {"NetworkAclId": n["acl"]}, "network-acl"),
    "CreateRoute": (lambda n: {"RouteTableId": n["table"], "GatewayId": n["gateway"]}, "route-table"),
    "DeleteNetworkAclEntry": (lambda n: {"NetworkAclId": n["acl"]}, "network-acl"),
    "DeleteRoute": (lambda n: {"RouteTableId": n["table"]}, "route-table"),
    "DetachInternetGateway": (lambda n: {"InternetGatewayId": n["gateway"], "VpcId": n["vpc"]}, "internet-gateway vpc"),
    "DisassociateAddress": (lambda n: {"AssociationId": n["address"]}, "elastic-ip network-interface"),
    "ModifyInstanceAttribute": (lambda n: {"InstanceId": n["instance"], "Groups": [n["group"]]}, "instance security-group"),
    "ModifyInstanceMetadataOptions": (lambda n: {"InstanceId": n["instance"]}, "instance"),
    "ModifySubnetAttribute": (lambda n: {"SubnetId": n["subnet"]}, "subnet"),
    "ModifyVpcAttribute": (lambda n: {"VpcId": n["vpc"]}, "vpc"),
    "ModifyVpcEndpoint": (lambda n: {"VpcEndpointId": "vpce-1", "AddSecurityGroupIds": [n["group"]], "RemoveSubnetIds": [n["subnet"]],
                                     "AddRouteTableIds": [n["table"]]}, "route-table security-group subnet vpc-endpoint"),
    "ReplaceNetworkAclAssociation": (lambda n: {"AssociationId": n["of_list"], "NetworkAclId": n["acl"]}, "network-acl subnet"),
    "ReplaceNetworkAclEntry": (lambda n: {"NetworkAclId": n["acl"]}, "network-acl"),
    "ReplaceRoute": (lambda n: {"RouteTableId": n["table"]}, "route-table"),
    "ReplaceRouteTableAssociation": (lambda n: {"AssociationId": n["of_table"], "RouteTableId": n["another"]}, "route-table subnet"),
    "RevokeSecurityGroupEgress": (lambda n: {"GroupId": n["group"], "SecurityGroupRuleIds": ["sgr-1"]}, "security-group"),
    "RevokeSecurityGroupIngress": (lambda n: {"GroupId": n["group"], "SecurityGroupRuleIds": ["sgr-1"]}, "security-group"),
    "StartInstances": (lambda n: {"InstanceIds": [n["instance"]]}, "instance"),
    "UpdateSecurityGroupRuleDescriptionsEgress": (lambda n: {"GroupId": n["group"]}, "security-group"),
    "UpdateSecurityGroupRuleDescriptionsIngress": (lambda n: {"GroupId": n["group"]}, "security-group"),
}
ON_BALANCERS = {
    "DeleteListener": {"ListenerArn": LISTENER}, "ModifyListener": {"ListenerArn": LISTENER, "DefaultActions": [{"TargetGroupArn": f"{ELB}:targetgroup/t/1"}]},
    "ModifyListenerAttributes": {"ListenerArn": LISTENER}, "DeleteRule": {"RuleArn": RULE}, "ModifyRule": {"RuleArn": RULE},
    "SetRulePriorities": {"RulePriorities": [{"RuleArn": RULE, "Priority": 1}]},
    "DeregisterTargets": {"TargetGroupArn": f"{ELB}:targetgroup/t/1"}, "RegisterTargets": {"TargetGroupArn": f"{ELB}:targetgroup/t/1"},
    "ModifyTargetGroup": {"TargetGroupArn": f"{ELB}:targetgroup/t/1"}, "ModifyTargetGroupAttributes": {"TargetGroupArn": f"{ELB}:targetgroup/t/1"},
    "ModifyLoadBalancerAttributes": {"LoadBalancerArn": f"{ELB}:loadbalancer/gwy/g/1"},
    "SetSecurityGroups": {"LoadBalancerArn": f"{ELB}:loadbalancer/net/n/1", "SecurityGroups": ["sg-1"]},
    "SetSubnets": {"LoadBalancerArn": f"{ELB}:loadbalancer/app/a/1", "Subnets": ["subnet-1"]},
}


@pytest.mark.parametrize("action", REPAIRS)
def test_a_repair_is_judged_for_all_that_it_touches(network, action):
    params, kinds = REPAIRS[action]
    asked = needs.of(call("ec2", action, **params(network)))
    assert sorted(one.resource.split(":")[5].split("/")[0] for one in asked) == kinds.split()
    assert {one.action for one in asked} == {f"ec2:{action}"}


@pytest.mark.parametrize("action", ON_BALANCERS)
def test_a_repair_of_a_load_balancer_is_judged_for_the_part_that_it_changes(action):
    params = ON_BALANCERS[action]
    [asked] = needs.of(call("elbv2", action, **params))
    [named] = {value for key, value in params.items() if key.endswith("Arn")} or {RULE}
    assert asked.resource == named


def test_every_repair_that_the_role_may_make_is_known_here():
    from driftmend_local.control.launcher import ROOT

    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    role = text[text.index("\n  ReconcileRole:"):text.index("\n  ProbeRole:")]
    named = set(re.findall(r"\b(ec2|elasticloadbalancing):([A-Z]\w+)", role))
    writes = {name for _, name in named if not name.startswith(("Describe", "Get"))} - {"Vpc"}
    assert writes == REPAIRS.keys() | ON_BALANCERS.keys()


def test_an_index_is_asked_in_the_place_of_its_table():
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/ledger"
    assert [one.resource for one in needs.of(call("dynamodb", "Query", TableName="ledger"))] == [table]
    assert [one.resource for one in needs.of(call("dynamodb", "Query", TableName="ledger", IndexName="i"))] == [f"{table}/index/i"]


def test_all_actions_of_the_template_are_actions_of_aws():
    """A misspelt action is granted to nobody, and IAM takes it without a word."""
    from driftmend_local.control.launcher import ROOT

    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    policies = text[text.index("\n  GuardDenials:"):text.index("\n  WorkQueue:")]
    found = set(re.findall(r"\b((?:[a-z0-9]+|elasticloadbalancing):[A-Z][A-Za-z]*\*?)(?=[\s,\]]|$)", policies)) - {"ec2:Vpc", "iam:PassedToService"}
    assert len(found) > 80
    for one in found:
        assert reference.actions_like(one), one


