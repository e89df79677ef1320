"""Network ACLs as EC2 keeps them: numbered entries per direction, one list per subnet, EC2's own last entry that denies the rest.

Source: Amazon EC2 API Reference, CreateNetworkAclEntry, ReplaceNetworkAclEntry, ReplaceNetworkAclAssociation; Amazon VPC User Guide,
"Network ACLs" and "Amazon VPC quotas".
"""

import ipaddress

from moto.ec2.models.network_acls import NetworkAclAssociation, NetworkAclEntry
from moto.ec2.utils import random_network_acl_subnet_association_id

from .backends import backend_of, dry_run, found, needed
from ..api.gateway import operation
from ..api.request import AwsError

LAST = 32767
_QUOTA = 20
_PROTOCOLS = {"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58", "all": "-1"}


@operation("ec2", "CreateNetworkAcl")
def create(call, moto):
    answer = moto(call)
    acl = backend_of(call).network_acls[answer["NetworkAcl"]["NetworkAclId"]]
    for egress in (True, False):
        acl.network_acl_entries.append(_entry(acl, LAST, "-1", "deny", egress, "0.0.0.0/0"))
    answer["NetworkAcl"]["Entries"] = [_shown(entry) for entry in acl.network_acl_entries]
    return answer


@operation("ec2", "DeleteNetworkAcl")
def delete(call, _moto):
    acl = _acl(call)
    if acl.default:
        raise AwsError("InvalidParameterValue", f"cannot delete default network ACL {acl.id}")
    if acl._associations:
        raise AwsError("DependencyViolation", f"The networkAcl '{acl.id}' has dependencies and cannot be deleted.")
    dry_run(call)
    del backend_of(call).network_acls[acl.id]
    return {}


@operation("ec2", "CreateNetworkAclEntry")
def create_entry(call, _moto):
    acl, entry = _wanted(call)
    held = [one for one in acl.network_acl_entries if one.egress == entry.egress]
    if any(one.rule_number == entry.rule_number for one in held):
        raise AwsError("NetworkAclEntryAlreadyExists", f"The network acl entry identified by {entry.rule_number} already exists.")
    if len([one for one in held if one.rule_number != LAST]) >= _QUOTA:
        raise AwsError("NetworkAclEntryLimitExceeded", "The maximum number of entries for this network ACL has been reached.")
    dry_run(call)
    acl.network_acl_entries.append(entry)
    return {}


@operation("ec2", "ReplaceNetworkAclEntry")
def replace_entry(call, _moto):
    acl, entry = _wanted(call)
    held = _held(acl, entry.rule_number, entry.egress)
    dry_run(call)
    acl.network_acl_entries[acl.network_acl_entries.index(held)] = entry
    return {}


@operation("ec2", "DeleteNetworkAclEntry")
def delete_entry(call, _moto):
    number, egress = needed(call, "RuleNumber", "Egress")
    acl = _acl(call)
    _number(number)
    held = _held(acl, number, egress)
    dry_run(call)
    acl.network_acl_entries.remove(held)
    return {}


@operation("ec2", "ReplaceNetworkAclAssociation")
def replace_association(call, _moto):
    [association_id] = needed(call, "AssociationId")
    backend, acl = backend_of(call), _acl(call)
    before = next((one for one in backend.network_acls.values() if association_id in one._associations), None)
    if before is None:
        raise AwsError("InvalidAssociationID.NotFound", f"The association ID '{association_id}' does not exist")
    if before.vpc_id != acl.vpc_id:
        raise AwsError("InvalidParameterValue", f"Network ACL {acl.id} and association {association_id} belong to different networks")
    dry_run(call)
    made = random_network_acl_subnet_association_id()
    acl._associations[made] = NetworkAclAssociation(backend, made, before._associations.pop(association_id).subnet_id, acl.id)
    return {"NewAssociationId": made}


def _acl(call):
    [acl_id] = needed(call, "NetworkAclId")
    return found(acl_id, backend_of(call).network_acls)


def _held(acl, number, egress):
    for entry in acl.network_acl_entries:
        if entry.rule_number == number and entry.egress == egress:
            return entry
    raise AwsError("InvalidNetworkAclEntry.NotFound", f"The network acl entry identified by {number} does not exist.")


def _wanted(call):
    """(the list, the entry that the request spells out)"""
    number, egress, action, protocol = needed(call, "RuleNumber", "Egress", "RuleAction", "Protocol")
    _number(number)
    acl, p = _acl(call), call.params
    protocol = _PROTOCOLS.get(str(protocol).lower(), str(protocol))
    if protocol != "-1" and not (protocol.isdigit() and int(protocol) <= 255):
        raise AwsError("InvalidParameterValue", f"Invalid value '{protocol}' for protocol")
    if action not in ("allow", "deny"):
        raise AwsError("InvalidParameterValue", f"Invalid value '{action}' for ruleAction. It must be 'allow' or 'deny'")
    ports, icmp = p.get("PortRange") or {}, p.get("IcmpTypeCode") or {}
    if protocol in ("6", "17") and (ports.get("From") is None or ports.get("To") is None):
        raise AwsError("MissingParameter", "The request must contain the parameter portRange")
    if protocol in ("1", "58") and (icmp.get("Type") is None or icmp.get("Code") is None):
        raise AwsError("MissingParameter", "The request must contain the parameter icmpTypeCode")
    made = _entry(acl, number, protocol, action, egress, _range(p.get("CidrBlock"), 4), _range(p.get("Ipv6CidrBlock"), 6))
    if bool(made.cidr_block) == bool(made.ipv6_cidr_block):
        raise AwsError("MissingParameter", "The request must contain exactly one of cidrBlock or ipv6CidrBlock")
    if protocol in ("6", "17"):
        made.port_range_from, made.port_range_to = ports["From"], ports["To"]
    if protocol in ("1", "58"):
        made.icmp_type, made.icmp_code = icmp["Type"], icmp["Code"]
    return acl, made


def _number(number):
    if not 1 <= number < LAST:
        raise AwsError("InvalidParameterValue", f"Invalid value '{number}' for ruleNumber. It must be between 1 and {LAST - 1}")


def _range(text, version):
    if not text:
        return None
    try:
        network = ipaddress.ip_network(text, strict=False)
        if network.version == version:
            return str(network)
    except ValueError:
        pass
    raise AwsError("InvalidParameterValue", f"Value ({text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.")


def _entry(acl, number, protocol, action, egress, cidr, cidr6=None):
    return NetworkAclEntry(acl.ec2_backend, network_acl_id=acl.id, rule_number=number, protocol=protocol, rule_action=action, egress=egress,
                           cidr_block=cidr, icmp_code=None, icmp_type=None, port_range_from=None, port_range_to=None, ipv6_cidr_block=cidr6)


def _shown(entry):
    return {"RuleNumber": entry.rule_number, "Protocol": entry.protocol, "RuleAction": entry.rule_action, "Egress": entry.egress,
            "CidrBlock": entry.cidr_block}
