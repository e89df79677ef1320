"""Security-group rules as EC2 treats them, kept in moto's groups: one rule per source, whole requests or nothing.

Source: Amazon EC2 API Reference, AuthorizeSecurityGroupIngress, RevokeSecurityGroupIngress, ModifySecurityGroupRules,
UpdateSecurityGroupRuleDescriptionsIngress; Amazon VPC User Guide, "Security group rules" and "Amazon VPC quotas".
"""

import ipaddress

from moto.ec2.models import ec2_backends
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule

from . import peer_groups
from ..api.gateway import operation
from ..api.request import AwsError

_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}
_QUOTA = 60
_SOURCES = {"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6", "UserIdGroupPairs": "GroupId", "PrefixListIds": "PrefixListId"}


def identity(rule):
    """What makes two rules of one direction the same rule; the description does not."""
    return (rule.ip_protocol, rule.from_port, rule.to_port, rule.cidr_ipv4, rule.cidr_ipv6, rule.source_group.get("GroupId"), rule.prefix_list_id)


def _description(rule):
    return rule.ip_range.get("Description") or rule.source_group.get("Description") or getattr(rule, "prefix_list_description", None)


def _referenced(rule):
    group = rule.source_group
    if not group:
        return None
    named = rule.ec2_backend.get_security_group_from_id(group["GroupId"])
    return {"GroupId": group["GroupId"], "UserId": rule.ec2_backend.account_id, **({"VpcId": named.vpc_id} if named else {})}


SecurityGroupRule.__eq__ = lambda self, other: identity(self) == identity(other)
SecurityGroupRule.__hash__ = lambda self: hash(self.id)
SecurityGroupRule.description = property(_description)
SecurityGroupRule.referenced_group_info = property(
    lambda rule: peer.as_reference() if (peer := peer_groups.find(rule.source_group.get("GroupId"))) else _referenced(rule))
SecurityGroupRule.group_owner_id = property(lambda rule: rule.ec2_backend.account_id)
SecurityGroupRule.security_group_rule_arn = property(
    lambda rule: f"arn:aws:ec2:{rule.ec2_backend.region_name}:{rule.ec2_backend.account_id}:security-group-rule/{rule.id}")
_plain_flattening = SecurityGroup._flattened_rules


def _flattened(self, rules):
    views = _plain_flattening(self, [r for r in rules if not r.prefix_list_id])
    for rule in (r for r in rules if r.prefix_list_id):
        view = _plain_flattening(self, [rule])[0]
        view.prefix_list_ids = [{"PrefixListId": rule.prefix_list_id, **({"Description": rule.description} if rule.description else {})}]
        same = [v for v in views if (v.ip_protocol, v.from_port, v.to_port) == (view.ip_protocol, view.from_port, view.to_port)]
        same[0].prefix_list_ids.extend(view.prefix_list_ids) if same else views.append(view)
    return views


SecurityGroup._flattened_rules = _flattened


def _backend(call):
    return ec2_backends[call.account][call.region]


def _group(call):
    backend, p = _backend(call), call.params
    if not p.get("GroupId") and not p.get("GroupName"):
        raise AwsError("MissingParameter", "The request must contain the parameter groupName or groupId")
    group = backend.get_security_group_from_id(p["GroupId"]) if p.get("GroupId") else backend.get_security_group_from_name(p["GroupName"], backend.default_vpc.id)
    if group is None:
        raise AwsError("InvalidGroup.NotFound", f"The security group '{p.get('GroupId') or p['GroupName']}' does not exist")
    return group


def _dry_run(call):
    if call.dry_run:
        raise AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)


def _wanted(call, group, egress):
    """The rules that the request's permissions spell out, one per source."""
    p = call.params
    permissions = p.get("IpPermissions")
    if permissions is None:
        one = {k: p[k] for k in ("IpProtocol", "FromPort", "ToPort") if k in p}
        if p.get("CidrIp"):
            one["IpRanges"] = [{"CidrIp": p["CidrIp"]}]
        if p.get("SourceSecurityGroupName"):
            one["UserIdGroupPairs"] = [{"GroupName": p["SourceSecurityGroupName"]}]
        permissions = [one] if one else []
    rules = [rule for permission in permissions for rule in _rules(_backend(call), group, permission, egress)]
    if not rules:
        raise AwsError("MissingParameter", "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided." if not permissions else
                       "The request must contain a source: ipRanges, ipv6Ranges, groups or prefixListIds")
    return rules


def _rules(backend, group, permission, egress):
    protocol, low, high = _ports(permission)
    for key, member in _SOURCES.items():
        for source in permission.get(key, []):
            rule = SecurityGroupRule(backend, "-1", group.id, None, None, None, is_egress=egress)
            rule.ip_protocol, rule.from_port, rule.to_port = protocol, low, high
            said = {"Description": source["Description"]} if source.get("Description") else {}
            if member in ("CidrIp", "CidrIpv6"):
                rule.ip_range = {member: _network(source[member], member), **said}
            elif member == "PrefixListId":
                rule.prefix_list_id, rule.prefix_list_description = source[member], said.get("Description")
            else:
                named = _named_group(backend, group, source)
                rule.source_group = {"GroupId": named.id, "UserId": named.owner_id, **said}
            yield rule


def _ports(permission):
    protocol = str(permission.get("IpProtocol", "")).lower()
    protocol = _PROTOCOLS.get(protocol, protocol)
    if not protocol:
        raise AwsError("MissingParameter", "The request must contain the parameter ipProtocol")
    low, high = permission.get("FromPort"), permission.get("ToPort")
    if protocol in ("tcp", "udp"):
        if low is None or high is None:
            raise AwsError("InvalidParameterValue", f"Invalid value '{'' if low is None else low}-{'' if high is None else high}' for portRange. Must specify both from and to ports with TCP/UDP.")
        if not (0 <= low <= high <= 65535):
            raise AwsError("InvalidParameterValue", f"Invalid value '{low}-{high}' for portRange. Ports must be between 0 and 65535 and in order.")
        return protocol, low, high
    if protocol in ("icmp", "icmpv6"):
        low = -1 if low is None else low
        return protocol, low, -1 if high is None or low == -1 else high
    if protocol != "-1" and not (protocol.isdigit() and int(protocol) <= 255):
        raise AwsError("InvalidPermission.Malformed", f"Unsupported IP protocol \"{protocol}\"")
    return protocol, None, None


def _network(text, member):
    try:
        network = ipaddress.ip_network(text, strict=False)
        if (network.version == 4) == (member == "CidrIp") and "/" in text:
            return str(network)
    except ValueError:
        pass
    raise AwsError("InvalidParameterValue", f"CIDR block {text} is malformed")


def _named_group(backend, group, source):
    if source.get("GroupId"):
        found = backend.get_security_group_from_id(source["GroupId"]) or peer_groups.find(source["GroupId"], source.get("UserId"))
    else:
        found = backend.get_security_group_from_name(source.get("GroupName", ""), group.vpc_id)
    if found is None:
        raise AwsError("InvalidGroup.NotFound", f"The security group '{source.get('GroupId') or source.get('GroupName')}' does not exist")
    return found


def _held(group, egress):
    return group.egress_rules if egress else group.ingress_rules


def _keep(group, egress, rules):
    if egress:
        group.egress_rules = rules
    else:
        group.ingress_rules = rules


def _authorize(call, egress):
    group = _group(call)
    wanted = _wanted(call, group, egress)
    _dry_run(call)
    held = _held(group, egress)
    known = {identity(r) for r in held}
    if len({identity(r) for r in wanted}) < len(wanted):
        raise AwsError("InvalidParameterValue", "The same permission must not appear multiple times")
    for rule in wanted:
        if identity(rule) in known:
            raise AwsError("InvalidPermission.Duplicate", f'the specified rule "peer: {_peer(rule)}, {rule.ip_protocol.upper()}, from port: {rule.from_port}, to port: {rule.to_port}, ALLOW" already exists')
    _within_quota(held + wanted)
    tags = {t["Key"]: t["Value"] for s in call.params.get("TagSpecifications", []) for t in s.get("Tags", [])}
    for rule in wanted:
        rule.add_tags(tags)
    _keep(group, egress, held + wanted)
    return {"Return": True, "SecurityGroupRules": [_shown(rule) for rule in wanted]}


def _within_quota(rules):
    if max(sum(_weight(rule, six) for rule in rules) for six in (False, True)) > _QUOTA:
        raise AwsError("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")


def _weight(rule, six):
    """What a rule counts towards the quota of one address family: a prefix list as many as it may have, a group one in either."""
    if rule.prefix_list_id:
        listed = rule.ec2_backend.managed_prefix_lists.get(rule.prefix_list_id)
        if listed is None or not listed.max_entries:
            return 1
        return int(listed.max_entries) if (listed.address_family == "IPv6") == six else 0
    if rule.cidr_ipv4 or rule.cidr_ipv6:
        return int(bool(rule.cidr_ipv6) == six)
    return 1


def _revoke(call, egress):
    group = _group(call)
    held = _held(group, egress)
    ids = call.params.get("SecurityGroupRuleIds")
    if ids:
        gone = [rule for rule in held if rule.id in ids]
        missing = set(ids) - {rule.id for rule in gone}
        if missing:
            raise AwsError("InvalidSecurityGroupRuleId.NotFound", f"The security group rule ID '{sorted(missing)[0]}' does not exist")
    else:
        wanted = {identity(rule) for rule in _wanted(call, group, egress)}
        gone = [rule for rule in held if identity(rule) in wanted]
        if len(gone) < len(wanted):
            raise AwsError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
    _dry_run(call)
    _keep(group, egress, [rule for rule in held if rule not in gone])
    return {"Return": True, "RevokedSecurityGroupRules": [_shown(rule, revoked=True) for rule in gone]}


def _describe_again(call, egress):
    group = _group(call)
    _dry_run(call)
    said = call.params.get("SecurityGroupRuleDescriptions")
    if said:
        by_id = {rule.id: rule for rule in _held(group, egress)}
        changes = [(by_id.get(d["SecurityGroupRuleId"]), d.get("Description")) for d in said]
    else:
        by_identity = {identity(rule): rule for rule in _held(group, egress)}
        changes = [(by_identity.get(identity(rule)), rule.description) for rule in _wanted(call, group, egress)]
    if any(rule is None for rule, _ in changes):
        raise AwsError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
    for rule, text in changes:
        _say(rule, text)
    return {"Return": True}


def _say(rule, text):
    holder = rule.ip_range or rule.source_group
    if rule.prefix_list_id:
        rule.prefix_list_description = text
    elif text:
        holder["Description"] = text
    else:
        holder.pop("Description", None)


@operation("ec2", "ModifySecurityGroupRules")
def modify(call, _moto):
    group, changes = _group(call), []
    for one in call.params.get("SecurityGroupRules", []):
        rule = group.get_rule(one["SecurityGroupRuleId"])
        if rule is None:
            raise AwsError("InvalidSecurityGroupRuleId.NotFound", f"The security group rule ID '{one['SecurityGroupRuleId']}' does not exist")
        changes.append((rule, _replacement(call, group, rule, one["SecurityGroupRule"])))
    changed = {rule.id for rule, _ in changes}
    for rule, new in changes:
        if any(identity(new) == identity(other) for other in _held(group, rule.is_egress) if other.id not in changed):
            raise AwsError("InvalidPermission.Duplicate", "the specified rule already exists")
    _dry_run(call)
    for rule, new in changes:
        for name in ("ip_protocol", "from_port", "to_port", "ip_range", "source_group", "prefix_list_id"):
            setattr(rule, name, getattr(new, name))
        rule.prefix_list_description = getattr(new, "prefix_list_description", None)
    return {"Return": True}


def _replacement(call, group, rule, request):
    said = {"Description": request["Description"]} if request.get("Description") else {}
    sources = {"IpRanges": ("CidrIpv4", "CidrIp"), "Ipv6Ranges": ("CidrIpv6", "CidrIpv6"), "UserIdGroupPairs": ("ReferencedGroupId", "GroupId"), "PrefixListIds": ("PrefixListId", "PrefixListId")}
    permission = {k: request[k] for k in ("IpProtocol", "FromPort", "ToPort") if k in request}
    for key, (asked, member) in sources.items():
        if request.get(asked):
            permission[key] = [{member: request[asked], **said}]
    made = list(_rules(_backend(call), group, permission, rule.is_egress))
    if len(made) != 1:
        raise AwsError("InvalidParameterCombination", "You must specify exactly one of CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId")
    kinds = [[bool(r.cidr_ipv4), bool(r.cidr_ipv6), bool(r.source_group), bool(r.prefix_list_id)] for r in (rule, made[0])]
    if kinds[0] != kinds[1]:
        raise AwsError("InvalidParameterCombination", "You may not modify a security group rule's type")
    return made[0]


def _peer(rule):
    return rule.cidr_ipv4 or rule.cidr_ipv6 or rule.source_group.get("GroupId") or rule.prefix_list_id


def _shown(rule, revoked=False):
    shown = {"SecurityGroupRuleId": rule.id, "GroupId": rule.group_id, "IsEgress": rule.is_egress, "IpProtocol": rule.ip_protocol,
             "FromPort": -1 if rule.from_port is None else rule.from_port, "ToPort": -1 if rule.to_port is None else rule.to_port}
    if revoked:
        shown |= {"ReferencedGroupId": rule.source_group.get("GroupId")}
    else:
        shown |= {"GroupOwnerId": rule.owner_id, "ReferencedGroupInfo": rule.referenced_group_info, "Tags": [],
                  "SecurityGroupRuleArn": rule.security_group_rule_arn}
    shown |= {"CidrIpv4": rule.cidr_ipv4, "CidrIpv6": rule.cidr_ipv6, "PrefixListId": rule.prefix_list_id, "Description": rule.description}
    return {k: v for k, v in shown.items() if v is not None}


for _side, _egress in (("Ingress", False), ("Egress", True)):
    operation("ec2", f"AuthorizeSecurityGroup{_side}")(lambda call, _moto, egress=_egress: _authorize(call, egress))
    operation("ec2", f"RevokeSecurityGroup{_side}")(lambda call, _moto, egress=_egress: _revoke(call, egress))
    operation("ec2", f"UpdateSecurityGroupRuleDescriptions{_side}")(lambda call, _moto, egress=_egress: _describe_again(call, egress))
