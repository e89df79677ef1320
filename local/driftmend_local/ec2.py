"""EC2 where moto differs from AWS: an instance's groups and its interface's are one thing, deletion is refused in use, lists have pages."""

import contextlib

from moto.core.types import Base64EncodedString
from moto.ec2.exceptions import InvalidSecurityGroupNotFoundError
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend
from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.responses import instances as instance_responses
from moto.ec2.responses.instances import InstanceResponse
from moto.elbv2.models import elbv2_backends

from . import security_groups  # noqa: F401  (the rules)
from .gateway import operation
from .paging import page, size_of
from .request import AwsError

_PAGED = {  # action -> (result key, largest page or None, whether MaxResults must be at least 5)
    "DescribeSecurityGroups": ("SecurityGroups", 1000), "DescribeSecurityGroupRules": ("SecurityGroupRules", 1000),
    "DescribeInstances": ("Reservations", 1000), "DescribeNetworkInterfaces": ("NetworkInterfaces", 1000),
    "DescribeRouteTables": ("RouteTables", 100), "DescribeSubnets": ("Subnets", 1000), "DescribeVpcs": ("Vpcs", 1000),
    "DescribeInternetGateways": ("InternetGateways", 1000), "DescribeNatGateways": ("NatGateways", 1000),
    "DescribeNetworkAcls": ("NetworkAcls", 1000), "DescribeInstanceStatus": ("InstanceStatuses", 1000), "DescribeTags": ("Tags", 1000)}


def _paged(action, key, largest):
    @operation("ec2", action)
    def describe(call, moto):
        asked, token = call.params.get("MaxResults"), call.params.get("NextToken")
        if asked is not None and not 5 <= asked <= max(largest, 1000):
            raise AwsError("InvalidParameterValue", f"Value ( {asked} ) for parameter maxResults is invalid. Expecting a value between 5 and {max(largest, 1000)}.")
        answer = moto(call, without=("MaxResults", "NextToken"))
        default = asked or (largest if action == "DescribeRouteTables" or size_of("ec2", action) else None)
        if default is None and token is None:
            return _corrected(call, action, answer)
        items, following = page(call, answer.get(key, []), token, default, "InvalidPaginationToken")
        answer = {k: v for k, v in answer.items() if k != "NextToken"} | {key: items} | ({"NextToken": following} if following else {})
        return _corrected(call, action, answer)


for _action, (_key, _largest) in _PAGED.items():
    _paged(_action, _key, _largest)


def _corrected(call, action, answer):
    """Group references carry the owner's account, and a group's ports the way EC2 shows them."""
    if action == "DescribeSecurityGroups":
        for group in answer["SecurityGroups"]:
            for permission in group.get("IpPermissions", []) + group.get("IpPermissionsEgress", []):
                for pair in permission.get("UserIdGroupPairs", []):
                    pair.setdefault("UserId", call.account)
    return answer


@operation("ec2", "DeleteSecurityGroup")
def delete_security_group(call, moto):
    backend = ec2_backends[call.account][call.region]
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
    backend = ec2_backends[call.account][call.region]
    groups = [{"GroupId": g.id, "GroupName": g.name, "Description": g.description, "OwnerId": g.owner_id, "PrimaryVpcId": g.vpc_id}
              for g in backend.groups.get(call.params["VpcId"], {}).values()]
    items, following = page(call, groups, call.params.get("NextToken"), call.params.get("MaxResults", 1000), "InvalidPaginationToken")
    return {"SecurityGroupForVpcs": items} | ({"NextToken": following} if following else {})


def _known_groups(backend, group_ids):
    found = [(group_id, backend.get_security_group_from_id(group_id)) for group_id in group_ids]
    for group_id, group in found:
        if group is None:
            raise InvalidSecurityGroupNotFoundError(group_id)
    return [group for _, group in found]


def _set_instance_groups(self, instance_id, new_group_id_list):
    instance = self.get_instance(instance_id)
    groups = _known_groups(self, new_group_id_list)
    instance.security_groups = groups
    for interface in instance.nics.values():
        if int(interface.device_index or 0) == 0:
            interface._group_set = list(groups)
    return instance


def _set_interface_groups(self, eni_id, group_ids, source_dest_check=None, description=None):
    interface = self.get_network_interface(eni_id)
    if group_ids:
        interface._group_set = _known_groups(self, group_ids)
        if interface.instance and int(interface.device_index or 0) == 0:
            interface.instance.security_groups = list(interface._group_set)
    if source_dest_check in (True, False):
        interface.source_dest_check = source_dest_check
    if description:
        interface.description = description


InstanceBackend.modify_instance_security_groups = _set_instance_groups
NetworkInterfaceBackend.modify_network_interface_attribute = _set_interface_groups
NetworkInterface.group_set = property(lambda interface: interface._group_set)

_prepare_interfaces = Instance.prep_nics
_check_device_as_moto = InstanceResponse._validate_block_device_mapping


def _prep_nics(self, *args, **kwargs):
    """The groups of the first interface are the instance's."""
    _prepare_interfaces(self, *args, **kwargs)
    first = self.nics.get(0)
    if first is not None:
        if self.security_groups:
            first._group_set = list(self.security_groups)
        else:
            self.security_groups = list(first._group_set)


def _check_device(device):
    """A volume without a size has that of the image's snapshot, 8 GiB."""
    if "Ebs" in device and not device["Ebs"].get("VolumeSize") and not device["Ebs"].get("SnapshotId"):
        device["Ebs"]["VolumeSize"] = 8
    _check_device_as_moto(device)


_read_user_data = instance_responses.parse_user_data


def _user_data(value):
    """ModifyInstanceAttribute carries a blob, which the request parser has decoded already."""
    return Base64EncodedString.from_raw_bytes(value) if isinstance(value, bytes) else _read_user_data(value)


instance_responses.parse_user_data = _user_data
Instance.prep_nics = _prep_nics
InstanceResponse._validate_block_device_mapping = staticmethod(_check_device)


@operation("ec2", "RunInstances")
def run_instances(call, moto):
    """Metadata options are those asked for; the answer shows them."""
    answer = moto(call)
    asked = call.params.get("MetadataOptions")
    backend = ec2_backends[call.account][call.region]
    for shown in answer["Instances"]:
        if asked:
            options = backend.get_instance(shown["InstanceId"]).metadata_options
            for name, value in asked.items():
                with contextlib.suppress(KeyError):
                    setattr(options, _SNAKE[name], value)
                    shown.setdefault("MetadataOptions", {})[name] = value
    return answer


@operation("ec2", "TerminateInstances")
def terminate_instances(call, moto):
    """The interfaces that a launch made go with the instance."""
    answer = moto(call)
    backend = ec2_backends[call.account][call.region]
    for gone in answer["TerminatingInstances"]:
        for interface in backend.get_instance(gone["InstanceId"]).nics.values():
            backend.enis.pop(interface.id, None)
    return answer


_SNAKE = {"HttpTokens": "http_tokens", "HttpEndpoint": "http_endpoint", "HttpPutResponseHopLimit": "http_put_response_hop_limit",
          "HttpProtocolIpv6": "http_protocol_ipv6", "InstanceMetadataTags": "instance_metadata_tags"}
