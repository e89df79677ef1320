"""Elastic IP addresses as EC2 treats them: moved at will, one per private address, only where an internet gateway is, kept while in use.

Source: Amazon EC2 API Reference, AssociateAddress, DisassociateAddress, ReleaseAddress.
"""

from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.utils import random_eip_association_id

from .backends import attached_gateway, backend_of, dry_run, found, not_found
from ..api.gateway import operation
from ..api.request import AwsError


@operation("ec2", "AssociateAddress")
def associate(call, _moto):
    backend, p = backend_of(call), call.params
    address, interface = _named(backend, p), _interface(backend, p)
    if attached_gateway(backend, interface.vpc_id) is None:
        raise AwsError("Gateway.NotAttached", f"Network {interface.vpc_id} is not attached to any internet gateway")
    if address.eni is not None and address.eni is not interface and p.get("AllowReassociation") is False:
        raise AwsError("Resource.AlreadyAssociated", f"resource {address.allocation_id} is already associated with associate-id {address.association_id}")
    if address.eni is not None and address.eni.requester_managed:
        raise AwsError("OperationNotPermitted", f"You are not allowed to manage the address of '{address.eni.description}'")
    dry_run(call)
    for other in [one for one in backend.addresses if one is not address and one.eni is interface]:
        release_from(other)
    if address.eni is not None and address.eni is not interface:
        release_from(address)
    address.eni, address.instance, address.association_id = interface, interface.instance, random_eip_association_id()
    interface.public_ip = address.public_ip
    return {"AssociationId": address.association_id}


@operation("ec2", "DisassociateAddress")
def disassociate(call, _moto):
    backend, p = backend_of(call), call.params
    if not p.get("AssociationId") and not p.get("PublicIp"):
        raise AwsError("MissingParameter", "Either public IP or association id must be specified")
    if p.get("AssociationId"):
        address = next((one for one in backend.addresses if one.association_id == p["AssociationId"]), None)
        if address is None:
            raise AwsError("InvalidAssociationID.NotFound", f"The association ID '{p['AssociationId']}' does not exist")
    else:
        address = _named(backend, p)
    if address.eni is not None and address.eni.requester_managed:
        raise AwsError("OperationNotPermitted", f"You are not allowed to manage the address of '{address.eni.description}'")
    dry_run(call)
    release_from(address)
    return {}


@operation("ec2", "ReleaseAddress")
def release(call, _moto):
    backend, p = backend_of(call), call.params
    address = _named(backend, p)
    if address.association_id:
        raise AwsError("InvalidIPAddress.InUse", f"The address {address.public_ip} with allocation id [{address.allocation_id}] is in use.")
    dry_run(call)
    backend.addresses.remove(address)
    return {}


def address_of(backend, allocation_id):
    for address in backend.addresses:
        if address.allocation_id == allocation_id:
            return address
    raise AwsError("InvalidAllocationID.NotFound", f"The allocation ID '{allocation_id}' does not exist")


def release_from(address):
    """Take the address off whatever has it; a running instance gets one of Amazon's again if it was launched with one."""
    interface = address.eni
    address.eni = address.instance = address.association_id = None
    if interface is not None:
        interface.public_ip = None
        if interface.instance is not None and interface.instance.state == "running":
            interface.check_auto_public_ip()


def _named(backend, p):
    if p.get("AllocationId"):
        return address_of(backend, p["AllocationId"])
    for address in backend.addresses:
        if address.public_ip == p.get("PublicIp"):
            return address
    raise AwsError("InvalidAddress.NotFound" if p.get("PublicIp") else "MissingParameter",
                   f"Address '{p['PublicIp']}' not found." if p.get("PublicIp") else "Either public IP or allocation id must be specified")


def _interface(backend, p):
    if p.get("NetworkInterfaceId"):
        return found(p["NetworkInterfaceId"], backend.enis)
    instance = backend.get_instance_by_id(p.get("InstanceId", ""))
    if instance is None or instance.state == "terminated":
        raise not_found(p["InstanceId"]) if p.get("InstanceId") else AwsError("MissingParameter", "Either instance id or network interface id must be specified")
    if instance.state not in ("running", "stopped", "pending"):
        raise AwsError("IncorrectInstanceState", f"The instance '{instance.id}' is not in a valid state for this operation.")
    if len(instance.nics) > 1:
        raise AwsError("InvalidInstanceID", f"There are multiple interfaces attached to instance '{instance.id}'. Please specify an interface ID for the operation instead.")
    return instance.nics[0]


ElasticAddress.instance_id = property(lambda address: address.eni.instance.id if address.eni and address.eni.instance else None)
ElasticAddress.network_interface_id = property(lambda address: address.eni.id if address.eni else None)
ElasticAddress.network_border_group = property(lambda address: address.ec2_backend.region_name)
ElasticAddress.public_ipv4_pool = "amazon"
