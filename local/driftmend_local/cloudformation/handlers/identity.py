"""IAM roles, policies, profiles; KMS keys."""

import json

from botocore.exceptions import ClientError

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
        self._boundary(ctx, old.get("PermissionsBoundary"), new.get("PermissionsBoundary"))
        self._policies(ctx, ctx.id, old, new)
        if changed(old, new) & {"Description", "MaxSessionDuration"}:
            ctx.call("iam", "update_role", RoleName=ctx.id, Description=new.get("Description", ""), MaxSessionDuration=new.get("MaxSessionDuration", 3600))
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        for name in ctx.call("iam", "list_role_policies", RoleName=ctx.id)["PolicyNames"]:
            ctx.call("iam", "delete_role_policy", RoleName=ctx.id, PolicyName=name)
        for policy in ctx.call("iam", "list_attached_role_policies", RoleName=ctx.id)["AttachedPolicies"]:
            ctx.call("iam", "detach_role_policy", RoleName=ctx.id, PolicyArn=policy["PolicyArn"])
        ctx.call("iam", "delete_role", RoleName=ctx.id)

    def _boundary(self, ctx, had, wanted):
        if had and not wanted:
            ctx.call("iam", "delete_role_permissions_boundary", RoleName=ctx.id)
        elif had != wanted:
            ctx.call("iam", "put_role_permissions_boundary", RoleName=ctx.id, PermissionsBoundary=wanted)

    def _policies(self, ctx, name, old, new):
        had, wanted = ({q["PolicyName"]: q["PolicyDocument"] for q in p.get("Policies", [])} for p in (old, new))
        for policy in had.keys() - wanted.keys():
            ctx.call("iam", "delete_role_policy", RoleName=name, PolicyName=policy)
        for policy, document in wanted.items():
            if had.get(policy) != document:
                ctx.call("iam", "put_role_policy", RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
        attached, attach = (set(p.get("ManagedPolicyArns", [])) for p in (old, new))
        for arn in attached - attach:
            ctx.call("iam", "detach_role_policy", RoleName=name, PolicyArn=arn)
        for arn in sorted(attach - attached):
            ctx.call("iam", "attach_role_policy", RoleName=name, PolicyArn=arn)


@handles("AWS::IAM::Policy", "AWS::IAM::RolePolicy")
class Policy(Handler):
    """An inline policy of roles, users and groups."""

    def create(self, ctx, p):
        self._put(ctx, p, self._holders(p))
        return p["PolicyName"], {"Id": p["PolicyName"]}

    def update(self, ctx, old, new):
        if changed(old, new) & {"PolicyName", "RoleName"}:
            return None
        self._take(ctx, old, self._holders(old) - self._holders(new))
        self._put(ctx, new, self._holders(new))
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        self._take(ctx, p, self._holders(p))

    def _holders(self, p):
        roles = p.get("Roles", []) + ([p["RoleName"]] if "RoleName" in p else [])
        return {("role", n) for n in roles} | {("user", n) for n in p.get("Users", [])} | {("group", n) for n in p.get("Groups", [])}

    def _put(self, ctx, p, holders):
        for kind, name in sorted(holders):
            ctx.call("iam", f"put_{kind}_policy", PolicyName=p["PolicyName"], PolicyDocument=json.dumps(p["PolicyDocument"]), **{f"{kind.title()}Name": name})

    def _take(self, ctx, p, holders):
        for kind, name in holders:
            try:
                ctx.call("iam", f"delete_{kind}_policy", PolicyName=p["PolicyName"], **{f"{kind.title()}Name": name})
            except ClientError as problem:
                if problem.response["Error"]["Code"] != "NoSuchEntity":
                    raise


_MOST_VERSIONS = 5


@handles("AWS::IAM::ManagedPolicy")
class ManagedPolicy(Handler):
    def create(self, ctx, p):
        made = ctx.call("iam", "create_policy", p, PolicyName=p.get("ManagedPolicyName") or ctx.name(128),
                        PolicyDocument=json.dumps(p["PolicyDocument"]))["Policy"]["Arn"]
        for role in p.get("Roles", []):
            ctx.call("iam", "attach_role_policy", RoleName=role, PolicyArn=made)
        return made, {"PolicyArn": made}

    def update(self, ctx, old, new):
        differing = changed(old, new)
        if differing - {"PolicyDocument", "Roles"}:
            return None
        if "PolicyDocument" in differing:
            self._make_room(ctx)
            ctx.call("iam", "create_policy_version", PolicyArn=ctx.id, PolicyDocument=json.dumps(new["PolicyDocument"]), SetAsDefault=True)
        had, wanted = (set(p.get("Roles", [])) for p in (old, new))
        for role in had - wanted:
            ctx.call("iam", "detach_role_policy", RoleName=role, PolicyArn=ctx.id)
        for role in wanted - had:
            ctx.call("iam", "attach_role_policy", RoleName=role, PolicyArn=ctx.id)
        return ctx.id, ctx.resource.attributes

    @staticmethod
    def _make_room(ctx):
        """IAM keeps five versions and refuses a sixth; CloudFormation deletes the oldest that is not in force."""
        versions = ctx.call("iam", "list_policy_versions", PolicyArn=ctx.id)["Versions"]
        if len(versions) >= _MOST_VERSIONS:
            oldest = min((one for one in versions if not one["IsDefaultVersion"]), key=lambda one: int(one["VersionId"][1:]))
            ctx.call("iam", "delete_policy_version", PolicyArn=ctx.id, VersionId=oldest["VersionId"])

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

    def update(self, ctx, old, new):
        if changed(old, new) - {"Roles"}:
            return None
        for role in [one for one in old["Roles"] if one not in new["Roles"]]:
            ctx.call("iam", "remove_role_from_instance_profile", InstanceProfileName=ctx.id, RoleName=role)
        for role in [one for one in new["Roles"] if one not in old["Roles"]]:
            ctx.call("iam", "add_role_to_instance_profile", InstanceProfileName=ctx.id, RoleName=role)
        return ctx.id, ctx.resource.attributes

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
