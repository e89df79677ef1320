"""From what the services describe to the property names of the resource schemas, for the types that Driftmend's own stacks have.

A reader takes the identifier and the region, gives the model, and raises Missing if there is none. Write-only properties are never in a model.
"""

import json

from ..api.inside import client


class Missing(Exception):
    """There is no resource of this identifier."""


def _queue(url, region):
    sqs = client("sqs", region)
    try:
        described = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    except sqs.exceptions.QueueDoesNotExist:
        raise Missing from None
    numbers = ("DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "VisibilityTimeout", "KmsDataKeyReusePeriodSeconds")
    booleans = ("FifoQueue", "ContentBasedDeduplication", "SqsManagedSseEnabled")
    return ({"QueueUrl": url, "Arn": described["QueueArn"], "QueueName": described["QueueArn"].split(":")[-1], "KmsMasterKeyId": described.get("KmsMasterKeyId"),
             "DeduplicationScope": described.get("DeduplicationScope"), "FifoThroughputLimit": described.get("FifoThroughputLimit"),
             **{name: json.loads(described[name]) for name in ("RedrivePolicy", "RedriveAllowPolicy") if described.get(name)},
             "Tags": _tags(sqs.list_queue_tags(QueueUrl=url).get("Tags", {}))}
            | {name: int(described[name]) for name in numbers if name in described} | {name: described[name] == "true" for name in booleans if name in described})


def _topic(arn, region):
    sns = client("sns", region)
    try:
        described = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    except sns.exceptions.NotFoundException:
        raise Missing from None
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    return {"TopicArn": arn, "TopicName": arn.split(":")[-1], "DisplayName": described.get("DisplayName"), "KmsMasterKeyId": described.get("KmsMasterKeyId"),
            "Subscription": [{"Endpoint": one["Endpoint"], "Protocol": one["Protocol"]} for one in subscriptions]}


def _log_group(name, region):
    found = [one for one in client("logs", region).describe_log_groups(logGroupNamePrefix=name)["logGroups"] if one["logGroupName"] == name]
    if not found:
        raise Missing
    return {"LogGroupName": name, "Arn": found[0]["arn"], "RetentionInDays": found[0].get("retentionInDays"), "KmsKeyId": found[0].get("kmsKeyId"),
            "LogGroupClass": "STANDARD"}


def _alarm(name, region):
    found = client("cloudwatch", region).describe_alarms(AlarmNames=[name])["MetricAlarms"]
    if not found:
        raise Missing
    described = found[0]
    same = ("AlarmName", "AlarmDescription", "ActionsEnabled", "OKActions", "AlarmActions", "InsufficientDataActions", "MetricName", "Namespace", "Statistic",
            "ExtendedStatistic", "Period", "Unit", "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator", "TreatMissingData", "Dimensions")
    return {name: described.get(name) for name in same} | {"Arn": described["AlarmArn"]}


def _parameter(name, region):
    ssm = client("ssm", region)
    try:
        described = ssm.get_parameter(Name=name)["Parameter"]
    except ssm.exceptions.ParameterNotFound:
        raise Missing from None
    return {"Name": described["Name"], "Type": described["Type"], "Value": described["Value"], "DataType": described.get("DataType", "text")}


def _rule(identifier, region):
    events, name = client("events", region), identifier.split("/")[-1]
    try:
        described = events.describe_rule(Name=name)
    except events.exceptions.ResourceNotFoundException:
        raise Missing from None
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    return {"Name": name, "Arn": described["Arn"], "Description": described.get("Description"), "EventBusName": described.get("EventBusName", "default"), "State": described["State"],
            "EventPattern": described.get("EventPattern") and json.loads(described["EventPattern"]), "ScheduleExpression": described.get("ScheduleExpression"),
            "Targets": targets}


def _bucket(name, region):
    s3 = client("s3", region)
    if name not in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
        raise Missing
    return {"BucketName": name, "Arn": f"arn:aws:s3:::{name}",
            "VersioningConfiguration": _optional(lambda: {"Status": s3.get_bucket_versioning(Bucket=name)["Status"]}),
            "PublicAccessBlockConfiguration": _optional(lambda: s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]),
            "BucketEncryption": _optional(lambda: _encryption(s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"])),
            "LifecycleConfiguration": _optional(lambda: {"Rules": [_lifecycle_rule(one) for one in s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]]}),
            "OwnershipControls": _optional(lambda: {"Rules": s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]})}


def _encryption(rules):
    return {"ServerSideEncryptionConfiguration": [
        {"BucketKeyEnabled": one.get("BucketKeyEnabled", False), "ServerSideEncryptionByDefault": one["ApplyServerSideEncryptionByDefault"]} for one in rules]}


def _lifecycle_rule(described):
    days = described.get("Expiration", {}).get("Days")
    return {"Id": described["ID"], "Status": described["Status"], "Prefix": described.get("Filter", {}).get("Prefix", "")} | ({"ExpirationInDays": days} if days else {})


def _optional(read):
    """What is not set is answered by an error, or not at all."""
    try:
        return read()
    except (client("s3").exceptions.ClientError, KeyError):
        return None


def _tags(tags):
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items(), reverse=True)]


READERS = {"AWS::SQS::Queue": _queue, "AWS::SNS::Topic": _topic, "AWS::Logs::LogGroup": _log_group, "AWS::CloudWatch::Alarm": _alarm,
           "AWS::SSM::Parameter": _parameter, "AWS::Events::Rule": _rule, "AWS::S3::Bucket": _bucket}
