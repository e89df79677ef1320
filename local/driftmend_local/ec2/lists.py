"""EC2's lists: pages, filters, ids that are not there; and groups, which are kept while something uses them."""

from moto.elbv2.models import elbv2_backends

from . import filters as ec2_filters, security_groups  # noqa: F401  (the rules)
from .backends import backend_of, not_found
from ..api.gateway import operation
from ..api.paging import page, size_of
from ..api.request import AwsError

_PAGED = {  # action -> (result key, largest page)
    "DescribeSecurityGroups": ("SecurityGroups", 1000), "DescribeSecurityGroupRules": ("SecurityGroupRules", 1000),
    "DescribeInstances": ("Reservations", 1000), "DescribeNetworkInterfaces": ("NetworkInterfaces", 1000),
    "DescribeRouteTables": ("RouteTables", 100), "DescribeSubnets": ("Subnets", 1000), "DescribeVpcs": ("Vpcs", 1000),
    "DescribeInternetGateways": ("InternetGateways", 1000), "DescribeNatGateways": ("NatGateways", 1000),
    "DescribeNetworkAcls": ("NetworkAcls", 1000), "DescribeInstanceStatus": ("InstanceStatuses", 1000), "DescribeTags": ("Tags", 1000),
    "DescribeVpcEndpoints": ("VpcEndpoints", 1000)}
_IDS = {  # action -> (the parameter that names items, its name on the wire, the item's id)
    "DescribeVpcs": ("VpcIds", "VpcId", "VpcId"), "DescribeSubnets": ("SubnetIds", "SubnetId", "SubnetId"),
    "DescribeInternetGateways": ("InternetGatewayIds", "InternetGatewayId", "InternetGatewayId"),
    "DescribeRouteTables": ("RouteTableIds", "RouteTableId", "RouteTableId"),
    "DescribeNetworkAcls": ("NetworkAclIds", "NetworkAclId", "NetworkAclId"),
    "DescribeNatGateways": ("NatGatewayIds", "NatGatewayId", "NatGatewayId"),
    "DescribeVpcEndpoints": ("VpcEndpointIds", "VpcEndpointId", "VpcEndpointId"),
    "DescribeNetworkInterfaces": ("NetworkInterfaceIds", "NetworkInterfaceId", "NetworkInterfaceId")}


def _paged(action, key, largest):
    @operation("ec2", action)
    def describe(call, moto):
        asked, token = call.params.get("MaxResults"), call.params.get("NextToken")
        if asked is not None and not 5 <= asked <= max(largest, 1000):
            raise AwsError("InvalidParameterValue", f"Value ( {asked} ) for parameter maxResults is invalid. Expecting a value between 5 and {max(largest, 1000)}.")
        answer = _corrected(call, action, moto(call, without=("MaxResults", "NextToken", *_ours(action))))
        if action in ec2_filters.FILTERS:
            answer[key] = _wanted(call, action, answer.get(key, []))
        default = asked or (largest if action == "DescribeRouteTables" or size_of("ec2", action) else None)
        if default is None and token is None:
            return answer
        items, following = page(call, answer.get(key, []), token, default, "InvalidPaginationToken")
        return {k: v for k, v in answer.items() if k != "NextToken"} | {key: items} | ({"NextToken": following} if following else {})


for _action, (_key, _largest) in _PAGED.items():
    _paged(_action, _key, _largest)


@operation("ec2", "DescribeAddresses")
def describe_addresses(call, moto):
    answer = moto(call, without=_ours("DescribeAddresses"))
    return answer | {"Addresses": ec2_filters.filtered(call, answer.get("Addresses", []))}


def _ours(action):
    """What moto must not see because it is done here: filters, and ids of which one may not be there."""
    return (["Filter"] if action in ec2_filters.FILTERS else []) + ([_IDS[action][1]] if action in _IDS else [])


def _wanted(call, action, items):
    if action in _IDS:
        parameter, _, key = _IDS[action]
        ids = call.params.get(parameter)
        missing = set(ids or ()) - {item[key] for item in items}
        if missing:
            raise not_found(sorted(missing)[0])
        items = [item for item in items if not ids or item[key] in ids]
    return ec2_filters.filtered(call, items)


def _corrected(call, action, answer):
    """Group references carry the owner's account; an interface's private address has the public one beside it."""
    if action == "DescribeSecurityGroups":
        for group in answer["SecurityGroups"]:
            for permission in group.get("IpPermissions", []) + group.get("IpPermissionsEgress", []):
                for pair in permission.get("UserIdGroupPairs", []):
                    pair.setdefault("UserId", call.account)
    if action == "DescribeNetworkInterfaces":
        for interface in answer.get("NetworkInterfaces", []):
            for address in interface.get("PrivateIpAddresses", []):
                if address.get("Primary") and interface.get("Association"):
                    address["Association"] = interface["Association"]
    return answer


@operation("ec2", "DeleteSecurityGroup")
def delete_security_group(call, moto):
    backend = backend_of(call)
    group = backend.get_security_group_from_id(call.params.get("GroupId", "")) or backend.get_security_group_from_name(call.params.get("GroupName", ""))
    if group is None:
        raise AwsError("InvalidGroup.NotFound", f"The security group '{call.params.get('GroupId') or call.params.get('GroupName')}' does not exist")
    if group.is_default:
        raise AwsError("CannotDelete", f"the specified group: \"{group.id}\" name: \"default\" cannot be deleted by a user")
    if _in_use(backend, elbv2_backends[call.account][call.region], group):
        raise AwsError("DependencyViolation", f"resource {group.id} has a dependent object")
    moto(call)
    return {"Return": True, "GroupId": group.id}


def _in_use(backend, balancers, group):
    if any(group.id in {g.id for g in eni.group_set} for eni in backend.enis.values()):
        return True
    if any(group.id in (lb.security_groups or []) for lb in balancers.load_balancers.values()):
        return True
    others = (other for groups in backend.groups.values() for other in groups.values() if other.id != group.id)
    return any(rule.source_group.get("GroupId") == group.id for other in others for rule in other.ingress_rules + other.egress_rules)


@operation("ec2", "GetSecurityGroupsForVpc")
def groups_for_vpc(call, _moto):
    groups = [{"GroupId": g.id, "GroupName": g.name, "Description": g.description, "OwnerId": g.owner_id, "PrimaryVpcId": g.vpc_id}
              for g in backend_of(call).groups.get(call.params["VpcId"], {}).values()]
    items, following = page(call, groups, call.params.get("NextToken"), call.params.get("MaxResults", 1000), "InvalidPaginationToken")
    return {"SecurityGroupForVpcs": items} | ({"NextToken": following} if following else {})
