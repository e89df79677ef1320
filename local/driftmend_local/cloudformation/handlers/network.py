"""VPC, subnets, internet gateways, routes."""

import json

from .base import Handler, changed, handles, is_true


@handles("AWS::EC2::VPC")
class Vpc(Handler):
    def create(self, ctx, p):
        vpc = ctx.call("ec2", "create_vpc", p, TagSpecifications=ctx.ec2_tags("vpc", p))["Vpc"]
        ctx.keep(vpc["VpcId"])
        self._flags(ctx, vpc["VpcId"], p)
        group = ctx.call("ec2", "describe_security_groups", Filters=[
            {"Name": "vpc-id", "Values": [vpc["VpcId"]]}, {"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]
        acl = ctx.call("ec2", "describe_network_acls", Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["NetworkAcls"]
        return vpc["VpcId"], {"VpcId": vpc["VpcId"], "CidrBlock": vpc["CidrBlock"], "CidrBlockAssociations": [],
                              "Ipv6CidrBlocks": [], "DefaultSecurityGroup": group[0]["GroupId"] if group else "",
                              "DefaultNetworkAcl": acl[0]["NetworkAclId"] if acl else ""}

    def update(self, ctx, old, new):
        if changed(old, new) - {"EnableDnsHostnames", "EnableDnsSupport", "Tags"}:
            return None
        self._flags(ctx, ctx.id, new)
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_vpc", VpcId=ctx.id)

    def _flags(self, ctx, vpc_id, p):
        """DNS hostnames need DNS support, which therefore goes on first and off last."""
        flags = [flag for flag in ("EnableDnsSupport", "EnableDnsHostnames") if flag in p]
        for flag in flags if is_true(p.get("EnableDnsSupport", True)) else reversed(flags):
            ctx.call("ec2", "modify_vpc_attribute", VpcId=vpc_id, **{flag: {"Value": p[flag]}})


@handles("AWS::EC2::VPCCidrBlock")
class VpcCidrBlock(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "associate_vpc_cidr_block", p)
        made = (made.get("CidrBlockAssociation") or made["Ipv6CidrBlockAssociation"])["AssociationId"]
        return made, {"Id": made}

    def delete(self, ctx, p):
        ctx.call("ec2", "disassociate_vpc_cidr_block", AssociationId=ctx.id)


_ON_LAUNCH = ("MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation", "EnableDns64")


@handles("AWS::EC2::Subnet")
class Subnet(Handler):
    def create(self, ctx, p):
        subnet = ctx.call("ec2", "create_subnet", p, TagSpecifications=ctx.ec2_tags("subnet", p))["Subnet"]
        ctx.keep(subnet["SubnetId"])
        self._set(ctx, [name for name in _ON_LAUNCH if name in p], p)
        acl = ctx.call("ec2", "describe_network_acls", Filters=[{"Name": "association.subnet-id", "Values": [ctx.id]}])["NetworkAcls"][0]
        association = next(one["NetworkAclAssociationId"] for one in acl["Associations"] if one["SubnetId"] == ctx.id)
        return ctx.id, {"SubnetId": ctx.id, "AvailabilityZone": subnet["AvailabilityZone"], "VpcId": subnet["VpcId"],
                        "AvailabilityZoneId": subnet.get("AvailabilityZoneId", ""), "CidrBlock": subnet["CidrBlock"],
                        "Ipv6CidrBlocks": [one["Ipv6CidrBlock"] for one in subnet.get("Ipv6CidrBlockAssociationSet", [])],
                        "NetworkAclAssociationId": association}

    def update(self, ctx, old, new):
        differing = changed(old, new)
        if differing - {*_ON_LAUNCH, "Tags", "PrivateDnsNameOptionsOnLaunch"}:
            return None
        self._set(ctx, [name for name in _ON_LAUNCH if name in differing], new)
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_subnet", SubnetId=ctx.id)

    def _set(self, ctx, names, p):
        for name in names:
            ctx.call("ec2", "modify_subnet_attribute", SubnetId=ctx.id, **{name: {"Value": p.get(name, False)}})


@handles("AWS::EC2::InternetGateway")
class InternetGateway(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_internet_gateway", TagSpecifications=ctx.ec2_tags("internet-gateway", p))["InternetGateway"]
        return made["InternetGatewayId"], {"InternetGatewayId": made["InternetGatewayId"]}

    def update(self, ctx, old, new):
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_internet_gateway", InternetGatewayId=ctx.id)


@handles("AWS::EC2::VPCGatewayAttachment")
class GatewayAttachment(Handler):
    """Its gateway can be exchanged in place."""

    def create(self, ctx, p):
        self._attach(ctx, p)
        return (f"IGW|{p['VpcId']}", {"AttachmentType": "IGW"}) if p.get("InternetGatewayId") else (f"VGW|{p['VpcId']}", {"AttachmentType": "VGW"})

    def update(self, ctx, old, new):
        if "VpcId" in changed(old, new) or bool(old.get("VpnGatewayId")) != bool(new.get("VpnGatewayId")):
            return None
        self.delete(ctx, old)
        self._attach(ctx, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "detach_internet_gateway" if p.get("InternetGatewayId") else "detach_vpn_gateway", p)

    def _attach(self, ctx, p):
        ctx.call("ec2", "attach_internet_gateway" if p.get("InternetGatewayId") else "attach_vpn_gateway", p)


@handles("AWS::EC2::EgressOnlyInternetGateway")
class EgressOnlyInternetGateway(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_egress_only_internet_gateway", p)["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
        return made, {"Id": made}

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_egress_only_internet_gateway", EgressOnlyInternetGatewayId=ctx.id)


@handles("AWS::EC2::VPNGateway")
class VpnGateway(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_vpn_gateway", p, TagSpecifications=ctx.ec2_tags("vpn-gateway", p))["VpnGateway"]["VpnGatewayId"]
        return made, {"VPNGatewayId": made}

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_vpn_gateway", VpnGatewayId=ctx.id)


@handles("AWS::EC2::VPCPeeringConnection")
class PeeringConnection(Handler):
    """Within one account it is accepted at once."""

    def create(self, ctx, p):
        made = ctx.call("ec2", "create_vpc_peering_connection", p)["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        ctx.call("ec2", "accept_vpc_peering_connection", VpcPeeringConnectionId=ctx.keep(made))
        return made, {"Id": made}

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_vpc_peering_connection", VpcPeeringConnectionId=ctx.id)


@handles("AWS::EC2::RouteTable")
class RouteTable(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_route_table", p, TagSpecifications=ctx.ec2_tags("route-table", p))["RouteTable"]["RouteTableId"]
        return made, {"RouteTableId": made}

    def update(self, ctx, old, new):
        if changed(old, new) - {"Tags"}:
            return None
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_route_table", RouteTableId=ctx.id)


_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


@handles("AWS::EC2::Route")
class Route(Handler):
    def create(self, ctx, p):
        ctx.call("ec2", "create_route", p)
        destination = next(p[d] for d in _DESTINATIONS if d in p)
        return f"{p['RouteTableId']}|{destination}", {"CidrBlock": destination}

    def update(self, ctx, old, new):
        if changed(old, new) & {"RouteTableId", *_DESTINATIONS}:
            return None
        ctx.call("ec2", "replace_route", new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_route", p)


@handles("AWS::EC2::SubnetRouteTableAssociation")
class RouteTableAssociation(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "associate_route_table", p)["AssociationId"]
        return made, {"Id": made}

    def update(self, ctx, old, new):
        if "SubnetId" in changed(old, new):
            return None
        made = ctx.call("ec2", "replace_route_table_association", AssociationId=ctx.id, RouteTableId=new["RouteTableId"])["NewAssociationId"]
        return made, {"Id": made}

    def delete(self, ctx, p):
        ctx.call("ec2", "disassociate_route_table", AssociationId=ctx.id)


_OF_ENDPOINTS = {"SecurityGroupIds", "SubnetIds", "RouteTableIds"}


@handles("AWS::EC2::VPCEndpoint")
class VpcEndpoint(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_vpc_endpoint", p, PolicyDocument=_text(p), TagSpecifications=ctx.ec2_tags("vpc-endpoint", p))["VpcEndpoint"]
        return made["VpcEndpointId"], {"Id": made["VpcEndpointId"], "DnsEntries": [], "NetworkInterfaceIds": made.get("NetworkInterfaceIds", [])}

    def update(self, ctx, old, new):
        if changed(old, new) - {*_OF_ENDPOINTS, "PolicyDocument", "PrivateDnsEnabled", "Tags"}:
            return None
        sets = {}
        for name in _OF_ENDPOINTS & changed(old, new):
            sets |= {f"Add{name}": [one for one in new.get(name, []) if one not in old.get(name, [])],
                     f"Remove{name}": [one for one in old.get(name, []) if one not in new.get(name, [])]}
        ctx.call("ec2", "modify_vpc_endpoint", {"VpcEndpointId": ctx.id, "PrivateDnsEnabled": new.get("PrivateDnsEnabled")},
                 PolicyDocument=_text(new), ResetPolicy="PolicyDocument" not in new or None, **{name: ids for name, ids in sets.items() if ids})
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_vpc_endpoints", VpcEndpointIds=[ctx.id])


def _text(p):
    policy = p.get("PolicyDocument")
    return json.dumps(policy) if isinstance(policy, dict) else policy
