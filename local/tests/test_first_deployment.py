"""What a first deployment meets: quotas of a new account, rules of a template, what a rollback leaves behind."""

import json
import time

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

BROKEN = {"Type": "AWS::SQS::Queue", "DependsOn": ["Table", "Bucket"], "Properties": {"FifoQueue": True, "QueueName": "not-fifo"}}


def of(policy):
    resource = {"DeletionPolicy": policy, "UpdateReplacePolicy": "Retain"}
    return {
        "Table": resource | {"Type": "AWS::DynamoDB::Table", "Properties": {
            "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}},
        "Bucket": resource | {"Type": "AWS::S3::Bucket"}}


def settled(cloudformation, name):
    until = time.monotonic() + 30
    while (status := cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]).endswith("_IN_PROGRESS"):
        assert time.monotonic() < until, status
        time.sleep(0.1)
    return status


def left(aws):
    return aws.client("dynamodb").list_tables()["TableNames"], [one["Name"] for one in aws.client("s3").list_buckets()["Buckets"]]


def refused(call, **arguments):
    with pytest.raises(ClientError) as problem:
        call(**arguments)
    return problem.value.response["Error"]["Code"], problem.value.response["Error"]["Message"]


@pytest.fixture
def limits(aws):
    """Sets quotas of the account for one test."""
    yield lambda **limits: requests.post(f"{aws.url}/_local/limits", json=limits, timeout=5).raise_for_status()
    requests.delete(f"{aws.url}/_local/limits", timeout=5)


@pytest.mark.parametrize(("policy", "tables"), [("Retain", 1), ("RetainExceptOnCreate", 0)])
def test_a_first_deployment_that_fails_leaves_only_what_is_kept_in_any_case(aws, policy, tables):
    cloudformation, before = aws.client("cloudformation"), left(aws)
    cloudformation.create_stack(StackName=f"failing-{policy}", TemplateBody=json.dumps({"Resources": of(policy) | {"Broken": BROKEN}}))
    assert settled(cloudformation, f"failing-{policy}") == "ROLLBACK_COMPLETE"
    after = left(aws)
    assert (len(after[0]) - len(before[0]), len(after[1]) - len(before[1])) == (tables, tables)


def test_what_an_update_made_goes_with_its_rollback_and_what_was_there_stays(aws):
    cloudformation, first = aws.client("cloudformation"), of("RetainExceptOnCreate")
    cloudformation.create_stack(StackName="growing", TemplateBody=json.dumps({"Resources": first}))
    assert settled(cloudformation, "growing") == "CREATE_COMPLETE"
    before = left(aws)
    more = first | {"Second": of("RetainExceptOnCreate")["Table"], "Broken": BROKEN | {"DependsOn": "Second"}}
    cloudformation.update_stack(StackName="growing", TemplateBody=json.dumps({"Resources": more}))
    assert settled(cloudformation, "growing") == "UPDATE_ROLLBACK_COMPLETE" and left(aws) == before

    cloudformation.delete_stack(StackName="growing")
    assert left(aws) == before, "what was in use is kept"


def test_a_rule_that_is_not_met_is_refused_with_its_description_before_anything_is_made(aws):
    cloudformation = aws.client("cloudformation")
    body = json.dumps({
        "Parameters": {"Image": {"Type": "String", "Default": ""}, "Zone": {"Type": "String", "Default": "a"}},
        "Rules": {"ImageIsGiven": {"Assertions": [{"Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Image"}, ""]}]}, "AssertDescription": "give an image"}]},
                  "Other": {"RuleCondition": {"Fn::Equals": [{"Ref": "Zone"}, "b"]}, "Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}]}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    code, message = refused(cloudformation.create_stack, StackName="ruled", TemplateBody=body)
    assert code == "ValidationError" and "give an image" in message
    image = {"ParameterKey": "Image", "ParameterValue": "ami-1"}
    refused(cloudformation.create_stack, StackName="ruled", TemplateBody=body, Parameters=[image, {"ParameterKey": "Zone", "ParameterValue": "b"}])
    cloudformation.create_stack(StackName="ruled", TemplateBody=body, Parameters=[image])
    assert settled(cloudformation, "ruled") == "CREATE_COMPLETE"


def function(aws, name):
    role = "arn:aws:iam::123456789012:role/any"
    iam = aws.client("iam")
    try:
        role = iam.create_role(RoleName="any", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    except ClientError:
        role = iam.get_role(RoleName="any")["Role"]["Arn"]
    return aws.client("lambda").create_function(FunctionName=name, Runtime="java25", Role=role, Handler="x.Y", Code={"ZipFile": b"code"})


def test_a_hundred_executions_stay_for_functions_that_reserve_nothing(aws, limits):
    function(aws, "one"), function(aws, "two")
    client = aws.client("lambda")
    limits(concurrentExecutions=111)
    client.put_function_concurrency(FunctionName="one", ReservedConcurrentExecutions=6)
    settings = client.get_account_settings()
    assert settings["AccountLimit"]["ConcurrentExecutions"] == 111 and settings["AccountLimit"]["UnreservedConcurrentExecutions"] == 105
    assert settings["AccountUsage"]["FunctionCount"] == 2
    code, message = refused(client.put_function_concurrency, FunctionName="two", ReservedConcurrentExecutions=6)
    assert code == "InvalidParameterValueException" and "below its minimum value of [100]" in message
    client.put_function_concurrency(FunctionName="one", ReservedConcurrentExecutions=11)

    limits(concurrentExecutions=10)
    assert "[10]" in refused(client.put_function_concurrency, FunctionName="two", ReservedConcurrentExecutions=1)[1]
    client.put_function_concurrency(FunctionName="two", ReservedConcurrentExecutions=0)


def test_addresses_and_networks_end_where_the_quota_ends(aws, limits):
    ec2 = aws.client("ec2")
    limits(elasticAddresses=1, vpcs=len(ec2.describe_vpcs()["Vpcs"]))
    shown = ec2.describe_account_attributes(AttributeNames=["vpc-max-elastic-ips"])["AccountAttributes"]
    assert shown == [{"AttributeName": "vpc-max-elastic-ips", "AttributeValues": [{"AttributeValue": "1"}]}]
    ec2.allocate_address(Domain="vpc")
    assert refused(ec2.allocate_address, Domain="vpc")[0] == "AddressLimitExceeded"
    assert refused(ec2.create_vpc, CidrBlock="10.9.0.0/16")[0] == "VpcLimitExceeded"
    assert requests.post(f"{aws.url}/_local/limits", json={"lamps": 3}, timeout=5).status_code == 400


def test_a_region_has_five_trails_those_of_all_regions_among_them(aws):
    aws.client("s3").create_bucket(Bucket="trails")
    cloudtrail = aws.client("cloudtrail")
    for n in range(5):
        cloudtrail.create_trail(Name=f"trail-{n}", S3BucketName="trails", IsMultiRegionTrail=n == 0)
    assert refused(cloudtrail.create_trail, Name="sixth", S3BucketName="trails")[0] == "MaximumNumberOfTrailsExceededException"


def test_a_public_parameter_stands_for_another_image_in_each_region_and_has_no_version_of_the_future(aws):
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
    shown = [boto3.client("ssm", endpoint_url=aws.url, region_name=region, aws_access_key_id="test", aws_secret_access_key="test").get_parameter(
        Name=name)["Parameter"] for region in ("us-east-1", "eu-west-1", "ap-southeast-5")]
    assert len({one["Value"] for one in shown}) == len({one["Version"] for one in shown}) == 3
    ssm = aws.client("ssm")
    assert ssm.get_parameter(Name=f"{name}:{shown[0]['Version']}")["Parameter"]["Value"] == shown[0]["Value"]
    assert refused(ssm.get_parameter, Name=f"{name}:{shown[0]['Version'] + 1}")[0] in ("ParameterNotFound", "ParameterVersionNotFound")
