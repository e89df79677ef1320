"""VPC endpoints on the local AWS answer as EC2's do."""

import json

import pytest
from botocore.config import Config
from network_parts import Site, code_of

S3 = "com.amazonaws.us-east-1.s3"
SQS = "com.amazonaws.us-east-1.sqs"


@pytest.fixture(scope="module")
def ec2(aws):
    return aws.client("ec2", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def site(ec2):
    return Site(ec2, "10.62")


@pytest.fixture(scope="module")
def groups(ec2, site):
    return [ec2.create_security_group(GroupName=name, Description=name, VpcId=site.vpc)["GroupId"] for name in ("one", "another")]


def shown(ec2, endpoint):
    return ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-endpoint-id", "Values": [endpoint]}])["VpcEndpoints"][0]


def made(ec2, site, **more):
    return ec2.create_vpc_endpoint(VpcId=site.vpc, **more)["VpcEndpoint"]["VpcEndpointId"]


def interfaces(ec2, endpoint):
    return {one["SubnetId"]: one for one in ec2.describe_network_interfaces(NetworkInterfaceIds=shown(ec2, endpoint)["NetworkInterfaceIds"])["NetworkInterfaces"]}


def test_a_gateway_endpoint_is_a_route_in_each_of_its_tables(ec2, site):
    endpoint = made(ec2, site, ServiceName=S3, RouteTableIds=[site.table])
    other = ec2.create_route_table(VpcId=site.vpc)["RouteTable"]["RouteTableId"]
    assert (shown(ec2, endpoint)["VpcEndpointType"], shown(ec2, endpoint)["PrivateDnsEnabled"]) == ("Gateway", False)
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[other])
    assert shown(ec2, endpoint)["RouteTableIds"] == [site.table, other]
    assert endpoint in {target for target, _, _ in site.routes(other).values()}
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[other, other])
    assert endpoint not in {target for target, _, _ in site.routes(other).values()}
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    assert shown(ec2, endpoint)["State"] == "deleted"
    assert endpoint not in {target for target, _, _ in site.routes().values()}


def test_an_interface_endpoint_has_an_interface_in_each_subnet_with_its_groups(ec2, site, groups):
    endpoint = made(ec2, site, ServiceName=SQS, VpcEndpointType="Interface", SubnetIds=site.subnets[:1], SecurityGroupIds=groups[:1])
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=site.subnets, AddSecurityGroupIds=groups)
    found = interfaces(ec2, endpoint)
    assert found.keys() == set(site.subnets)
    assert all({group["GroupId"] for group in one["Groups"]} == set(groups) for one in found.values())
    assert all(one["RequesterManaged"] and one["InterfaceType"] == "vpc_endpoint" for one in found.values())
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveSubnetIds=site.subnets[1:], RemoveSecurityGroupIds=groups[:1])
    assert [one["GroupId"] for one in shown(ec2, endpoint)["Groups"]] == groups[1:]
    assert interfaces(ec2, endpoint).keys() == set(site.subnets[:1])
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    assert shown(ec2, endpoint)["NetworkInterfaceIds"] == []


def test_an_interface_endpoint_without_groups_has_the_default_one_and_the_name_of_the_service(ec2, site):
    endpoint = made(ec2, site, ServiceName=SQS, VpcEndpointType="Interface", SubnetIds=site.subnets[:1])
    [group] = shown(ec2, endpoint)["Groups"]
    assert group["GroupName"] == "default"
    assert shown(ec2, endpoint)["PrivateDnsEnabled"] is True
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=False)
    assert shown(ec2, endpoint)["PrivateDnsEnabled"] is False


def test_the_policy_is_the_default_one_until_there_is_another_and_once_it_is_reset(ec2, site):
    endpoint, policy = made(ec2, site, ServiceName=S3), json.dumps({"Statement": []})
    default = shown(ec2, endpoint)["PolicyDocument"]
    assert json.loads(default)["Version"] == "2008-10-17"
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=policy)
    assert shown(ec2, endpoint)["PolicyDocument"] == policy
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, ResetPolicy=True)
    assert shown(ec2, endpoint)["PolicyDocument"] == default


def test_what_cannot_be_is_refused_and_what_is_not_there_is_named(ec2, site):
    same_zone = ec2.create_subnet(VpcId=site.vpc, CidrBlock="10.62.9.0/24", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
    endpoint = made(ec2, site, ServiceName=SQS, VpcEndpointType="Interface", SubnetIds=site.subnets[:1])
    assert code_of(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, AddSubnetIds=[same_zone]) == "DuplicateSubnetsInSameZone"
    assert code_of(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, AddSecurityGroupIds=["sg-00000000000000000"]) == "InvalidGroup.NotFound"
    assert code_of(ec2.modify_vpc_endpoint, VpcEndpointId="vpce-00000000000000000") == "InvalidVpcEndpointId.NotFound"
    assert code_of(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, PolicyDocument="no") == "InvalidParameterValue"
    [missing] = ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-00000000000000000", endpoint])["Unsuccessful"]
    assert missing["ResourceId"] == "vpce-00000000000000000"
    assert code_of(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint) == "InvalidVpcEndpointId.NotFound"
