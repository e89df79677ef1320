"""Gateways, Elastic IP addresses and what has them, on the local AWS."""

import pytest
from botocore.config import Config
from network_parts import Site, code_of


@pytest.fixture(scope="module")
def ec2(aws):
    return aws.client("ec2", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def site(ec2):
    return Site(ec2, "10.65")


@pytest.fixture
def address(ec2):
    made = ec2.allocate_address(Domain="vpc")
    yield made
    for one in ec2.describe_addresses(Filters=[{"Name": "allocation-id", "Values": [made["AllocationId"]]}])["Addresses"]:
        if one.get("AssociationId"):
            ec2.disassociate_address(AssociationId=one["AssociationId"])
        ec2.release_address(AllocationId=made["AllocationId"])


def described(ec2, address):
    return ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"][0]


def public_address(ec2, instance):
    return ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0].get("PublicIpAddress")


def test_an_address_moves_to_another_instance_unless_it_may_not(ec2, site, address):
    first, second = site.instance(), site.instance()
    made = ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=first)["AssociationId"]
    assert public_address(ec2, first) == address["PublicIp"] and described(ec2, address)["InstanceId"] == first
    assert code_of(ec2.associate_address, AllocationId=address["AllocationId"], InstanceId=second, AllowReassociation=False) == "Resource.AlreadyAssociated"
    again = ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=second)["AssociationId"]
    assert again != made and public_address(ec2, first) is None and public_address(ec2, second) == address["PublicIp"]
    assert code_of(ec2.disassociate_address, AssociationId=made) == "InvalidAssociationID.NotFound"
    ec2.terminate_instances(InstanceIds=[first, second])
    assert "AssociationId" not in described(ec2, address)


def test_an_instance_gives_up_the_address_that_it_had(ec2, site, address):
    instance, other = site.instance(), ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=other["AllocationId"], InstanceId=instance)
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)
    assert public_address(ec2, instance) == address["PublicIp"] and "InstanceId" not in described(ec2, other)
    ec2.release_address(AllocationId=other["AllocationId"])
    ec2.terminate_instances(InstanceIds=[instance])


def test_whose_an_address_is_stands_beside_it(ec2, site, address):
    ec2.modify_subnet_attribute(SubnetId=site.subnets[1], MapPublicIpOnLaunch={"Value": True})
    instance = site.instance(subnet=1)

    def interface():
        return ec2.describe_network_interfaces(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])["NetworkInterfaces"][0]
    assert interface()["Association"]["IpOwnerId"] == "amazon" and "AllocationId" not in interface()["Association"]
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)
    assert interface()["Association"] == interface()["PrivateIpAddresses"][0]["Association"]
    assert (interface()["Association"]["IpOwnerId"], interface()["Association"]["AllocationId"]) == ("123456789012", address["AllocationId"])
    found = ec2.describe_network_interfaces(Filters=[{"Name": "association.public-ip", "Values": [address["PublicIp"]]}])["NetworkInterfaces"]
    assert [one["NetworkInterfaceId"] for one in found] == [interface()["NetworkInterfaceId"]]
    ec2.disassociate_address(PublicIp=address["PublicIp"])
    assert interface()["Association"]["IpOwnerId"] == "amazon", "launched with one, so it gets one again"
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.modify_subnet_attribute(SubnetId=site.subnets[1], MapPublicIpOnLaunch={"Value": False})


def test_an_address_in_use_is_not_released(ec2, site, address):
    instance = site.instance()
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)
    assert code_of(ec2.release_address, AllocationId=address["AllocationId"]) == "InvalidIPAddress.InUse"
    ec2.terminate_instances(InstanceIds=[instance])
    assert code_of(ec2.release_address, AllocationId="eipalloc-00000000000000000") == "InvalidAllocationID.NotFound"


def test_an_address_needs_an_internet_gateway(ec2, address):
    vpc = ec2.create_vpc(CidrBlock="10.66.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.66.0.0/24")["Subnet"]["SubnetId"]
    instance = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]["InstanceId"]
    assert code_of(ec2.associate_address, AllocationId=address["AllocationId"], InstanceId=instance) == "Gateway.NotAttached"


def test_addresses_are_found_by_what_has_them(ec2, site, address):
    instance = site.instance()
    made = ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)["AssociationId"]
    for name, value in (("instance-id", instance), ("association-id", made), ("public-ip", address["PublicIp"]), ("allocation-id", address["AllocationId"])):
        found = ec2.describe_addresses(Filters=[{"Name": name, "Values": [value]}])["Addresses"]
        assert [one["PublicIp"] for one in found] == [address["PublicIp"]], name
    assert code_of(ec2.describe_addresses, PublicIps=["192.0.2.1"]) == "InvalidAddress.NotFound"
    ec2.terminate_instances(InstanceIds=[instance])


def test_a_vpc_has_one_internet_gateway_which_stays_while_an_address_is_mapped(ec2, site, address):
    other = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    assert code_of(ec2.attach_internet_gateway, InternetGatewayId=other, VpcId=site.vpc) == "InvalidParameterValue"
    vpc = ec2.create_vpc(CidrBlock="10.67.0.0/16")["Vpc"]["VpcId"]
    assert code_of(ec2.attach_internet_gateway, InternetGatewayId=site.gateway, VpcId=vpc) == "Resource.AlreadyAssociated"
    assert code_of(ec2.detach_internet_gateway, InternetGatewayId=site.gateway, VpcId=vpc) == "Gateway.NotAttached"
    assert code_of(ec2.delete_internet_gateway, InternetGatewayId=site.gateway) == "DependencyViolation"
    instance = site.instance()
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)
    assert code_of(ec2.detach_internet_gateway, InternetGatewayId=site.gateway, VpcId=site.vpc) == "DependencyViolation"
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.detach_internet_gateway(InternetGatewayId=site.gateway, VpcId=site.vpc)
    found = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [site.vpc]}])["InternetGateways"]
    assert found == []
    ec2.attach_internet_gateway(InternetGatewayId=site.gateway, VpcId=site.vpc)
    ec2.delete_internet_gateway(InternetGatewayId=other)
    assert code_of(ec2.describe_internet_gateways, InternetGatewayIds=[other]) == "InvalidInternetGatewayID.NotFound"


@pytest.fixture
def nat_gateway(ec2, site, address):
    made = ec2.create_nat_gateway(SubnetId=site.subnets[0], AllocationId=address["AllocationId"])["NatGateway"]["NatGatewayId"]
    yield made
    if ec2.describe_nat_gateways(NatGatewayIds=[made])["NatGateways"][0]["State"] == "available":
        ec2.delete_nat_gateway(NatGatewayId=made)


def test_a_nat_gateway_has_an_interface_in_its_subnet_and_its_address(ec2, site, address, nat_gateway):
    shown = ec2.describe_nat_gateways(Filters=[{"Name": "vpc-id", "Values": [site.vpc]}, {"Name": "state", "Values": ["available"]}])["NatGateways"][0]
    [held] = shown["NatGatewayAddresses"]
    assert (shown["State"], held["AllocationId"], held["PublicIp"], held["IsPrimary"]) == ("available", address["AllocationId"], address["PublicIp"], True)
    interface = ec2.describe_network_interfaces(NetworkInterfaceIds=[held["NetworkInterfaceId"]])["NetworkInterfaces"][0]
    assert (interface["Description"], interface["InterfaceType"], interface["RequesterManaged"]) == (f"Interface for NAT Gateway {nat_gateway}", "nat_gateway", True)
    assert interface["PrivateIpAddress"] == held["PrivateIp"] and held["PrivateIp"].startswith("10.65.0.") and interface["Groups"] == []
    assert described(ec2, address)["NetworkInterfaceId"] == interface["NetworkInterfaceId"]
    assert code_of(ec2.disassociate_address, PublicIp=address["PublicIp"]) == "OperationNotPermitted"


def test_a_deleted_nat_gateway_gives_its_address_back_and_leaves_a_blackhole(ec2, site, address, nat_gateway):
    table = ec2.create_route_table(VpcId=site.vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat_gateway)
    ec2.delete_nat_gateway(NatGatewayId=nat_gateway)
    assert site.routes(table)["0.0.0.0/0"] == (nat_gateway, "blackhole", "CreateRoute")
    assert ec2.describe_nat_gateways(NatGatewayIds=[nat_gateway])["NatGateways"][0]["State"] == "deleted"
    assert "AssociationId" not in described(ec2, address)
    assert code_of(ec2.delete_nat_gateway, NatGatewayId=nat_gateway) == "NatGatewayNotFound"
    assert code_of(ec2.create_route, RouteTableId=site.table, DestinationCidrBlock="198.51.100.0/24", NatGatewayId=nat_gateway) == "InvalidNatGatewayID.NotFound"


def test_a_nat_gateway_takes_a_second_address_and_gives_it_back(ec2, nat_gateway):
    second = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_nat_gateway_address(NatGatewayId=nat_gateway, AllocationIds=[second])
    held = ec2.describe_nat_gateways(NatGatewayIds=[nat_gateway])["NatGateways"][0]["NatGatewayAddresses"]
    assert [(one["AllocationId"] == second, one["IsPrimary"]) for one in held] == [(False, True), (True, False)]
    ec2.disassociate_nat_gateway_address(NatGatewayId=nat_gateway, AssociationIds=[held[1]["AssociationId"]])
    assert len(ec2.describe_nat_gateways(NatGatewayIds=[nat_gateway])["NatGateways"][0]["NatGatewayAddresses"]) == 1
    ec2.release_address(AllocationId=second)


def test_a_public_nat_gateway_without_an_internet_gateway_fails(ec2, address):
    vpc = ec2.create_vpc(CidrBlock="10.68.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.68.0.0/24")["Subnet"]["SubnetId"]
    made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"])["NatGateway"]["NatGatewayId"]
    shown = ec2.describe_nat_gateways(NatGatewayIds=[made])["NatGateways"][0]
    assert (shown["State"], shown["FailureCode"]) == ("failed", "Gateway.NotAttached")
    assert code_of(ec2.describe_nat_gateways, NatGatewayIds=["nat-00000000000000000"]) == "NatGatewayNotFound"
