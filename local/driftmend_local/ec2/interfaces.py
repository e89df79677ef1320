"""Network interfaces: their groups and their instance's are one thing, those of AWS's services say whose they are.

Source: Amazon EC2 API Reference, ModifyNetworkInterfaceAttribute, DescribeNetworkInterfaces; Amazon EC2 User Guide,
"Requester-managed network interfaces".
"""

import contextlib
import ipaddress
from dataclasses import dataclass

from moto.ec2.models.elastic_network_interfaces import Attachment, NetworkInterface, NetworkInterfaceBackend
from moto.ec2.utils import generate_dns_from_ip, random_eni_attach_id

from .backends import backend_of, dry_run, found, needed, only_one
from ..api.gateway import operation
from ..api.request import AwsError

_ATTRIBUTES = ("Groups", "SourceDestCheck", "Description", "Attachment")


@dataclass
class ServiceAttachment:
    """How an interface hangs on a service's own machine."""

    attachment_id: str
    instance_owner_id: str
    delete_on_termination: bool = False
    device_index: int = 1
    network_card_index: int = 0
    status: str = "attached"
    attach_time: object = None
    instance_id: str | None = None


def known_groups(backend, group_ids):
    groups = [(group_id, backend.get_security_group_from_id(group_id)) for group_id in group_ids]
    for group_id, group in groups:
        if group is None:
            raise AwsError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    return [group for _, group in groups]


def set_groups(interface, groups):
    """Of the interface, and of the instance if it is its first one."""
    interface._group_set = list(groups)
    if interface.instance and int(interface.device_index or 0) == 0:
        interface.instance.security_groups = list(groups)


def set_source_dest_check(interface, value):
    interface.source_dest_check = value
    if interface.instance and int(interface.device_index or 0) == 0:
        interface.instance.source_dest_check = value


def made_by_service(interface, description, kind, requester, groups):
    """Mark an interface as one that a service made for itself, with the given groups."""
    interface.description, interface.interface_type, interface._group_set = description, kind, list(groups)
    interface.requester_managed, interface.requester_id, interface.status = True, requester, "in-use"
    interface.attachment_id = random_eni_attach_id().replace("eni-attach-", "ela-attach-" if requester == "amazon-elb" else "eni-attach-")
    interface.service_owner = requester


def private_address(interface, wanted=None):
    """Give the interface an address of its subnet: the wanted one, or the last that is free, which no instance here gets."""
    subnet = interface.subnet
    for address in [wanted] if wanted else map(str, reversed(list(ipaddress.ip_network(subnet.cidr_block))[4:-1])):
        with contextlib.suppress(Exception):
            subnet.request_ip(address, instance=interface)
            interface.private_ip_address = address
            interface.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": address}]
            return address
    raise AwsError("InvalidIPAddress.InUse" if wanted else "InsufficientFreeAddressesInSubnet",
                   f"Address {wanted} is in use." if wanted else f"There are not enough free addresses in subnet '{subnet.id}' to satisfy the requested number of instances.")


def forget(backend, interface):
    """The interface goes, and its addresses are free again."""
    backend.enis.pop(interface.id, None)
    for one in interface.private_ip_addresses:
        interface.subnet.del_subnet_ip(one["PrivateIpAddress"])


@operation("ec2", "ModifyNetworkInterfaceAttribute")
def modify(call, moto):
    [interface_id] = needed(call, "NetworkInterfaceId")
    backend = backend_of(call)
    interface = found(interface_id, backend.enis)
    name, value = only_one(call, _ATTRIBUTES)
    if interface.requester_managed:
        raise AwsError("OperationNotPermitted", f"You are not allowed to manage '{interface.attachment_id.rpartition('-')[0]}' attachments.")
    if name == "Groups":
        groups = known_groups(backend, value)
        dry_run(call)
        set_groups(interface, groups)
    elif name == "SourceDestCheck":
        dry_run(call)
        set_source_dest_check(interface, value["Value"])
    elif name == "Attachment":
        dry_run(call)
        interface.delete_on_termination = value.get("DeleteOnTermination", interface.delete_on_termination)
    else:
        moto(call)
    return {}


@operation("ec2", "ResetNetworkInterfaceAttribute")
def reset(call, _moto):
    [interface_id] = needed(call, "NetworkInterfaceId")
    interface = found(interface_id, backend_of(call).enis)
    dry_run(call)
    set_source_dest_check(interface, True)
    return {}


@operation("ec2", "DeleteNetworkInterface")
def delete(call, _moto):
    [interface_id] = needed(call, "NetworkInterfaceId")
    backend = backend_of(call)
    interface = found(interface_id, backend.enis)
    if interface.attachment_id:
        raise AwsError("InvalidParameterValue", f"Network interface '{interface_id}' is currently in use.")
    dry_run(call)
    forget(backend, interface)
    return {}


def _set_attributes(self, eni_id, group_ids, source_dest_check=None, description=None):
    interface = self.get_network_interface(eni_id)
    if group_ids:
        set_groups(interface, known_groups(self, group_ids))
    if source_dest_check in (True, False):
        set_source_dest_check(interface, source_dest_check)
    if description:
        interface.description = description


def _association(interface):
    """The public address, and whose it is: the account's own, Amazon's, or a service's."""
    if not interface.public_ip:
        return {}
    shown = {"publicIp": interface.public_ip, "publicDnsName": generate_dns_from_ip(interface.public_ip), "ipOwnerId": getattr(interface, "service_owner", "amazon")}
    address = next((one for one in interface.ec2_backend.addresses if one.public_ip == interface.public_ip), None)
    if address is not None:
        shown |= {"allocationId": address.allocation_id, "associationId": address.association_id, "ipOwnerId": interface.owner_id}
    return shown


def _attachment(interface):
    if not interface.attachment_id:
        return None
    owner = getattr(interface, "service_owner", None)
    return ServiceAttachment(interface.attachment_id, owner, attach_time=interface.attach_time) if owner else Attachment(interface)


NetworkInterfaceBackend.modify_network_interface_attribute = _set_attributes
NetworkInterface.group_set = property(lambda interface: interface._group_set)
NetworkInterface.association = property(_association)
NetworkInterface.attachment = property(_attachment)
