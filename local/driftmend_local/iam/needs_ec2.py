"""Which resources a call of EC2 is about: what the request names, of the types that AWS checks the action for."""

from moto.ec2.models import ec2_backends

from ..api.request import ACCOUNT
from .reference import Uncovered

# Resource type -> (the parameters that name one or a list, the prefix of its ids).
_NAMED = {
    "security-group": (("GroupId", "GroupIds", "Groups", "SecurityGroupIds", "SecurityGroupId", "AddSecurityGroupIds", "RemoveSecurityGroupIds"), "sg-"),
    "instance": (("InstanceId", "InstanceIds"), "i-"),
    "route-table": (("RouteTableId", "AddRouteTableIds", "RemoveRouteTableIds"), "rtb-"),
    "subnet": (("SubnetId", "SubnetIds", "AddSubnetIds", "RemoveSubnetIds"), "subnet-"),
    "vpc": (("VpcId",), "vpc-"),
    "network-acl": (("NetworkAclId",), "acl-"),
    "internet-gateway": (("InternetGatewayId", "GatewayId"), "igw-"),
    "vpn-gateway": (("VpnGatewayId", "GatewayId"), "vgw-"),
    "network-interface": (("NetworkInterfaceId",), "eni-"),
    "elastic-ip": (("AllocationId", "AllocationIds"), "eipalloc-"),
    "natgateway": (("NatGatewayId",), "nat-"),
    "prefix-list": (("PrefixListId",), "pl-"),
    "security-group-rule": (("SecurityGroupRuleIds",), "sgr-"),
    "volume": (("VolumeId",), "vol-"),
    "egress-only-internet-gateway": (("EgressOnlyInternetGatewayId",), "eigw-"),
    "vpc-peering-connection": (("VpcPeeringConnectionId",), "pcx-"),
    "vpc-endpoint": (("VpcEndpointId", "VpcEndpointIds"), "vpce-"),
}
# Checked only if the request tags what it makes, or names what the local AWS does not keep.
_ONLY_WHEN_TAGGED = {"AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"}


def resources(call, action):
    """The ARNs. What is optional is checked if the request names it. Raises Uncovered for a required type that it does not seem to name."""
    types, p, found = {one.name: one for one in action.types}, call.params, {}
    for name, (parameters, prefix) in _NAMED.items():
        ids = [one for parameter in parameters for one in _listed(p.get(parameter)) if isinstance(one, str) and one.startswith(prefix)]
        if name in types and ids and not (name == "security-group-rule" and call.action in _ONLY_WHEN_TAGGED):
            found[name] = ids
    for name, ids in _by_association(p, call).items():
        if name in types:
            found[name] = list(dict.fromkeys(found.get(name, []) + ids))
    missing = [one.name for one in action.types if one.required and one.name not in found]
    if missing or not found:
        raise Uncovered(f"which {' and '.join(missing) or 'resource'} it is about (add it to local/driftmend_local/iam/needs_ec2.py)")
    return [arn(name, one, call.region) for name, ids in found.items() for one in ids]


def arn(kind, resource_id, region):
    return f"arn:aws:ec2:{region}:{ACCOUNT}:{kind}/{resource_id}"


def _by_association(p, call):
    """What an association's id, an address or an instance stands for, by resource type."""
    backend, association, found = ec2_backends[ACCOUNT][call.region], p.get("AssociationId"), {}
    if association and association.startswith("rtbassoc-"):
        for table in list(backend.route_tables.values()):
            target = table._associations.get(association)
            if target:
                found["route-table"] = [table.id] if "RouteTableId" not in p else []
                found["subnet" if target.startswith("subnet-") else "internet-gateway"] = [target]
            elif table.main_association_id == association:
                found["route-table"] = [table.id] if "RouteTableId" not in p else []
    elif association and association.startswith("aclassoc-"):
        for acl in list(backend.network_acls.values()):
            if association in acl._associations:
                found["subnet"] = [acl._associations[association].subnet_id]
    address = _address(backend, p)
    if address:
        found["elastic-ip"] = [address.allocation_id]
        interface = address.eni or address.instance and address.instance.nics and address.instance.nics[0]
        if call.action == "DisassociateAddress" and interface:
            found["network-interface"] = [interface.id]
    if call.action == "AssociateAddress" and p.get("InstanceId") in _instances(backend):
        # The call moves the address of the instance's primary interface, which AWS checks too.
        nics = _instances(backend)[p["InstanceId"]].nics
        found["network-interface"] = [nics[0].id] if nics else []
    if "GroupName" in p and "GroupId" not in p:
        group = backend.get_security_group_from_name(p["GroupName"])
        found["security-group"] = [group.id] if group else []
    return {name: ids for name, ids in found.items() if ids}


def _address(backend, p):
    association, public = p.get("AssociationId", ""), p.get("PublicIp")
    if not association.startswith("eipassoc-") and not public:
        return None
    return next((one for one in list(backend.addresses) if public and one.public_ip == public or association and one.association_id == association), None)


def _instances(backend):
    return {one.id: one for reservation in list(backend.reservations.values()) for one in reservation.instances}


def _listed(value):
    return value if isinstance(value, list) else [value]
