"""What the local AWS records of a call has the shape of the payload in events/ that stands for the same call."""

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from network_parts import Site

EVENTS = Path(__file__).parents[2] / "events"
FIXED = [{"Type": "fixed-response", "Order": 1, "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain"}}]
# What an answer here leaves out or has beside, which no reader minds.
INCIDENTAL = {"requestId", "xmlns", "associationState", "isDefault", "loadBalancerAddresses", "ipAddressType", "zoneName", "attributes", "return", "weight"}


@pytest.fixture(scope="module")
def at(aws):
    """Everything that the calls below are about, and the clients."""
    ec2, elb, iam = aws.client("ec2"), aws.client("elbv2"), aws.client("iam")
    site = Site(ec2, "10.90")
    made = {"ec2": ec2, "elb": elb, "iam": iam, "site": site, "spare": ec2.create_route_table(VpcId=site.vpc)["RouteTable"]["RouteTableId"]}
    made["acl"] = ec2.create_network_acl(VpcId=site.vpc)["NetworkAcl"]["NetworkAclId"]
    made["instance"] = site.instance()
    made["interface"] = ec2.create_network_interface(SubnetId=site.subnets[0])["NetworkInterface"]["NetworkInterfaceId"]
    made["address"] = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made["nat"] = ec2.create_nat_gateway(SubnetId=site.subnets[0], AllocationId=ec2.allocate_address(Domain="vpc")["AllocationId"])["NatGateway"]["NatGatewayId"]
    made["balancer"] = elb.create_load_balancer(Name="shapes", Subnets=site.subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    made["group"] = elb.create_target_group(Name="shapes", Protocol="HTTP", Port=80, VpcId=site.vpc)["TargetGroups"][0]["TargetGroupArn"]
    iam.create_role(RoleName="shapes", AssumeRolePolicyDocument="{}")
    for name in ("one", "two"):
        iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName="one", RoleName="shapes")
    return made


def listener(at, port):
    return at["elb"].create_listener(LoadBalancerArn=at["balancer"], Protocol="HTTP", Port=port, DefaultActions=[
        {"Type": "forward", "TargetGroupArn": at["group"], "Order": 1}])["Listeners"][0]["ListenerArn"]


def rule(at, port):
    made = listener(at, port)
    return at["elb"].create_rule(ListenerArn=made, Priority=10, Actions=FIXED, Conditions=[
        {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/admin*"]}}])["Rules"][0]["RuleArn"]


def entry(at, number, **more):
    return {"NetworkAclId": at["acl"], "RuleNumber": number, "Egress": False, "RuleAction": "deny", "Protocol": "6", "CidrBlock": "0.0.0.0/0",
            "PortRange": {"From": 80, "To": 80}, **more}


def default_acl(at):
    return next(one["NetworkAclId"] for one in at["ec2"].describe_network_acls(
        Filters=[{"Name": "vpc-id", "Values": [at["site"].vpc]}, {"Name": "default", "Values": ["true"]}])["NetworkAcls"])


def associated(at):
    return at["ec2"].associate_address(AllocationId=at["address"], InstanceId=at["instance"])["AssociationId"]


def profile(at):
    held = at["ec2"].describe_iam_instance_profile_associations(Filters=[{"Name": "instance-id", "Values": [at["instance"]]}])["IamInstanceProfileAssociations"]
    return held[0]["AssociationId"]


def spare_gateway(at):
    vpc = at["ec2"].create_vpc(CidrBlock="10.91.0.0/16")["Vpc"]["VpcId"]
    return {"InternetGatewayId": at["ec2"].create_internet_gateway()["InternetGateway"]["InternetGatewayId"], "VpcId": vpc}


def attached_gateway(at):
    spare = spare_gateway(at)
    at["ec2"].attach_internet_gateway(**spare)
    return spare


def attachment(at):
    made = at["ec2"].create_network_interface(SubnetId=at["site"].subnets[0])["NetworkInterface"]["NetworkInterfaceId"]
    return at["ec2"].attach_network_interface(NetworkInterfaceId=made, InstanceId=at["instance"], DeviceIndex=1)["AttachmentId"]


def endpoint(at):
    return at["ec2"].create_vpc_endpoint(VpcId=at["site"].vpc, ServiceName="com.amazonaws.us-east-1.sqs", VpcEndpointType="Interface",
                                         SubnetIds=at["site"].subnets)["VpcEndpoint"]["VpcEndpointId"]


def peering(at):
    other = at["ec2"].create_vpc(CidrBlock="10.92.0.0/16")["Vpc"]["VpcId"]
    return at["ec2"].create_vpc_peering_connection(VpcId=at["site"].vpc, PeerVpcId=other)["VpcPeeringConnection"]["VpcPeeringConnectionId"]


CALLS = {  # file -> the call that makes such a record
    "ec2-AssociateAddress": lambda at: at["ec2"].associate_address(AllocationId=at["address"], InstanceId=at["instance"], AllowReassociation=False),
    "ec2-DisassociateAddress": lambda at: at["ec2"].disassociate_address(AssociationId=associated(at)),
    "ec2-CreateRoute": lambda at: at["ec2"].create_route(RouteTableId=at["spare"], DestinationCidrBlock="0.0.0.0/0", GatewayId=at["site"].gateway),
    "ec2-ReplaceRoute": lambda at: at["ec2"].replace_route(RouteTableId=at["spare"], DestinationCidrBlock="0.0.0.0/0", NetworkInterfaceId=at["interface"]),
    "ec2-DeleteRoute": lambda at: at["ec2"].delete_route(RouteTableId=at["spare"], DestinationCidrBlock="0.0.0.0/0"),
    "ec2-DeleteVpcPeeringConnection": lambda at: at["ec2"].delete_vpc_peering_connection(VpcPeeringConnectionId=peering(at)),
    "ec2-ReplaceRouteTableAssociation": lambda at: at["ec2"].replace_route_table_association(AssociationId=at["site"].associations[0], RouteTableId=at["spare"]),
    "ec2-DisassociateRouteTable": lambda at: at["ec2"].disassociate_route_table(AssociationId=at["site"].associations[1]),
    "ec2-AssociateRouteTable": lambda at: at["ec2"].associate_route_table(RouteTableId=at["site"].table, SubnetId=at["site"].subnets[1]),
    "ec2-CreateNetworkAclEntry": lambda at: at["ec2"].create_network_acl_entry(**entry(at, 90)),
    "ec2-CreateNetworkAclEntry-default-list": lambda at: at["ec2"].create_network_acl_entry(
        **{k: v for k, v in entry(at, 90, NetworkAclId=default_acl(at), Protocol="-1").items() if k != "PortRange"}),
    "ec2-ReplaceNetworkAclEntry": lambda at: at["ec2"].replace_network_acl_entry(**entry(at, 90)),
    "ec2-DeleteNetworkAclEntry": lambda at: at["ec2"].delete_network_acl_entry(NetworkAclId=at["acl"], RuleNumber=90, Egress=False),
    "ec2-ReplaceNetworkAclAssociation": lambda at: at["ec2"].replace_network_acl_association(AssociationId=at["site"].acl()[1], NetworkAclId=at["acl"]),
    "ec2-AttachInternetGateway": lambda at: at["ec2"].attach_internet_gateway(**spare_gateway(at)),
    "ec2-DetachInternetGateway": lambda at: at["ec2"].detach_internet_gateway(**attached_gateway(at)),
    "ec2-ModifySubnetAttribute": lambda at: at["ec2"].modify_subnet_attribute(SubnetId=at["site"].subnets[0], MapPublicIpOnLaunch={"Value": True}),
    "ec2-ModifyVpcAttribute": lambda at: at["ec2"].modify_vpc_attribute(VpcId=at["site"].vpc, EnableDnsHostnames={"Value": False}),
    "ec2-AssociateNatGatewayAddress-wrapped": lambda at: at["ec2"].associate_nat_gateway_address(
        NatGatewayId=at["nat"], AllocationIds=[at["ec2"].allocate_address(Domain="vpc")["AllocationId"]]),
    "ec2-DeleteNatGateway-wrapped": lambda at: at["ec2"].delete_nat_gateway(NatGatewayId=at["nat"]),
    "ec2-ModifyVpcEndpoint-wrapped": lambda at: at["ec2"].modify_vpc_endpoint(VpcEndpointId=endpoint(at), AddSecurityGroupIds=[
        at["ec2"].create_security_group(GroupName="shapes-3", Description="x", VpcId=at["site"].vpc)["GroupId"]]),
    "ec2-DeleteVpcEndpoints-wrapped-several": lambda at: at["ec2"].delete_vpc_endpoints(VpcEndpointIds=[endpoint(at), endpoint(at)]),
    "ec2-ModifyInstanceAttribute-groups": lambda at: at["ec2"].modify_instance_attribute(
        InstanceId=at["instance"], Groups=[at["ec2"].create_security_group(GroupName="shapes", Description="x", VpcId=at["site"].vpc)["GroupId"]]),
    "ec2-ModifyInstanceAttribute-source-dest-check": lambda at: at["ec2"].modify_instance_attribute(InstanceId=at["instance"], SourceDestCheck={"Value": False}),
    "ec2-ModifyInstanceMetadataOptions-wrapped": lambda at: at["ec2"].modify_instance_metadata_options(
        InstanceId=at["instance"], HttpTokens="optional", HttpEndpoint="enabled"),
    "ec2-ModifyNetworkInterfaceAttribute": lambda at: at["ec2"].modify_network_interface_attribute(NetworkInterfaceId=at["interface"], Groups=[
        at["ec2"].create_security_group(GroupName="shapes-2", Description="x", VpcId=at["site"].vpc)["GroupId"]]),
    "ec2-AssignIpv6Addresses-wrapped": lambda at: at["ec2"].assign_ipv6_addresses(NetworkInterfaceId=at["interface"], Ipv6Addresses=["2001:db8::17"]),
    "ec2-UnassignIpv6Addresses-wrapped": lambda at: at["ec2"].unassign_ipv6_addresses(NetworkInterfaceId=at["interface"], Ipv6Addresses=["2001:db8::17"]),
    "ec2-DetachNetworkInterface": lambda at: at["ec2"].detach_network_interface(AttachmentId=attachment(at), Force=False),
    "ec2-AssociateIamInstanceProfile-wrapped": lambda at: at["ec2"].associate_iam_instance_profile(InstanceId=at["instance"], IamInstanceProfile={"Name": "one"}),
    "ec2-ReplaceIamInstanceProfileAssociation-wrapped": lambda at: at["ec2"].replace_iam_instance_profile_association(
        AssociationId=profile(at), IamInstanceProfile={"Name": "two"}),
    "ec2-StopInstances": lambda at: at["ec2"].stop_instances(InstanceIds=[at["instance"]], Force=False),
    "ec2-StartInstances": lambda at: at["ec2"].start_instances(InstanceIds=[at["instance"]]),
    "ec2-TerminateInstances": lambda at: at["ec2"].terminate_instances(InstanceIds=[at["site"].instance()]),
    "elasticloadbalancing-CreateListener": lambda at: listener(at, 80),
    "elasticloadbalancing-DeleteListener": lambda at: at["elb"].delete_listener(ListenerArn=listener(at, 81)),
    "elasticloadbalancing-ModifyListenerAttributes": lambda at: at["elb"].modify_listener_attributes(
        ListenerArn=listener(at, 82), Attributes=[{"Key": "routing.http.response.server.enabled", "Value": "false"}]),
    "elasticloadbalancing-CreateRule": lambda at: rule(at, 83),
    "elasticloadbalancing-ModifyRule": lambda at: at["elb"].modify_rule(RuleArn=rule(at, 84), Actions=FIXED),
    "elasticloadbalancing-SetRulePriorities": lambda at: at["elb"].set_rule_priorities(RulePriorities=[{"RuleArn": rule(at, 85), "Priority": 30}]),
    "elasticloadbalancing-DeleteRule": lambda at: at["elb"].delete_rule(RuleArn=rule(at, 86)),
    "elasticloadbalancing-SetSubnets": lambda at: at["elb"].set_subnets(LoadBalancerArn=at["balancer"], Subnets=at["site"].subnets),
    "elasticloadbalancing-ModifyLoadBalancerAttributes": lambda at: at["elb"].modify_load_balancer_attributes(
        LoadBalancerArn=at["balancer"], Attributes=[{"Key": "deletion_protection.enabled", "Value": "false"}]),
    "elasticloadbalancing-ModifyTargetGroupAttributes": lambda at: at["elb"].modify_target_group_attributes(
        TargetGroupArn=at["group"], Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]),
    "elasticloadbalancing-DeleteTargetGroup": lambda at: at["elb"].delete_target_group(
        TargetGroupArn=at["elb"].create_target_group(Name="gone", Protocol="HTTP", Port=80, VpcId=at["site"].vpc)["TargetGroups"][0]["TargetGroupArn"]),
    "iam-AttachRolePolicy": lambda at: at["iam"].attach_role_policy(RoleName="shapes", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"),
    "iam-DetachRolePolicy": lambda at: at["iam"].detach_role_policy(RoleName="shapes", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"),
    "iam-PutRolePolicy": lambda at: at["iam"].put_role_policy(
        RoleName="shapes", PolicyName="more", PolicyDocument='{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'),
    "iam-UpdateAssumeRolePolicy": lambda at: at["iam"].update_assume_role_policy(
        RoleName="shapes", PolicyDocument='{"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'),
    "iam-RemoveRoleFromInstanceProfile": lambda at: at["iam"].remove_role_from_instance_profile(InstanceProfileName="one", RoleName="shapes"),
}


def shape(value):
    """The names and the kinds of values, not the values."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items() if key not in INCIDENTAL}
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    return type(value).__name__


@pytest.mark.parametrize("file", CALLS)
def test_a_record_has_the_shape_of_the_payload(aws, at, file):
    wanted = json.loads((EVENTS / f"{file}.json").read_text())["detail"]
    try:
        CALLS[file](at)
    except ClientError as problem:
        pytest.fail(f"the call itself failed: {problem}")
    record = json.loads(aws.client("cloudtrail").lookup_events(LookupAttributes=[
        {"AttributeKey": "EventName", "AttributeValue": wanted["eventName"]}])["Events"][0]["CloudTrailEvent"])
    assert record["eventSource"] == wanted["eventSource"]
    assert shape(record["requestParameters"]) == shape(wanted["requestParameters"])
    assert shape(record["responseElements"]) == shape(wanted["responseElements"])


def test_every_payload_of_a_call_on_the_network_is_among_them():
    ours = {file.stem for file in EVENTS.glob("*.json") if file.stem.startswith(("ec2-", "elasticloadbalancing-", "iam-"))}
    elsewhere = {one for one in ours if any(word in one for word in ("SecurityGroup", "InstanceStateChange", "ReleaseAddress", "-classic", "-denied", "Targets",
                                                                      "-ModifyListener", "-ModifyTargetGroup"))}
    assert ours - elsewhere <= CALLS.keys()
