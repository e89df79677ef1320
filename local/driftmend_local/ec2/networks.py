"""VPCs and subnets as EC2 treats them: one attribute per change, and no deletion of what something still uses.

Source: Amazon EC2 API Reference, ModifyVpcAttribute, ModifySubnetAttribute, DeleteSubnet, DeleteVpc.
"""

from .backends import attached_gateway, backend_of, dry_run, found, needed, only_one, subnets_of
from ..api.gateway import operation
from ..api.request import AwsError

_VPC_ATTRIBUTES = ("EnableDnsSupport", "EnableDnsHostnames", "EnableNetworkAddressUsageMetrics")
_SUBNET_ATTRIBUTES = ("MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation", "MapCustomerOwnedIpOnLaunch", "EnableDns64",
                      "EnableResourceNameDnsARecordOnLaunch", "EnableResourceNameDnsAAAARecordOnLaunch", "PrivateDnsHostnameTypeOnLaunch")


@operation("ec2", "ModifyVpcAttribute")
def modify_vpc(call, moto):
    [vpc_id] = needed(call, "VpcId")
    vpc = found(vpc_id, backend_of(call).vpcs)
    name, value = only_one(call, _VPC_ATTRIBUTES)
    if name == "EnableDnsHostnames" and value["Value"] and not _is_true(vpc.enable_dns_support):
        raise AwsError("InvalidParameterValue", f"DNS hostnames of {vpc_id} cannot be enabled while its DNS support is not.")
    return moto(call)


@operation("ec2", "ModifySubnetAttribute")
def modify_subnet(call, moto):
    [subnet_id] = needed(call, "SubnetId")
    subnet = found(subnet_id, subnets_of(backend_of(call)))
    name, value = only_one(call, _SUBNET_ATTRIBUTES)
    if name == "EnableDns64":
        subnet.enable_dns64 = value["Value"]
        return {}
    return moto(call)


@operation("ec2", "DeleteSubnet")
def delete_subnet(call, moto):
    [subnet_id] = needed(call, "SubnetId")
    backend = backend_of(call)
    found(subnet_id, subnets_of(backend))
    if any(interface.subnet_id == subnet_id for interface in backend.enis.values()):
        raise AwsError("DependencyViolation", f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
    dry_run(call)
    answer = moto(call)
    for table in backend.route_tables.values():
        table._associations = {key: holder for key, holder in table._associations.items() if holder != subnet_id}
    for acl in backend.network_acls.values():
        acl._associations = {key: one for key, one in acl._associations.items() if one.subnet_id != subnet_id}
    return answer


@operation("ec2", "DeleteVpc")
def delete_vpc(call, moto):
    [vpc_id] = needed(call, "VpcId")
    backend = backend_of(call)
    found(vpc_id, backend.vpcs)
    acls = [acl for acl in backend.network_acls.values() if acl.vpc_id == vpc_id]
    groups = [group for group in backend.groups.get(vpc_id, {}).values() if not group.is_default]
    if attached_gateway(backend, vpc_id) or groups or any(not acl.default for acl in acls):
        raise AwsError("DependencyViolation", f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
    dry_run(call)
    answer = moto(call)
    for acl in acls:
        backend.network_acls.pop(acl.id, None)
    return answer


def _is_true(value):
    return str(value).lower() == "true"
