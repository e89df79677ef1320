"""Stacks of network, load balancer and identity types: deployed with every property, updated in place, gone without a trace."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from test_cloudformation import ids, settled

TEMPLATE = Path(__file__).with_name("network.yaml").read_text()


def update(aws, hardened):
    aws.client("cloudformation").update_stack(StackName="network", TemplateBody=TEMPLATE, Capabilities=["CAPABILITY_IAM"],
                                              Parameters=[{"ParameterKey": "Hardened", "ParameterValue": hardened}])
    failed = [one.get("ResourceStatusReason") for one in aws.client("cloudformation").describe_stack_events(StackName="network")["StackEvents"]
              if one["ResourceStatus"] == "UPDATE_FAILED"]
    assert settled(aws, "network")["StackStatus"] == "UPDATE_COMPLETE", failed


@pytest.fixture(scope="module")
def made(aws):
    aws.client("cloudformation").create_stack(StackName="network", TemplateBody=TEMPLATE, Capabilities=["CAPABILITY_IAM"])
    shown = settled(aws, "network")
    assert shown["StackStatus"] == "CREATE_COMPLETE", shown.get("StackStatusReason")
    return ids(aws, "network")


@pytest.fixture(scope="module")
def look(aws, made):
    """What there is, in one dict of plain values."""
    ec2, elb, iam = aws.client("ec2"), aws.client("elbv2"), aws.client("iam")

    def attributes(answer, key):
        return {one["Key"]: one["Value"] for one in answer["Attributes"]}[key]

    def seen():
        acl = ec2.describe_network_acls(NetworkAclIds=[made["Acl"]])["NetworkAcls"][0]
        machine = ec2.describe_instances(InstanceIds=[made["Instance"]])["Reservations"][0]["Instances"][0]
        role = iam.get_role(RoleName=made["Role"])["Role"]
        rule = elb.describe_rules(RuleArns=[made["Rule"]])["Rules"][0]
        return {
            "hostnames": ec2.describe_vpc_attribute(VpcId=made["Vpc"], Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"],
            "maps": ec2.describe_subnets(SubnetIds=[made["SubnetA"]])["Subnets"][0]["MapPublicIpOnLaunch"],
            "ports": next(one["PortRange"] for one in acl["Entries"] if "PortRange" in one),
            "check": machine["SourceDestCheck"], "tokens": machine["MetadataOptions"]["HttpTokens"],
            "profile": machine["IamInstanceProfile"]["Arn"].split("/")[-1], "boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "http2": attributes(elb.describe_load_balancer_attributes(LoadBalancerArn=made["Balancer"]), "routing.http2.enabled"),
            "server": attributes(elb.describe_listener_attributes(ListenerArn=made["Listener"]), "routing.http.response.server.enabled"),
            "sticky": attributes(elb.describe_target_group_attributes(TargetGroupArn=made["Group"]), "stickiness.enabled"),
            "priority": rule["Priority"], "fields": [one["Field"] for one in rule["Conditions"]]}
    return seen


OPEN = {"hostnames": True, "maps": True, "ports": {"From": 80, "To": 443}, "check": False, "tokens": "optional", "boundary": None,
        "http2": "false", "server": "true", "sticky": "true", "priority": "10", "fields": ["path-pattern", "source-ip"]}
HARDENED = {"hostnames": False, "maps": False, "ports": {"From": 80, "To": 80}, "check": True, "tokens": "required",
            "boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess", "http2": "true", "server": "false", "sticky": "false", "priority": "5",
            "fields": ["path-pattern", "source-ip"]}


def test_every_property_is_deployed(made, look):
    assert look() == OPEN | {"profile": made["Profile"]}


def test_lists_routes_and_addresses_are_where_the_template_puts_them(aws, made):
    ec2 = aws.client("ec2")
    of_a, = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [made["SubnetA"]]}])["NetworkAcls"]
    assert of_a["NetworkAclId"] == made["Acl"] and made["AclOfA"].startswith("aclassoc-")
    default, = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [made["Vpc"]]}, {"Name": "default", "Values": ["true"]}])["NetworkAcls"]
    assert {one["RuleNumber"]: one.get("IcmpTypeCode") for one in default["Entries"] if not one["Egress"]} == {90: {"Type": 8, "Code": -1}, 100: None, 32767: None}
    table = ec2.describe_route_tables(RouteTableIds=[made["Routes"]])["RouteTables"][0]
    assert {one["DestinationCidrBlock"]: one.get("InstanceId") for one in table["Routes"]} == {
        "10.80.0.0/16": None, "0.0.0.0/0": None, "198.51.100.0/24": made["Instance"]}
    held = {one["PublicIp"]: one["InstanceId"] for one in ec2.describe_addresses()["Addresses"]}
    assert held == {made["Address"]: made["Instance"], made["OwnAddress"]: made["OtherInstance"]}


def test_a_role_has_its_policies_of_every_make(aws, made):
    iam = aws.client("iam")
    assert sorted(iam.list_role_policies(RoleName=made["Role"])["PolicyNames"]) == ["inline", "own", "separate"]
    assert iam.get_role_policy(RoleName=made["Role"], PolicyName="inline")["PolicyDocument"] == {
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}, "kept as it was written"
    assert [one["PolicyArn"] for one in iam.list_attached_role_policies(RoleName=made["Role"])["AttachedPolicies"]] == [made["Managed"]]


def test_every_property_is_updated_in_place_and_back(aws, made, look):
    update(aws, "true")
    assert look() == HARDENED | {"profile": made["OtherProfile"]}
    assert ids(aws, "network") == made
    update(aws, "false")
    assert look() == OPEN | {"profile": made["Profile"]}


def test_a_deleted_stack_leaves_nothing(aws, made):
    aws.client("cloudformation").delete_stack(StackName="network")
    for _ in range(100):
        try:
            status = settled(aws, "network")["StackStatus"]
        except ClientError:
            break
        assert status != "DELETE_FAILED"
        if status == "DELETE_COMPLETE":
            break
    ec2 = aws.client("ec2")
    assert ec2.describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [made["Vpc"]]}])["Vpcs"] == []
    assert ec2.describe_addresses()["Addresses"] == []
    assert ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [made["Vpc"]]}])["NetworkInterfaces"] == []
    with pytest.raises(ClientError, match="NoSuchEntity"):
        aws.client("iam").get_role(RoleName=made["Role"])


def test_a_nat_gateway_that_fails_fails_its_stack_with_the_reason(aws):
    body = """{"Resources": {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.81.0.0/16"}},
        "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.81.0.0/24"}},
        "Address": {"Type": "AWS::EC2::EIP"},
        "Nat": {"Type": "AWS::EC2::NatGateway", "Properties": {"SubnetId": {"Ref": "Subnet"}, "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}}}}}"""
    aws.client("cloudformation").create_stack(StackName="no-way-out", TemplateBody=body)
    assert settled(aws, "no-way-out")["StackStatus"] == "ROLLBACK_COMPLETE"
    events = aws.client("cloudformation").describe_stack_events(StackName="no-way-out")["StackEvents"]
    assert any("has no Internet gateway attached" in one.get("ResourceStatusReason", "") for one in events)
