"""Internet and NAT gateways as EC2 treats them: one internet gateway per network, kept while public addresses need it.

Source: Amazon EC2 API Reference, AttachInternetGateway, DetachInternetGateway, CreateNatGateway, AssociateNatGatewayAddress.
"""

from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.utils import random_eip_association_id

from .addresses import address_of, release_from
from .backends import attached_gateway, backend_of, dry_run, found, needed, subnets_of
from ..api.gateway import operation
from .interfaces import made_by_service, private_address
from ..api.request import AwsError


@operation("ec2", "AttachInternetGateway")
def attach(call, _moto):
    gateway_id, vpc_id = needed(call, "InternetGatewayId", "VpcId")
    backend = backend_of(call)
    gateway, vpc = found(gateway_id, backend.internet_gateways), found(vpc_id, backend.vpcs)
    if gateway.vpc is not None:
        raise AwsError("Resource.AlreadyAssociated", f"resource {gateway_id} is already attached to network {gateway.vpc.id}")
    if attached_gateway(backend, vpc_id):
        raise AwsError("InvalidParameterValue", f"Network {vpc_id} already has an internet gateway attached")
    dry_run(call)
    gateway.vpc = vpc
    return {}


@operation("ec2", "DetachInternetGateway")
def detach(call, _moto):
    gateway_id, vpc_id = needed(call, "InternetGatewayId", "VpcId")
    backend = backend_of(call)
    gateway = found(gateway_id, backend.internet_gateways)
    if gateway.vpc is None or gateway.vpc.id != vpc_id:
        raise AwsError("Gateway.NotAttached", f"resource {gateway_id} is not attached to network {vpc_id}")
    if any(interface.public_ip and interface.vpc_id == vpc_id for interface in backend.enis.values()):
        raise AwsError("DependencyViolation", f"Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.")
    dry_run(call)
    gateway.vpc = None
    return {}


@operation("ec2", "DeleteInternetGateway")
def delete(call, _moto):
    [gateway_id] = needed(call, "InternetGatewayId")
    backend = backend_of(call)
    if found(gateway_id, backend.internet_gateways).vpc is not None:
        raise AwsError("DependencyViolation", f"The internetGateway '{gateway_id}' has dependencies and cannot be deleted.")
    dry_run(call)
    del backend.internet_gateways[gateway_id]
    return {}


@operation("ec2", "CreateNatGateway")
def create_nat_gateway(call, moto):
    """A public one without an internet gateway is made all the same, and fails."""
    [subnet_id] = needed(call, "SubnetId")
    backend = backend_of(call)
    subnet = found(subnet_id, subnets_of(backend))
    public = call.params.get("ConnectivityType", "public") == "public"
    if public:
        allocation_id = call.params.get("AllocationId")
        if not allocation_id:
            raise AwsError("MissingParameter", "The request must contain the parameter AllocationId")
        if address_of(backend, allocation_id).association_id:
            raise AwsError("Resource.AlreadyAssociated", f"resource {allocation_id} is already associated with another resource")
    dry_run(call)
    made = backend.nat_gateways[moto(call)["NatGateway"]["NatGatewayId"]]
    made_by_service(made._eni, f"Interface for NAT Gateway {made.id}", "nat_gateway", call.account, [])
    made._eni.source_dest_check = False
    made.private_ip = private_address(made._eni, call.params.get("PrivateIpAddress"))
    made.address_set[0] |= {"privateIp": made.private_ip, "isPrimary": True, "status": "succeeded"}
    for allocation_id in call.params.get("SecondaryAllocationIds", []):
        _take_address(backend, made, allocation_id)
    if public and attached_gateway(backend, subnet.vpc_id) is None:
        _end(backend, made, "failed")
        made.failure_code, made.failure_message = "Gateway.NotAttached", f"Network {subnet.vpc_id} has no Internet gateway attached"
    return {"NatGateway": {"NatGatewayId": made.id, "SubnetId": subnet_id, "VpcId": subnet.vpc_id, "State": "pending", "CreateTime": made._created_at,
                           "ConnectivityType": made.connectivity_type, "NatGatewayAddresses": [{"AllocationId": call.params.get("AllocationId")}] if public else []}}


@operation("ec2", "DeleteNatGateway")
def delete_nat_gateway(call, _moto):
    gateway = _nat_gateway(call)
    dry_run(call)
    _end(backend_of(call), gateway, "deleted")
    return {"NatGatewayId": gateway.id}


@operation("ec2", "AssociateNatGatewayAddress")
def associate_nat_gateway_address(call, _moto):
    backend, gateway = backend_of(call), _nat_gateway(call)
    [allocation_ids] = needed(call, "AllocationIds")
    if any(address_of(backend, allocation_id).association_id for allocation_id in allocation_ids):
        raise AwsError("Resource.AlreadyAssociated", f"resource {allocation_ids[0]} is already associated with another resource")
    dry_run(call)
    for allocation_id in allocation_ids:
        _take_address(backend, gateway, allocation_id)
    return {"NatGatewayId": gateway.id, "NatGatewayAddresses": [
        {"AllocationId": allocation_id, "IsPrimary": False, "Status": "associating"} for allocation_id in allocation_ids]}


@operation("ec2", "DisassociateNatGatewayAddress")
def disassociate_nat_gateway_address(call, _moto):
    backend, gateway = backend_of(call), _nat_gateway(call)
    [association_ids] = needed(call, "AssociationIds")
    gone = [one for one in gateway.address_set if one.get("associationId") in association_ids]
    if len(gone) < len(association_ids):
        raise AwsError("InvalidAssociationID.NotFound", f"The association ID '{association_ids[0]}' does not exist")
    if any(one.get("isPrimary") for one in gone):
        raise AwsError("InvalidParameterValue", "The primary address of a NAT gateway cannot be disassociated")
    dry_run(call)
    for one in gone:
        release_from(address_of(backend, one["allocationId"]))
        gateway.address_set.remove(one)
    return {"NatGatewayId": gateway.id, "NatGatewayAddresses": [
        {"AllocationId": one["allocationId"], "PublicIp": one["publicIp"], "AssociationId": one["associationId"],
         "NetworkInterfaceId": one["networkInterfaceId"], "IsPrimary": False, "Status": "disassociating"} for one in gone]}


def _nat_gateway(call):
    [gateway_id] = needed(call, "NatGatewayId")
    gateway = found(gateway_id, backend_of(call).nat_gateways)
    if gateway.state in ("deleted", "failed"):
        raise AwsError("NatGatewayNotFound", f"The Nat Gateway '{gateway_id}' was not found")
    return gateway


def _take_address(backend, gateway, allocation_id):
    address = address_of(backend, allocation_id)
    address.eni, address.association_id = gateway._eni, random_eip_association_id()
    gateway.address_set.append({"allocationId": allocation_id, "publicIp": address.public_ip, "associationId": address.association_id,
                                "networkInterfaceId": gateway._eni.id, "isPrimary": False, "status": "succeeded"})


def _end(backend, gateway, state):
    """What it held is free again; a route that leads to it leads nowhere."""
    for address in [one for one in backend.addresses if one.eni is gateway._eni]:
        release_from(address)
    backend.enis.pop(gateway._eni.id, None)
    gateway.state = state


NatGateway.failure_code = NatGateway.failure_message = None
