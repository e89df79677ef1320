"""Network ACLs, their entries, and which subnet has which."""

from .base import Handler, changed, handles, is_true


@handles("AWS::EC2::NetworkAcl")
class NetworkAcl(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_network_acl", p, TagSpecifications=ctx.ec2_tags("network-acl", p))["NetworkAcl"]["NetworkAclId"]
        return made, {"Id": made}

    def update(self, ctx, old, new):
        if changed(old, new) - {"Tags"}:
            return None
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_network_acl", NetworkAclId=ctx.id)


@handles("AWS::EC2::NetworkAclEntry")
class NetworkAclEntry(Handler):
    def create(self, ctx, p):
        ctx.call("ec2", "create_network_acl_entry", p, **self._extra(p))
        return f"{p['NetworkAclId']}|{p['RuleNumber']}|{str(is_true(p.get('Egress', False))).lower()}", {"Id": ctx.resource.logical_id}

    def update(self, ctx, old, new):
        if changed(old, new) & {"NetworkAclId", "RuleNumber", "Egress"}:
            return None
        ctx.call("ec2", "replace_network_acl_entry", new, **self._extra(new))
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_network_acl_entry", p, Egress=is_true(p.get("Egress", False)))

    def _extra(self, p):
        return {"Egress": is_true(p.get("Egress", False)), "IcmpTypeCode": p.get("Icmp")}


@handles("AWS::EC2::SubnetNetworkAclAssociation")
class NetworkAclAssociation(Handler):
    def create(self, ctx, p):
        made = self._replace(ctx, p["SubnetId"], p["NetworkAclId"])
        return made, {"AssociationId": made}

    def delete(self, ctx, p):
        """The subnet gets the VPC's default list again."""
        current = self._lists(ctx, "association.subnet-id", p["SubnetId"])
        if any(one["NetworkAclId"] == p["NetworkAclId"] for one in current):
            default = self._lists(ctx, "vpc-id", current[0]["VpcId"])
            self._replace(ctx, p["SubnetId"], next(one["NetworkAclId"] for one in default if one["IsDefault"]))

    def _replace(self, ctx, subnet, acl):
        current = next(one["NetworkAclAssociationId"] for found in self._lists(ctx, "association.subnet-id", subnet)
                       for one in found["Associations"] if one["SubnetId"] == subnet)
        return ctx.call("ec2", "replace_network_acl_association", AssociationId=current, NetworkAclId=acl)["NewAssociationId"]

    def _lists(self, ctx, name, value):
        return ctx.call("ec2", "describe_network_acls", Filters=[{"Name": name, "Values": [value]}])["NetworkAcls"]
