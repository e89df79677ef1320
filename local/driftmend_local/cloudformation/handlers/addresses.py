"""Elastic IP addresses, and the NAT gateways and network interfaces that have them."""

from ...api.request import AwsError
from .base import Handler, changed, handles


@handles("AWS::EC2::EIP")
class ElasticIp(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "allocate_address", p, Domain="vpc", TagSpecifications=ctx.ec2_tags("elastic-ip", p))
        ctx.keep(made["PublicIp"])
        ctx.resource.attributes = {"AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"]}
        if p.get("InstanceId"):
            ctx.call("ec2", "associate_address", AllocationId=made["AllocationId"], InstanceId=p["InstanceId"])
        return ctx.id, ctx.resource.attributes

    def update(self, ctx, old, new):
        if changed(old, new) - {"InstanceId", "Tags"}:
            return None
        if old.get("InstanceId") != new.get("InstanceId"):
            self._disassociate(ctx)
            if new.get("InstanceId"):
                ctx.call("ec2", "associate_address", AllocationId=ctx.resource.attributes["AllocationId"], InstanceId=new["InstanceId"])
        ctx.retag_ec2(ctx.resource.attributes["AllocationId"], old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        if p.get("InstanceId"):
            self._disassociate(ctx)
        ctx.call("ec2", "release_address", AllocationId=ctx.resource.attributes["AllocationId"])

    def _disassociate(self, ctx):
        for address in ctx.call("ec2", "describe_addresses", AllocationIds=[ctx.resource.attributes["AllocationId"]])["Addresses"]:
            if address.get("AssociationId"):
                ctx.call("ec2", "disassociate_address", AssociationId=address["AssociationId"])


@handles("AWS::EC2::EIPAssociation")
class ElasticIpAssociation(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "associate_address", p, PublicIp=p.get("EIP"))["AssociationId"]
        return made, {"Id": made}

    def delete(self, ctx, p):
        ctx.call("ec2", "disassociate_address", AssociationId=ctx.id)


@handles("AWS::EC2::NatGateway")
class NatGateway(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_nat_gateway", p, TagSpecifications=ctx.ec2_tags("natgateway", p))["NatGateway"]["NatGatewayId"]
        seen = ctx.call("ec2", "describe_nat_gateways", NatGatewayIds=[ctx.keep(made)])["NatGateways"][0]
        if seen["State"] == "failed":
            raise AwsError("NotStabilized", f"NatGateway {made} is in state failed and hence failed to stabilize. Detailed failure message: {seen.get('FailureMessage')}")
        return made, {"NatGatewayId": made, "EniId": seen["NatGatewayAddresses"][0]["NetworkInterfaceId"]}

    def update(self, ctx, old, new):
        if changed(old, new) - {"Tags", "SecondaryAllocationIds", "MaxDrainDurationSeconds"}:
            return None
        had, wanted = (set(p.get("SecondaryAllocationIds", [])) for p in (old, new))
        held = ctx.call("ec2", "describe_nat_gateways", NatGatewayIds=[ctx.id])["NatGateways"][0]["NatGatewayAddresses"]
        gone = [one["AssociationId"] for one in held if one.get("AllocationId") in had - wanted]
        if gone:
            ctx.call("ec2", "disassociate_nat_gateway_address", NatGatewayId=ctx.id, AssociationIds=gone)
        if wanted - had:
            ctx.call("ec2", "associate_nat_gateway_address", NatGatewayId=ctx.id, AllocationIds=sorted(wanted - had))
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        seen = ctx.call("ec2", "describe_nat_gateways", Filter=[{"Name": "nat-gateway-id", "Values": [ctx.id]}])["NatGateways"]
        if any(one["State"] == "available" for one in seen):
            ctx.call("ec2", "delete_nat_gateway", NatGatewayId=ctx.id)


@handles("AWS::EC2::NetworkInterface")
class NetworkInterface(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_network_interface", p, Groups=p.get("GroupSet"), TagSpecifications=ctx.ec2_tags("network-interface", p))["NetworkInterface"]
        return made["NetworkInterfaceId"], {"Id": made["NetworkInterfaceId"], "PrimaryPrivateIpAddress": made["PrivateIpAddress"],
                                            "SecondaryPrivateIpAddresses": [], "VpcId": made["VpcId"]}

    def update(self, ctx, old, new):
        differing = changed(old, new)
        if differing - {"GroupSet", "SourceDestCheck", "Description", "Tags"}:
            return None
        if "GroupSet" in differing:
            ctx.call("ec2", "modify_network_interface_attribute", NetworkInterfaceId=ctx.id, Groups=new["GroupSet"])
        if "SourceDestCheck" in differing:
            ctx.call("ec2", "modify_network_interface_attribute", NetworkInterfaceId=ctx.id, SourceDestCheck={"Value": new.get("SourceDestCheck", True)})
        if "Description" in differing:
            ctx.call("ec2", "modify_network_interface_attribute", NetworkInterfaceId=ctx.id, Description={"Value": new.get("Description", "")})
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_network_interface", NetworkInterfaceId=ctx.id)
