"""VPC, subnets, routes, gateways, addresses, network ACLs."""

from .base import Handler, changed, handles


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
        for flag in ("EnableDnsHostnames", "EnableDnsSupport"):
            if flag in p:
                ctx.call("ec2", "modify_vpc_attribute", VpcId=vpc_id, **{flag: {"Value": p[flag]}})


@handles("AWS::EC2::Subnet")
class Subnet(Handler):
    def create(self, ctx, p):
        subnet = ctx.call("ec2", "create_subnet", p, TagSpecifications=ctx.ec2_tags("subnet", p))["Subnet"]
        ctx.keep(subnet["SubnetId"])
        if "MapPublicIpOnLaunch" in p:
            ctx.call("ec2", "modify_subnet_attribute", SubnetId=subnet["SubnetId"], MapPublicIpOnLaunch={"Value": p["MapPublicIpOnLaunch"]})
        return subnet["SubnetId"], {"SubnetId": subnet["SubnetId"], "AvailabilityZone": subnet["AvailabilityZone"], "VpcId": subnet["VpcId"],
                                    "CidrBlock": subnet["CidrBlock"], "Ipv6CidrBlocks": [], "NetworkAclAssociationId": ""}

    def update(self, ctx, old, new):
        if changed(old, new) - {"MapPublicIpOnLaunch", "Tags"}:
            return None
        ctx.call("ec2", "modify_subnet_attribute", SubnetId=ctx.id, MapPublicIpOnLaunch={"Value": new.get("MapPublicIpOnLaunch", False)})
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_subnet", SubnetId=ctx.id)


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
    def create(self, ctx, p):
        ctx.call("ec2", "attach_internet_gateway", p)
        return f"IGW|{p['VpcId']}", {"AttachmentType": "IGW"}

    def delete(self, ctx, p):
        ctx.call("ec2", "detach_internet_gateway", p)


@handles("AWS::EC2::EIP")
class ElasticIp(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "allocate_address", Domain="vpc", TagSpecifications=ctx.ec2_tags("elastic-ip", p))
        if p.get("InstanceId"):
            ctx.call("ec2", "associate_address", AllocationId=made["AllocationId"], InstanceId=p["InstanceId"])
        return made["PublicIp"], {"AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"]}

    def delete(self, ctx, p):
        ctx.call("ec2", "release_address", AllocationId=ctx.resource.attributes["AllocationId"])


@handles("AWS::EC2::EIPAssociation")
class ElasticIpAssociation(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "associate_address", p)["AssociationId"]
        return made, {"Id": made}

    def delete(self, ctx, p):
        ctx.call("ec2", "disassociate_address", AssociationId=ctx.id)


@handles("AWS::EC2::NatGateway")
class NatGateway(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_nat_gateway", p, TagSpecifications=ctx.ec2_tags("natgateway", p))["NatGateway"]["NatGatewayId"]
        return made, {"NatGatewayId": made}

    def update(self, ctx, old, new):
        if changed(old, new) - {"Tags"}:
            return None
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_nat_gateway", NatGatewayId=ctx.id)


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


@handles("AWS::EC2::NetworkAcl")
class NetworkAcl(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_network_acl", p, TagSpecifications=ctx.ec2_tags("network-acl", p))["NetworkAcl"]["NetworkAclId"]
        return made, {"Id": made}

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_network_acl", NetworkAclId=ctx.id)


@handles("AWS::EC2::NetworkAclEntry")
class NetworkAclEntry(Handler):
    def create(self, ctx, p):
        ctx.call("ec2", "create_network_acl_entry", p, **self._extra(p))
        return f"{p['NetworkAclId']}|{p['RuleNumber']}|{self._egress(p)}", {"Id": ctx.resource.logical_id}

    def update(self, ctx, old, new):
        if changed(old, new) & {"NetworkAclId", "RuleNumber", "Egress"}:
            return None
        ctx.call("ec2", "replace_network_acl_entry", new, **self._extra(new))
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_network_acl_entry", p, Egress=self._egress(p))

    def _egress(self, p):
        return str(p.get("Egress", False)).lower() == "true"

    def _extra(self, p):
        return {"Egress": self._egress(p), "IcmpTypeCode": p.get("Icmp")}


@handles("AWS::EC2::SubnetNetworkAclAssociation")
class NetworkAclAssociation(Handler):
    def create(self, ctx, p):
        acls = ctx.call("ec2", "describe_network_acls", Filters=[{"Name": "association.subnet-id", "Values": [p["SubnetId"]]}])["NetworkAcls"]
        current = next(a for acl in acls for a in acl["Associations"] if a["SubnetId"] == p["SubnetId"])
        made = ctx.call("ec2", "replace_network_acl_association", p, AssociationId=current["NetworkAclAssociationId"])["NewAssociationId"]
        return made, {"AssociationId": made}


@handles("AWS::EC2::VPCEndpoint")
class VpcEndpoint(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_vpc_endpoint", p, TagSpecifications=ctx.ec2_tags("vpc-endpoint", p))["VpcEndpoint"]["VpcEndpointId"]
        return made, {"Id": made, "DnsEntries": [], "NetworkInterfaceIds": []}

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_vpc_endpoints", VpcEndpointIds=[ctx.id])
