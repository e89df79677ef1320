"""Application load balancers, listeners, rules, target groups."""

from .base import Handler, changed, handles


@handles("AWS::ElasticLoadBalancingV2::LoadBalancer")
class LoadBalancer(Handler):
    def create(self, ctx, p):
        made = ctx.call("elbv2", "create_load_balancer", p, Name=p.get("Name") or ctx.name(32), Tags=ctx.tags(p))["LoadBalancers"][0]
        ctx.keep(made["LoadBalancerArn"])
        self._attributes_to(ctx, made["LoadBalancerArn"], p)
        return made["LoadBalancerArn"], {
            "LoadBalancerArn": made["LoadBalancerArn"], "DNSName": made["DNSName"], "LoadBalancerName": made["LoadBalancerName"],
            "CanonicalHostedZoneID": made["CanonicalHostedZoneId"], "SecurityGroups": made.get("SecurityGroups", []),
            "LoadBalancerFullName": made["LoadBalancerArn"].split(":loadbalancer/")[1]}

    def update(self, ctx, old, new):
        differing = changed(old, new)
        if differing - {"SecurityGroups", "Subnets", "SubnetMappings", "LoadBalancerAttributes", "Tags", "IpAddressType"}:
            return None
        if "SecurityGroups" in differing:
            ctx.call("elbv2", "set_security_groups", LoadBalancerArn=ctx.id, SecurityGroups=new["SecurityGroups"])
        if differing & {"Subnets", "SubnetMappings"}:
            ctx.call("elbv2", "set_subnets", new, LoadBalancerArn=ctx.id)
        if "IpAddressType" in differing:
            ctx.call("elbv2", "set_ip_address_type", LoadBalancerArn=ctx.id, IpAddressType=new.get("IpAddressType", "ipv4"))
        self._attributes_to(ctx, ctx.id, new)
        _retag(ctx, old, new)
        return ctx.id, ctx.resource.attributes | {"SecurityGroups": new.get("SecurityGroups", [])}

    def delete(self, ctx, p):
        ctx.call("elbv2", "delete_load_balancer", LoadBalancerArn=ctx.id)

    def _attributes_to(self, ctx, arn, p):
        if p.get("LoadBalancerAttributes"):
            ctx.call("elbv2", "modify_load_balancer_attributes", LoadBalancerArn=arn, Attributes=p["LoadBalancerAttributes"])


@handles("AWS::ElasticLoadBalancingV2::TargetGroup")
class TargetGroup(Handler):
    def create(self, ctx, p):
        made = ctx.call("elbv2", "create_target_group", p, Name=p.get("Name") or ctx.name(32), Tags=ctx.tags(p))["TargetGroups"][0]
        arn = ctx.keep(made["TargetGroupArn"])
        self._attributes_to(ctx, arn, p)
        if p.get("Targets"):
            ctx.call("elbv2", "register_targets", TargetGroupArn=arn, Targets=p["Targets"])
        return arn, {"TargetGroupArn": arn, "TargetGroupName": made["TargetGroupName"], "TargetGroupFullName": arn.split(":")[-1],
                     "LoadBalancerArns": []}

    def update(self, ctx, old, new):
        if changed(old, new) & {"Name", "Port", "Protocol", "ProtocolVersion", "VpcId", "TargetType", "IpAddressType"}:
            return None
        ctx.call("elbv2", "modify_target_group", new, TargetGroupArn=ctx.id)
        self._attributes_to(ctx, ctx.id, new)
        port = new.get("Port")
        had, wanted = ({(t["Id"], str(t.get("Port", port))): t for t in p.get("Targets", [])} for p in (old, new))
        gone = [had[k] for k in had if k not in wanted]
        more = [wanted[k] for k in wanted if k not in had]
        if more:
            ctx.call("elbv2", "register_targets", TargetGroupArn=ctx.id, Targets=more)
        if gone:
            ctx.call("elbv2", "deregister_targets", TargetGroupArn=ctx.id, Targets=gone)
        _retag(ctx, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("elbv2", "delete_target_group", TargetGroupArn=ctx.id)

    def _attributes_to(self, ctx, arn, p):
        if p.get("TargetGroupAttributes"):
            ctx.call("elbv2", "modify_target_group_attributes", TargetGroupArn=arn, Attributes=p["TargetGroupAttributes"])


@handles("AWS::ElasticLoadBalancingV2::Listener")
class Listener(Handler):
    def create(self, ctx, p):
        made = ctx.call("elbv2", "create_listener", p)["Listeners"][0]["ListenerArn"]
        self._attributes_to(ctx, ctx.keep(made), p)
        return made, {"ListenerArn": made}

    def update(self, ctx, old, new):
        differing = changed(old, new)
        if "LoadBalancerArn" in differing:
            return None
        if differing - {"ListenerAttributes"}:
            ctx.call("elbv2", "modify_listener", new, ListenerArn=ctx.id)
        self._attributes_to(ctx, ctx.id, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("elbv2", "delete_listener", ListenerArn=ctx.id)

    def _attributes_to(self, ctx, arn, p):
        if p.get("ListenerAttributes"):
            ctx.call("elbv2", "modify_listener_attributes", ListenerArn=arn, Attributes=p["ListenerAttributes"])


@handles("AWS::ElasticLoadBalancingV2::ListenerCertificate")
class ListenerCertificate(Handler):
    def create(self, ctx, p):
        ctx.call("elbv2", "add_listener_certificates", p)
        return f"{p['ListenerArn']}|{p['Certificates'][0]['CertificateArn']}", {"Id": ctx.resource.logical_id}

    def delete(self, ctx, p):
        ctx.call("elbv2", "remove_listener_certificates", p)


@handles("AWS::ElasticLoadBalancingV2::ListenerRule")
class ListenerRule(Handler):
    def create(self, ctx, p):
        made = ctx.call("elbv2", "create_rule", p)["Rules"][0]["RuleArn"]
        return made, {"RuleArn": made, "IsDefault": "false"}

    def update(self, ctx, old, new):
        differing = changed(old, new)
        if "ListenerArn" in differing:
            return None
        if "Priority" in differing:
            ctx.call("elbv2", "set_rule_priorities", RulePriorities=[{"RuleArn": ctx.id, "Priority": new["Priority"]}])
        if differing - {"Priority"}:
            ctx.call("elbv2", "modify_rule", new, RuleArn=ctx.id)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("elbv2", "delete_rule", RuleArn=ctx.id)


def _retag(ctx, old, new):
    before, after = ctx.tag_map(old), ctx.tag_map(new)
    gone = [k for k in before if k not in after]
    if gone:
        ctx.call("elbv2", "remove_tags", ResourceArns=[ctx.id], TagKeys=gone)
    if after != before:
        ctx.call("elbv2", "add_tags", ResourceArns=[ctx.id], Tags=ctx.tags(new))
