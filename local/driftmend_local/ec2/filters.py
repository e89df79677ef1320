"""The Filters of EC2's describe calls, applied to the answers: exact, or with * and ?; unknown ones are refused."""

import fnmatch
import re

import jmespath

from ..api.request import AwsError

# action -> {filter: where its values stand in a described item}. Amazon EC2 API Reference, each call's "Filter.N".
FILTERS = {
    "DescribeVpcs": """
        vpc-id VpcId, cidr CidrBlock, state State, is-default IsDefault, owner-id OwnerId, dhcp-options-id DhcpOptionsId,
        cidr-block-association.cidr-block CidrBlockAssociationSet[].CidrBlock,
        cidr-block-association.association-id CidrBlockAssociationSet[].AssociationId,
        ipv6-cidr-block-association.ipv6-cidr-block Ipv6CidrBlockAssociationSet[].Ipv6CidrBlock,
        ipv6-cidr-block-association.association-id Ipv6CidrBlockAssociationSet[].AssociationId""",
    "DescribeSubnets": """
        subnet-id SubnetId, vpc-id VpcId, cidr-block CidrBlock, cidrBlock CidrBlock, availability-zone AvailabilityZone,
        availabilityZone AvailabilityZone, availability-zone-id AvailabilityZoneId, default-for-az DefaultForAz, state State,
        map-public-ip-on-launch MapPublicIpOnLaunch, owner-id OwnerId, subnet-arn SubnetArn,
        ipv6-cidr-block-association.ipv6-cidr-block Ipv6CidrBlockAssociationSet[].Ipv6CidrBlock,
        ipv6-cidr-block-association.association-id Ipv6CidrBlockAssociationSet[].AssociationId""",
    "DescribeInternetGateways": """
        internet-gateway-id InternetGatewayId, attachment.vpc-id Attachments[].VpcId, attachment.state Attachments[].State,
        owner-id OwnerId""",
    "DescribeRouteTables": """
        route-table-id RouteTableId, vpc-id VpcId, owner-id OwnerId, association.main Associations[].Main,
        association.subnet-id Associations[].SubnetId, association.gateway-id Associations[].GatewayId,
        association.route-table-id Associations[].RouteTableId,
        association.route-table-association-id Associations[].RouteTableAssociationId,
        route.destination-cidr-block Routes[].DestinationCidrBlock, route.destination-ipv6-cidr-block Routes[].DestinationIpv6CidrBlock,
        route.destination-prefix-list-id Routes[].DestinationPrefixListId, route.gateway-id Routes[].GatewayId,
        route.nat-gateway-id Routes[].NatGatewayId, route.instance-id Routes[].InstanceId,
        route.egress-only-internet-gateway-id Routes[].EgressOnlyInternetGatewayId, route.transit-gateway-id Routes[].TransitGatewayId,
        route.vpc-peering-connection-id Routes[].VpcPeeringConnectionId, route.origin Routes[].Origin, route.state Routes[].State""",
    "DescribeNetworkAcls": """
        network-acl-id NetworkAclId, vpc-id VpcId, default IsDefault, owner-id OwnerId,
        association.subnet-id Associations[].SubnetId, association.network-acl-id Associations[].NetworkAclId,
        association.association-id Associations[].NetworkAclAssociationId, entry.cidr Entries[].CidrBlock,
        entry.ipv6-cidr Entries[].Ipv6CidrBlock, entry.egress Entries[].Egress, entry.protocol Entries[].Protocol,
        entry.rule-action Entries[].RuleAction, entry.rule-number Entries[].RuleNumber, entry.port-range.from Entries[].PortRange.From,
        entry.port-range.to Entries[].PortRange.To""",
    "DescribeNatGateways": """
        nat-gateway-id NatGatewayId, vpc-id VpcId, subnet-id SubnetId, state State""",
    "DescribeVpcEndpoints": """
        vpc-endpoint-id VpcEndpointId, vpc-id VpcId, service-name ServiceName, vpc-endpoint-state State, vpc-endpoint-type VpcEndpointType""",
    "DescribeAddresses": """
        allocation-id AllocationId, association-id AssociationId, public-ip PublicIp, instance-id InstanceId,
        network-interface-id NetworkInterfaceId, network-interface-owner-id NetworkInterfaceOwnerId,
        private-ip-address PrivateIpAddress, network-border-group NetworkBorderGroup, domain Domain""",
    "DescribeNetworkInterfaces": """
        network-interface-id NetworkInterfaceId, vpc-id VpcId, subnet-id SubnetId, availability-zone AvailabilityZone,
        description Description, status Status, interface-type InterfaceType, mac-address MacAddress, owner-id OwnerId,
        requester-id RequesterId, requester-managed RequesterManaged, private-ip-address PrivateIpAddress,
        private-dns-name PrivateDnsName, source-dest-check SourceDestCheck, group-id Groups[].GroupId, group-name Groups[].GroupName,
        addresses.private-ip-address PrivateIpAddresses[].PrivateIpAddress,
        addresses.association.public-ip PrivateIpAddresses[].Association.PublicIp,
        addresses.association.owner-id PrivateIpAddresses[].Association.IpOwnerId, addresses.primary PrivateIpAddresses[].Primary,
        association.public-ip Association.PublicIp, association.allocation-id Association.AllocationId,
        association.association-id Association.AssociationId, association.ip-owner-id Association.IpOwnerId,
        attachment.attachment-id Attachment.AttachmentId, attachment.instance-id Attachment.InstanceId,
        attachment.instance-owner-id Attachment.InstanceOwnerId, attachment.device-index Attachment.DeviceIndex,
        attachment.status Attachment.Status, attachment.delete-on-termination Attachment.DeleteOnTermination,
        ipv6-addresses.ipv6-address Ipv6Addresses[].Ipv6Address""",
}
FILTERS = {action: {name: jmespath.compile(path) for name, path in re.findall(r"([\w.-]+) ([\w.\[\]]+)", text)} for action, text in FILTERS.items()}


def filtered(call, items):
    """The described items that every filter of the call lets through."""
    asked = call.params.get("Filters") or call.params.get("Filter") or []
    return [item for item in items if all(_passes(call, one, item) for one in asked)]


def _passes(call, asked, item):
    values = _values(call, asked.get("Name", ""), item)
    return any(fnmatch.fnmatchcase(value, _pattern(wanted)) for value in values for wanted in asked.get("Values", []))


def _values(call, name, item):
    tags = {tag["Key"]: tag.get("Value", "") for tag in item.get("Tags", [])}
    if name.startswith("tag:"):
        return [tags[name[4:]]] if name[4:] in tags else []
    if name == "tag-key":
        return list(tags)
    path = FILTERS[call.action].get(name)
    if path is None:
        raise AwsError("InvalidParameterValue", f"The filter '{name}' is invalid")
    found = path.search(item)
    return [_text(one) for one in (found if isinstance(found, list) else [found]) if one is not None]


def _text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def _pattern(wanted):
    """Only * and ? are wild; a bracket is a bracket."""
    return str(wanted).replace("[", "[[]")
