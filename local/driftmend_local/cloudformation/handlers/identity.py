"""IAM roles, policies, profiles; KMS keys."""

import json

from .base import Handler, changed, handles


@handles("AWS::IAM::Role")
class Role(Handler):
    def create(self, ctx, p):
        name = p.get("RoleName") or ctx.name(64)
        made = ctx.call("iam", "create_role", p, RoleName=name, AssumeRolePolicyDocument=json.dumps(p["AssumeRolePolicyDocument"]),
                        Tags=ctx.tags(p))["Role"]
        ctx.keep(name)
        self._policies(ctx, name, {}, p)
        return name, {"Arn": made["Arn"], "RoleId": made["RoleId"]}

    def update(self, ctx, old, new):
        if changed(old, new) & {"RoleName", "Path"}:
            return None
        ctx.call("iam", "update_assume_role_policy", RoleName=ctx.id, PolicyDocument=json.dumps(new["AssumeRolePolicyDocument"]))
        self._policies(ctx, ctx.id, old, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        for name in ctx.call("iam", "list_role_policies", RoleName=ctx.id)["PolicyNames"]:
            ctx.call("iam", "delete_role_policy", RoleName=ctx.id, PolicyName=name)
        for policy in ctx.call("iam", "list_attached_role_policies", RoleName=ctx.id)["AttachedPolicies"]:
            ctx.call("iam", "detach_role_policy", RoleName=ctx.id, PolicyArn=policy["PolicyArn"])
        ctx.call("iam", "delete_role", RoleName=ctx.id)

    def _policies(self, ctx, name, old, new):
        had, wanted = ({q["PolicyName"]: q["PolicyDocument"] for q in p.get("Policies", [])} for p in (old, new))
        for policy in had.keys() - wanted.keys():
            ctx.call("iam", "delete_role_policy", RoleName=name, PolicyName=policy)
        for policy, document in wanted.items():
            if had.get(policy) != document:
                ctx.call("iam", "put_role_policy", RoleName=name, PolicyName=policy, PolicyDocument=_policy(document))
        attached, attach = (set(p.get("ManagedPolicyArns", [])) for p in (old, new))
        for arn in attached - attach:
            ctx.call("iam", "detach_role_policy", RoleName=name, PolicyArn=arn)
        for arn in sorted(attach - attached):
            ctx.call("iam", "attach_role_policy", RoleName=name, PolicyArn=arn)


@handles("AWS::IAM::Policy", "AWS::IAM::RolePolicy")
class Policy(Handler):
    def create(self, ctx, p):
        self._put(ctx, p, self._roles(p))
        return p["PolicyName"], {"Id": p["PolicyName"]}

    def update(self, ctx, old, new):
        if changed(old, new) & {"PolicyName", "RoleName"}:
            return None
        self._take(ctx, old, self._roles(old) - self._roles(new))
        self._put(ctx, new, self._roles(new))
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        self._take(ctx, p, self._roles(p))

    def _roles(self, p):
        return set(p.get("Roles") or [p["RoleName"]])

    def _put(self, ctx, p, roles):
        for role in sorted(roles):
            ctx.call("iam", "put_role_policy", RoleName=role, PolicyName=p["PolicyName"], PolicyDocument=_policy(p["PolicyDocument"]))

    def _take(self, ctx, p, roles):
        for role in roles:
            ctx.call("iam", "delete_role_policy", RoleName=role, PolicyName=p["PolicyName"])


@handles("AWS::IAM::ManagedPolicy")
class ManagedPolicy(Handler):
    def create(self, ctx, p):
        made = ctx.call("iam", "create_policy", p, PolicyName=p.get("ManagedPolicyName") or ctx.name(128),
                        PolicyDocument=_policy(p["PolicyDocument"]))["Policy"]["Arn"]
        for role in p.get("Roles", []):
            ctx.call("iam", "attach_role_policy", RoleName=role, PolicyArn=made)
        return made, {"PolicyArn": made}

    def update(self, ctx, old, new):
        if changed(old, new) - {"PolicyDocument"}:
            return None
        ctx.call("iam", "create_policy_version", PolicyArn=ctx.id, PolicyDocument=_policy(new["PolicyDocument"]), SetAsDefault=True)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        for role in p.get("Roles", []):
            ctx.call("iam", "detach_role_policy", RoleName=role, PolicyArn=ctx.id)
        ctx.call("iam", "delete_policy", PolicyArn=ctx.id)


@handles("AWS::IAM::InstanceProfile")
class InstanceProfile(Handler):
    def create(self, ctx, p):
        name = p.get("InstanceProfileName") or ctx.name(128)
        made = ctx.call("iam", "create_instance_profile", p, InstanceProfileName=name)["InstanceProfile"]
        for role in p["Roles"]:
            ctx.call("iam", "add_role_to_instance_profile", InstanceProfileName=name, RoleName=role)
        return name, {"Arn": made["Arn"], "InstanceProfileName": name}

    def delete(self, ctx, p):
        for role in p["Roles"]:
            ctx.call("iam", "remove_role_from_instance_profile", InstanceProfileName=ctx.id, RoleName=role)
        ctx.call("iam", "delete_instance_profile", InstanceProfileName=ctx.id)


@handles("AWS::KMS::Key")
class Key(Handler):
    def create(self, ctx, p):
        made = ctx.call("kms", "create_key", p, Policy=json.dumps(p["KeyPolicy"]) if "KeyPolicy" in p else None,
                        Tags=[{"TagKey": k, "TagValue": v} for k, v in ctx.tag_map(p).items()])["KeyMetadata"]
        if str(p.get("EnableKeyRotation", False)).lower() == "true":
            ctx.call("kms", "enable_key_rotation", KeyId=made["KeyId"])
        return made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]}

    def update(self, ctx, old, new):
        if changed(old, new) & {"KeySpec", "KeyUsage", "MultiRegion"}:
            return None
        if "KeyPolicy" in changed(old, new):
            ctx.call("kms", "put_key_policy", KeyId=ctx.id, PolicyName="default", Policy=json.dumps(new["KeyPolicy"]))
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("kms", "schedule_key_deletion", KeyId=ctx.id, PendingWindowInDays=p.get("PendingWindowInDays", 30))


@handles("AWS::KMS::Alias")
class KeyAlias(Handler):
    def create(self, ctx, p):
        ctx.call("kms", "create_alias", p)
        return p["AliasName"], {"AliasName": p["AliasName"]}

    def delete(self, ctx, p):
        ctx.call("kms", "delete_alias", AliasName=ctx.id)


def _policy(document):
    return json.dumps({"Version": "2012-10-17", **document})  # moto refuses a policy without a version, IAM does not
