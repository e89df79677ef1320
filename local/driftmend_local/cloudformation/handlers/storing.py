"""Tables, buckets, parameters, log groups."""

import json

from .base import Handler, changed, handles


@handles("AWS::DynamoDB::Table")
class Table(Handler):
    def create(self, ctx, p):
        name = p.get("TableName") or ctx.name(255)
        made = ctx.call("dynamodb", "create_table", p, TableName=name, SSESpecification=self._encryption(p), Tags=ctx.tags(p))["TableDescription"]
        ctx.keep(name)
        self._settings(ctx, name, p)
        return name, {"Arn": made["TableArn"], "StreamArn": made.get("LatestStreamArn", "")}

    def update(self, ctx, old, new):
        differing = changed(old, new)
        if differing & {"TableName", "KeySchema", "LocalSecondaryIndexes"}:
            return None
        if differing & {"BillingMode", "ProvisionedThroughput", "DeletionProtectionEnabled"}:
            ctx.call("dynamodb", "update_table", {k: v for k, v in new.items() if k in differing}, TableName=ctx.id)
        if differing & {"TimeToLiveSpecification", "PointInTimeRecoverySpecification"}:
            self._settings(ctx, ctx.id, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("dynamodb", "delete_table", TableName=ctx.id)

    def _encryption(self, p):
        spec = p.get("SSESpecification")
        return spec and {"Enabled": spec.get("SSEEnabled", False), **{k: v for k, v in spec.items() if k != "SSEEnabled"}}

    def _settings(self, ctx, name, p):
        if "TimeToLiveSpecification" in p:
            ctx.call("dynamodb", "update_time_to_live", p, TableName=name)
        if "PointInTimeRecoverySpecification" in p:
            ctx.call("dynamodb", "update_continuous_backups", p, TableName=name)


@handles("AWS::S3::Bucket")
class Bucket(Handler):
    def create(self, ctx, p):
        name = p.get("BucketName") or ctx.name(63, lower=True)
        ctx.call("s3", "create_bucket", Bucket=name)
        ctx.keep(name)
        if "PublicAccessBlockConfiguration" in p:
            ctx.call("s3", "put_public_access_block", p, Bucket=name)
        if "VersioningConfiguration" in p:
            ctx.call("s3", "put_bucket_versioning", p, Bucket=name)
        if "BucketEncryption" in p:
            rules = [{"ApplyServerSideEncryptionByDefault": r["ServerSideEncryptionByDefault"]}
                     for r in p["BucketEncryption"]["ServerSideEncryptionConfiguration"]]
            ctx.call("s3", "put_bucket_encryption", Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
        if "OwnershipControls" in p:
            ctx.call("s3", "put_bucket_ownership_controls", p, Bucket=name)
        if "LifecycleConfiguration" in p:
            ctx.call("s3", "put_bucket_lifecycle_configuration", Bucket=name,
                     LifecycleConfiguration={"Rules": [_lifecycle_rule(one) for one in p["LifecycleConfiguration"]["Rules"]]})
        domain = f"{name}.s3.amazonaws.com"
        return name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain, "RegionalDomainName": f"{name}.s3.{ctx.region}.amazonaws.com"}

    def update(self, ctx, old, new):
        return None if changed(old, new) & {"BucketName"} else (ctx.id, ctx.resource.attributes)

    def delete(self, ctx, p):
        ctx.call("s3", "delete_bucket", Bucket=ctx.id)


def _lifecycle_rule(declared):
    """The form of S3's API of a rule as CloudFormation has it: of the objects of a prefix those of some days."""
    days = declared.get("ExpirationInDays")
    return {"ID": declared.get("Id", "rule"), "Status": declared["Status"], "Filter": {"Prefix": declared.get("Prefix", "")}} | (
        {"Expiration": {"Days": int(days)}} if days else {})


@handles("AWS::S3::BucketPolicy")
class BucketPolicy(Handler):
    def create(self, ctx, p):
        ctx.call("s3", "put_bucket_policy", Bucket=p["Bucket"], Policy=json.dumps(p["PolicyDocument"]))
        return p["Bucket"], {}

    def update(self, ctx, old, new):
        if "Bucket" in changed(old, new):
            return None
        return self.create(ctx, new)

    def delete(self, ctx, p):
        ctx.call("s3", "delete_bucket_policy", Bucket=p["Bucket"])


@handles("AWS::SSM::Parameter")
class Parameter(Handler):
    def create(self, ctx, p):
        name = p.get("Name") or ctx.name(200)
        tags = {**ctx.tag_map(p)}
        ctx.call("ssm", "put_parameter", p, Name=name, Tags=[{"Key": k, "Value": v} for k, v in tags.items()])
        return name, {"Type": p["Type"], "Value": p["Value"]}

    def update(self, ctx, old, new):
        if changed(old, new) & {"Name"}:
            return None
        ctx.call("ssm", "put_parameter", {k: v for k, v in new.items() if k != "Tags"}, Name=ctx.id, Overwrite=True)
        return ctx.id, {"Type": new["Type"], "Value": new["Value"]}

    def delete(self, ctx, p):
        ctx.call("ssm", "delete_parameter", Name=ctx.id)


@handles("AWS::Logs::LogGroup")
class LogGroup(Handler):
    def create(self, ctx, p):
        name = p.get("LogGroupName") or ctx.name(512)
        ctx.call("logs", "create_log_group", logGroupName=name, kmsKeyId=p.get("KmsKeyId"), tags=ctx.tag_map(p))
        self._retention(ctx, name, p)
        return name, {"Arn": f"arn:aws:logs:{ctx.region}:{ctx.stack.id.split(':')[4]}:log-group:{name}:*"}

    def update(self, ctx, old, new):
        if "LogGroupName" in changed(old, new):
            return None
        self._retention(ctx, ctx.id, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("logs", "delete_log_group", logGroupName=ctx.id)

    def _retention(self, ctx, name, p):
        if "RetentionInDays" in p:
            ctx.call("logs", "put_retention_policy", logGroupName=name, retentionInDays=p["RetentionInDays"])


@handles("AWS::Logs::ResourcePolicy")
class LogsResourcePolicy(Handler):
    def create(self, ctx, p):
        ctx.call("logs", "put_resource_policy", policyName=p["PolicyName"], policyDocument=p["PolicyDocument"])
        return p["PolicyName"], {}

    def update(self, ctx, old, new):
        return None if "PolicyName" in changed(old, new) else self.create(ctx, new)

    def delete(self, ctx, p):
        ctx.call("logs", "delete_resource_policy", policyName=ctx.id)
