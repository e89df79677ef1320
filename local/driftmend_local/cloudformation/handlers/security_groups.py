"""Security groups with their inline rules, and rules that are resources of their own. An update edits in place.

An inline rule that is there twice makes one rule of EC2, without an error; taking one of the two out of the template revokes it for both.
Source: aws-cloudformation/cloudformation-coverage-roadmap, issues 612, 1532 and 1534.
"""

from collections import Counter

from botocore.exceptions import ClientError

from .base import Handler, changed, handles


@handles("AWS::EC2::SecurityGroup")
class SecurityGroup(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_security_group", GroupName=p.get("GroupName") or ctx.name(255), Description=p["GroupDescription"],
                        VpcId=p.get("VpcId"), TagSpecifications=ctx.ec2_tags("security-group", p))["GroupId"]
        ctx.keep(made)
        group = ctx.call("ec2", "describe_security_groups", GroupIds=[made])["SecurityGroups"][0]
        if p.get("SecurityGroupEgress") and group["IpPermissionsEgress"]:
            ctx.call("ec2", "revoke_security_group_egress", GroupId=made, IpPermissions=group["IpPermissionsEgress"])
        for side, key in (("ingress", "SecurityGroupIngress"), ("egress", "SecurityGroupEgress")):
            self._authorize(ctx, made, side, list(_by_identity(p.get(key, [])).values()))
        return made, {"GroupId": made, "VpcId": group["VpcId"], "Id": made}

    def update(self, ctx, old, new):
        if changed(old, new) & {"GroupName", "GroupDescription", "VpcId"}:
            return None
        for side, key in (("ingress", "SecurityGroupIngress"), ("egress", "SecurityGroupEgress")):
            had, wanted = _by_identity(old.get(key, [])), _by_identity(new.get(key, []))
            if side == "egress" and wanted and not had:
                had = _by_identity([{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}])
            fewer = Counter(map(_identity, old.get(key, []))) - Counter(map(_identity, new.get(key, [])))
            revoke(ctx, ctx.id, side, [rule for k, rule in had.items() if k not in wanted or k in fewer])
            self._authorize(ctx, ctx.id, side, [rule for k, rule in wanted.items() if k not in had])
            for k, rule in wanted.items():
                if k in had and had[k].get("Description") != rule.get("Description"):
                    ctx.call("ec2", f"update_security_group_rule_descriptions_{side}", GroupId=ctx.id, IpPermissions=[permission(rule)])
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_security_group", GroupId=ctx.id)

    def _authorize(self, ctx, group_id, side, rules):
        if rules:
            ctx.call("ec2", f"authorize_security_group_{side}", GroupId=group_id, IpPermissions=[permission(rule) for rule in rules])


class _OneRule(Handler):
    side = ""

    def create(self, ctx, p):
        group = p.get("GroupId") or ctx.call("ec2", "describe_security_groups", GroupNames=[p["GroupName"]])["SecurityGroups"][0]["GroupId"]
        made = ctx.call("ec2", f"authorize_security_group_{self.side}", GroupId=group, IpPermissions=[permission(p)])
        rule_id = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return rule_id, {"Id": rule_id}

    def update(self, ctx, old, new):
        if changed(old, new) - {"Description"}:
            return None
        ctx.call("ec2", f"update_security_group_rule_descriptions_{self.side}", GroupId=new["GroupId"], IpPermissions=[permission(new)])
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        revoke(ctx, p["GroupId"], self.side, [p])


@handles("AWS::EC2::SecurityGroupIngress")
class SecurityGroupIngress(_OneRule):
    side = "ingress"


@handles("AWS::EC2::SecurityGroupEgress")
class SecurityGroupEgress(_OneRule):
    side = "egress"


def revoke(ctx, group_id, side, rules):
    """Take the rules away; one that is already gone is as good as taken."""
    for rule in rules:
        try:
            ctx.call("ec2", f"revoke_security_group_{side}", GroupId=group_id, IpPermissions=[permission(rule, described=False)])
        except ClientError as problem:
            if problem.response["Error"]["Code"] not in ("InvalidPermission.NotFound", "InvalidGroup.NotFound"):
                raise


def permission(rule, described=True):
    """A template's rule as the EC2 API's IpPermission."""
    made = {"IpProtocol": str(rule["IpProtocol"])}
    for port in ("FromPort", "ToPort"):
        if port in rule:
            made[port] = int(rule[port])
    text = {"Description": rule["Description"]} if described and rule.get("Description") else {}
    group = rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId")
    prefix_list = rule.get("SourcePrefixListId") or rule.get("DestinationPrefixListId")
    if rule.get("CidrIp"):
        made["IpRanges"] = [{"CidrIp": rule["CidrIp"], **text}]
    if rule.get("CidrIpv6"):
        made["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **text}]
    if group:
        owner = {"UserId": str(rule["SourceSecurityGroupOwnerId"])} if rule.get("SourceSecurityGroupOwnerId") else {}
        made["UserIdGroupPairs"] = [{"GroupId": group, **owner, **text}]
    elif rule.get("SourceSecurityGroupName"):
        made["UserIdGroupPairs"] = [{"GroupName": rule["SourceSecurityGroupName"], **text}]
    if prefix_list:
        made["PrefixListIds"] = [{"PrefixListId": prefix_list, **text}]
    return made


def _by_identity(rules):
    """The first rule of each identity: that one is authorized, the next ones are duplicates of it."""
    return {_identity(rule): rule for rule in reversed(rules)}


def _identity(rule):
    return str(sorted((k, str(v)) for k, v in rule.items() if k != "Description"))
