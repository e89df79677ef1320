"""What the tests of the network share: refusals by their code, and a VPC that the internet reaches."""

import pytest
from botocore.exceptions import ClientError


def code_of(call, **arguments):
    """The code of the error that the call must end in."""
    with pytest.raises(ClientError) as problem:
        call(**arguments)
    return problem.value.response["Error"]["Code"]


class Site:
    """A VPC with an internet gateway, two public subnets in two zones, and their route table."""

    def __init__(self, ec2, block):
        self.ec2 = ec2
        self.vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
        self.gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)
        self.subnets = [ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"{block}.{i}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]["SubnetId"]
                        for i, zone in enumerate("ab")]
        self.table = ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0", GatewayId=self.gateway)
        self.associations = [ec2.associate_route_table(RouteTableId=self.table, SubnetId=subnet)["AssociationId"] for subnet in self.subnets]

    def instance(self, subnet=0, **more):
        return self.ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=self.subnets[subnet], **more)["Instances"][0]["InstanceId"]

    def routes(self, table=None):
        """{destination: (target, state, origin)}"""
        shown = self.ec2.describe_route_tables(RouteTableIds=[table or self.table])["RouteTables"][0]["Routes"]
        targets = ("NatGatewayId", "InstanceId", "NetworkInterfaceId", "VpcPeeringConnectionId", "EgressOnlyInternetGatewayId", "TransitGatewayId", "GatewayId")
        return {one.get("DestinationCidrBlock") or one.get("DestinationIpv6CidrBlock") or one["DestinationPrefixListId"]:
                (next(one[t] for t in targets if one.get(t)), one["State"], one["Origin"]) for one in shown}

    def acl(self, subnet=0):
        """(the list of a subnet, its association)"""
        found, = self.ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [self.subnets[subnet]]}])["NetworkAcls"]
        return found, next(one["NetworkAclAssociationId"] for one in found["Associations"] if one["SubnetId"] == self.subnets[subnet])
