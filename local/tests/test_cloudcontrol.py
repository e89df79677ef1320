"""Cloud Control on the local AWS: models of a few types, in the names of their schemas."""

import json
import re
from pathlib import Path

import pytest
from network_parts import code_of

from driftmend_local.cloudcontrol.readers import READERS

TABLE = Path(__file__).resolve().parents[2] / "functions" / "src" / "main" / "resources" / "dev" / "driftmend" / "kind" / "any" / "schemas.txt"


@pytest.fixture(scope="module")
def control(aws):
    return aws.client("cloudcontrol")


def model(control, kind, identifier):
    return json.loads(control.get_resource(TypeName=kind, Identifier=identifier)["ResourceDescription"]["Properties"])


def test_a_queue_is_given_with_numbers_booleans_and_its_tags(aws, control):
    url = aws.client("sqs").create_queue(QueueName="cloud-control-jobs", Attributes={"VisibilityTimeout": "45"}, tags={"team": "a"})["QueueUrl"]
    found = model(control, "AWS::SQS::Queue", url)
    assert (found["QueueName"], found["VisibilityTimeout"], found["Tags"]) == ("cloud-control-jobs", 45, [{"Key": "team", "Value": "a"}])
    aws.client("sqs").delete_queue(QueueUrl=url)
    with pytest.raises(control.exceptions.ResourceNotFoundException):
        model(control, "AWS::SQS::Queue", url)


def test_a_change_of_a_log_group_is_in_its_model(aws, control):
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="/cloud/control")
    assert "RetentionInDays" not in model(control, "AWS::Logs::LogGroup", "/cloud/control")
    logs.put_retention_policy(logGroupName="/cloud/control", retentionInDays=7)
    assert model(control, "AWS::Logs::LogGroup", "/cloud/control")["RetentionInDays"] == 7


def test_a_bucket_has_what_is_set_on_it_and_nothing_else(aws, control):
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="cloud-control-files")
    assert set(model(control, "AWS::S3::Bucket", "cloud-control-files")) == {"BucketName", "Arn"}
    s3.put_public_access_block(Bucket="cloud-control-files", PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
    assert model(control, "AWS::S3::Bucket", "cloud-control-files")["PublicAccessBlockConfiguration"]["BlockPublicAcls"] is True


def test_a_type_without_a_reader_is_refused_as_aws_refuses_one_without_a_handler(control):
    assert code_of(lambda: model(control, "AWS::SQS::QueuePolicy", "x")) == "UnsupportedActionException"


@pytest.mark.parametrize("kind", READERS)
def test_every_reader_is_of_a_type_that_aws_can_read(kind):
    block = re.search(rf"^{re.escape(kind)}\n((?: .*\n)+)", TABLE.read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert " unreadable" not in block
