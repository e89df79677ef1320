"""Instances and launch templates."""

import base64

from .base import Handler, changed, handles

_IN_PLACE = {"SecurityGroupIds", "SourceDestCheck", "Tags", "MetadataOptions", "DisableApiTermination", "Monitoring", "UserData",
             "InstanceType", "IamInstanceProfile", "PropagateTagsToVolumeOnCreation"}


@handles("AWS::EC2::Instance")
class Instance(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "run_instances", p, MinCount=1, MaxCount=1, **self._translated(p),
                        TagSpecifications=ctx.ec2_tags("instance", p))["Instances"][0]
        ctx.keep(made["InstanceId"])
        if str(p.get("SourceDestCheck", True)).lower() == "false":
            ctx.call("ec2", "modify_instance_attribute", InstanceId=made["InstanceId"], SourceDestCheck={"Value": False})
        return made["InstanceId"], self._attributes(ctx, made["InstanceId"])

    def update(self, ctx, old, new):
        differing = changed(old, new)
        if differing - _IN_PLACE:
            return None
        if "SecurityGroupIds" in differing:
            ctx.call("ec2", "modify_instance_attribute", InstanceId=ctx.id, Groups=new["SecurityGroupIds"])
        if "SourceDestCheck" in differing:
            ctx.call("ec2", "modify_instance_attribute", InstanceId=ctx.id, SourceDestCheck={"Value": new.get("SourceDestCheck", True)})
        if "IamInstanceProfile" in differing:
            self._profile_to(ctx, new.get("IamInstanceProfile"))
        if "MetadataOptions" in differing:
            ctx.call("ec2", "modify_instance_metadata_options", new.get("MetadataOptions", {}), InstanceId=ctx.id)
        if differing & {"UserData", "InstanceType"}:
            self._while_stopped(ctx, new, differing)
        ctx.retag_ec2(ctx.id, old, new)
        return ctx.id, self._attributes(ctx, ctx.id)

    def delete(self, ctx, p):
        ctx.call("ec2", "terminate_instances", InstanceIds=[ctx.id])

    def _profile_to(self, ctx, name):
        held = ctx.call("ec2", "describe_iam_instance_profile_associations", Filters=[{"Name": "instance-id", "Values": [ctx.id]}])["IamInstanceProfileAssociations"]
        if held and name:
            ctx.call("ec2", "replace_iam_instance_profile_association", AssociationId=held[0]["AssociationId"], IamInstanceProfile={"Name": name})
        elif held:
            ctx.call("ec2", "disassociate_iam_instance_profile", AssociationId=held[0]["AssociationId"])
        elif name:
            ctx.call("ec2", "associate_iam_instance_profile", InstanceId=ctx.id, IamInstanceProfile={"Name": name})

    def _while_stopped(self, ctx, new, differing):
        ctx.call("ec2", "stop_instances", InstanceIds=[ctx.id])
        if "InstanceType" in differing:
            ctx.call("ec2", "modify_instance_attribute", InstanceId=ctx.id, InstanceType={"Value": new["InstanceType"]})
        if "UserData" in differing:
            ctx.call("ec2", "modify_instance_attribute", InstanceId=ctx.id, UserData={"Value": base64.b64decode(new.get("UserData", ""))})
        ctx.call("ec2", "start_instances", InstanceIds=[ctx.id])

    def _translated(self, p):
        more = {}
        if "UserData" in p:
            more["UserData"] = base64.b64decode(p["UserData"]).decode()
        if "IamInstanceProfile" in p:
            more["IamInstanceProfile"] = {"Name": p["IamInstanceProfile"]}
        if "Monitoring" in p:
            more["Monitoring"] = {"Enabled": p["Monitoring"]}
        if "NetworkInterfaces" in p:
            more["NetworkInterfaces"] = [dict(n, Groups=n.get("GroupSet", [])) for n in p["NetworkInterfaces"]]
        placement = {k: v for k, v in (("AvailabilityZone", p.get("AvailabilityZone")), ("Tenancy", p.get("Tenancy"))) if v}
        return more | ({"Placement": placement} if placement else {})

    def _attributes(self, ctx, instance_id):
        seen = ctx.call("ec2", "describe_instances", InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]
        return {"InstanceId": instance_id, "PrivateIp": seen.get("PrivateIpAddress", ""), "PublicIp": seen.get("PublicIpAddress", ""),
                "PrivateDnsName": seen.get("PrivateDnsName", ""), "PublicDnsName": seen.get("PublicDnsName", ""),
                "AvailabilityZone": seen["Placement"]["AvailabilityZone"], "VpcId": seen.get("VpcId", "")}


@handles("AWS::EC2::LaunchTemplate")
class LaunchTemplate(Handler):
    def create(self, ctx, p):
        made = ctx.call("ec2", "create_launch_template", LaunchTemplateName=p.get("LaunchTemplateName") or ctx.name(128),
                        LaunchTemplateData=p["LaunchTemplateData"])["LaunchTemplate"]
        return made["LaunchTemplateId"], self._attributes(made["LaunchTemplateId"], made["LatestVersionNumber"])

    def update(self, ctx, old, new):
        if changed(old, new) - {"LaunchTemplateData"}:
            return None
        made = ctx.call("ec2", "create_launch_template_version", LaunchTemplateId=ctx.id, LaunchTemplateData=new["LaunchTemplateData"])
        return ctx.id, self._attributes(ctx.id, made["LaunchTemplateVersion"]["VersionNumber"])

    def delete(self, ctx, p):
        ctx.call("ec2", "delete_launch_template", LaunchTemplateId=ctx.id)

    def _attributes(self, template_id, latest):
        return {"LaunchTemplateId": template_id, "LatestVersionNumber": str(latest), "DefaultVersionNumber": "1"}
