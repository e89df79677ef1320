"""API calls as CloudTrail records and as events on the default bus."""

import json

import pytest
import requests
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def group(aws):
    return aws.client("ec2").create_security_group(GroupName="recorded", Description="recorded")["GroupId"]


@pytest.fixture(scope="module")
def trail(aws):
    aws.client("s3").create_bucket(Bucket="trail-bucket")
    cloudtrail = aws.client("cloudtrail")
    cloudtrail.create_trail(Name="writes", S3BucketName="trail-bucket")
    cloudtrail.put_event_selectors(TrailName="writes", EventSelectors=[{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}])
    cloudtrail.start_logging(Name="writes")
    return "writes"


def recorded(aws, name):
    """The newest record of that name."""
    found = aws.client("cloudtrail").lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])["Events"]
    return json.loads(found[0]["CloudTrailEvent"])


def logged(aws, name=None, **query):
    found = requests.get(f"{aws.url}/_local/events", params=query).json()
    return [e for e in found if name is None or e["detail"].get("eventName") == name]


def test_the_list_form_names_each_part_as_on_the_wire(aws, group):
    aws.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "open"}], "UserIdGroupPairs": [{"GroupId": group}]}])
    record = recorded(aws, "AuthorizeSecurityGroupIngress")
    assert record["requestParameters"] == {"groupId": group, "ipPermissions": {"items": [
        {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "groups": {"items": [{"groupId": group}]}, "ipv6Ranges": {}, "prefixListIds": {},
         "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0", "description": "open"}]}}]}}
    response = record["responseElements"]
    assert response["_return"] is True and response["requestId"]
    rule = response["securityGroupRuleSet"]["items"][0]
    assert rule["securityGroupRuleId"].startswith("sgr-") and (rule["cidrIpv4"], rule["isEgress"], rule["groupId"]) == ("0.0.0.0/0", False, group)
    assert response["securityGroupRuleSet"]["items"][1]["referencedGroupInfo"]["groupId"] == group
    assert record["userAgent"].startswith("Boto3/") and record["sourceIPAddress"] == "127.0.0.1"
    assert (record["eventSource"], record["awsRegion"], record["readOnly"], record["managementEvent"]) == ("ec2.amazonaws.com", "us-east-1", False, True)


def test_the_flat_form_stays_flat(aws, group):
    aws.client("ec2").authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=23, ToPort=23, CidrIp="192.0.2.0/24")
    assert recorded(aws, "AuthorizeSecurityGroupIngress")["requestParameters"] == {
        "groupId": group, "ipPermissions": {}, "ipProtocol": "tcp", "fromPort": 23, "toPort": 23, "cidrIp": "192.0.2.0/24"}


def test_modifying_rules_is_written_as_translated_xml(aws, group):
    ec2 = aws.client("ec2")
    rule = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"][-1]["SecurityGroupRuleId"]
    ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[
        {"SecurityGroupRuleId": rule, "SecurityGroupRule": {"IpProtocol": "tcp", "FromPort": 24, "ToPort": 24, "CidrIpv4": "192.0.2.0/24"}}])
    assert recorded(aws, "ModifySecurityGroupRules")["requestParameters"] == {"ModifySecurityGroupRulesRequest": {"GroupId": group, "SecurityGroupRule": {
        "SecurityGroupRuleId": rule, "tag": 1, "SecurityGroupRule": {"IpProtocol": "tcp", "FromPort": 24, "ToPort": 24, "CidrIpv4": "192.0.2.0/24"}}}}


def test_elbv2_is_written_without_items(aws):
    ec2, elbv2 = aws.client("ec2"), aws.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.50.0.0/16")["Vpc"]["VpcId"]
    arn = elbv2.create_target_group(Name="recorded", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    elbv2.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[{"Key": "stickiness.enabled", "Value": "true"}])
    record = recorded(aws, "ModifyTargetGroupAttributes")
    assert record["requestParameters"] == {"targetGroupArn": arn, "attributes": [{"key": "stickiness.enabled", "value": "true"}]}
    assert (record["eventSource"], record["apiVersion"]) == ("elasticloadbalancing.amazonaws.com", "2015-12-01")


def test_a_failed_and_a_dry_run_call_carry_the_code_with_its_prefix(aws, group):
    ec2 = aws.client("ec2")
    for more in ({}, {"DryRun": True}):
        with pytest.raises(ClientError):
            ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=22 if not more else 99, ToPort=22 if not more else 99, CidrIp="0.0.0.0/0", **more)
        record = recorded(aws, "AuthorizeSecurityGroupIngress")
        assert record["errorCode"] == ("Client.DryRunOperation" if more else "Client.InvalidPermission.Duplicate")
        assert record["responseElements"] is None


def test_a_denied_elbv2_call_has_no_parameters(aws):
    requests.post(f"{aws.url}/_local/faults", json={"service": "elbv2", "action": "CreateTargetGroup", "kind": "denied", "times": 1})
    with pytest.raises(ClientError):
        aws.client("elbv2").create_target_group(Name="denied", Protocol="HTTP", Port=80)
    record = recorded(aws, "CreateTargetGroup")
    assert (record["errorCode"], record["requestParameters"]) == ("AccessDenied", None)


def test_who_called_is_known_by_the_key_that_signed(aws, group):
    iam, sts = aws.client("iam"), aws.client("sts")
    iam.create_user(UserName="jane")
    key = iam.create_access_key(UserName="jane")["AccessKey"]
    role = iam.create_role(RoleName="fixer", AssumeRolePolicyDocument="{}")["Role"]
    session = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="night-shift")["Credentials"]
    identities = []
    for client in (aws.client("ec2", key["AccessKeyId"], key["SecretAccessKey"]),
                   aws.client("ec2", session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"]), aws.client("ec2")):
        client.create_tags(Resources=[group], Tags=[{"Key": "a", "Value": "b"}])
        identities.append(recorded(aws, "CreateTags")["userIdentity"])
    user, assumed, root = identities
    assert (user["type"], user["userName"], user["arn"]) == ("IAMUser", "jane", "arn:aws:iam::123456789012:user/jane")
    assert (assumed["type"], assumed["arn"]) == ("AssumedRole", "arn:aws:sts::123456789012:assumed-role/fixer/night-shift")
    assert assumed["sessionContext"]["sessionIssuer"] == {"type": "Role", "principalId": role["RoleId"], "arn": role["Arn"], "accountId": "123456789012", "userName": "fixer"}
    assert assumed["principalId"] == f"{role['RoleId']}:night-shift"
    assert root["type"] == "Root"


def session_of(aws, name, **role):
    """(client for ec2, access key) of a new session of a new role."""
    arn = aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}", **role)["Role"]["Arn"]
    made = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="work")["Credentials"]
    return aws.client("ec2", made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]), made["AccessKeyId"]


def test_a_service_that_works_with_somebodys_credentials_stands_beside_their_owner(aws, group):
    ec2, key = session_of(aws, "operator")
    requests.post(f"{aws.url}/_local/services-at-work", json={"accessKeyId": key, "invokedBy": "ssm.amazonaws.com"})
    ec2.create_tags(Resources=[group], Tags=[{"Key": "by", "Value": "automation"}])
    record = recorded(aws, "CreateTags")
    assert (record["userIdentity"]["type"], record["userIdentity"]["arn"]) == ("AssumedRole", "arn:aws:sts::123456789012:assumed-role/operator/work")
    assert {record["userIdentity"]["invokedBy"], record["sourceIPAddress"], record["userAgent"]} == {"ssm.amazonaws.com"}
    assert record["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"] == "operator" and "accessKeyId" not in record["userIdentity"]
    requests.delete(f"{aws.url}/_local/services-at-work", params={"accessKeyId": key})
    ec2.create_tags(Resources=[group], Tags=[{"Key": "by", "Value": "hand"}])
    assert "invokedBy" not in recorded(aws, "CreateTags")["userIdentity"]


def test_a_service_linked_role_is_used_by_its_service_alone(aws, group):
    ec2, _ = session_of(aws, "AWSServiceRoleForFMS", Path="/aws-service-role/fms.amazonaws.com/")
    ec2.create_tags(Resources=[group], Tags=[{"Key": "by", "Value": "fms"}])
    identity = recorded(aws, "CreateTags")["userIdentity"]
    assert (identity["type"], identity["invokedBy"]) == ("AssumedRole", "fms.amazonaws.com")
    assert identity["sessionContext"]["sessionIssuer"]["arn"].endswith(":role/aws-service-role/fms.amazonaws.com/AWSServiceRoleForFMS")


def test_a_service_that_calls_as_itself_is_nobody_of_the_account(aws, group):
    ec2, key = session_of(aws, "unseen")
    requests.post(f"{aws.url}/_local/services-at-work", json={"accessKeyId": key, "invokedBy": "ecs.amazonaws.com", "as": "AWSService"})
    ec2.create_tags(Resources=[group], Tags=[{"Key": "by", "Value": "ecs"}])
    assert recorded(aws, "CreateTags")["userIdentity"] == {"type": "AWSService", "invokedBy": "ecs.amazonaws.com"}


@pytest.mark.parametrize("wrong", [{}, {"accessKeyId": "ASIAX", "invokedBy": "somebody"}, {"accessKeyId": "ASIAX", "invokedBy": "ssm.amazonaws.com", "as": "me"}])
def test_a_service_at_work_needs_a_key_and_a_name(aws, wrong):
    answer = requests.post(f"{aws.url}/_local/services-at-work", json=wrong)
    assert answer.status_code == 400 and "invokedBy" in answer.json()["error"]


def test_calls_become_events_only_while_a_trail_logs_writes(aws, group, trail):
    ec2, cloudtrail = aws.client("ec2"), aws.client("cloudtrail")

    def mark(value):
        ec2.create_tags(Resources=[group], Tags=[{"Key": "mark", "Value": value}])
        return value in json.dumps(logged(aws, "CreateTags"))
    assert mark("logging")
    cloudtrail.stop_logging(Name=trail)
    assert not mark("stopped")
    cloudtrail.start_logging(Name=trail)
    cloudtrail.put_event_selectors(TrailName=trail, EventSelectors=[{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}])
    assert not mark("reads-only")
    cloudtrail.put_event_selectors(TrailName=trail, EventSelectors=[{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}])
    assert mark("again")


def test_an_event_wraps_the_record_and_a_read_makes_none(aws, group, trail):
    ec2 = aws.client("ec2")
    ec2.describe_security_groups()
    ec2.create_tags(Resources=[group], Tags=[{"Key": "x", "Value": "y"}])
    event = logged(aws, "CreateTags")[-1]
    assert (event["source"], event["detail-type"], event["resources"], event["account"]) == ("aws.ec2", "AWS API Call via CloudTrail", [], "123456789012")
    assert event["time"] == event["detail"]["eventTime"] and event["id"] != event["detail"]["eventID"]
    assert event["detail"]["requestParameters"]["resourcesSet"] == {"items": [{"resourceId": group}]}
    assert logged(aws, "DescribeSecurityGroups") == []


def test_a_call_of_iam_is_an_event_of_its_own_source(aws, trail):
    iam = aws.client("iam")
    iam.create_role(RoleName="widened", AssumeRolePolicyDocument="{}")
    iam.attach_role_policy(RoleName="widened", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    event = logged(aws, "AttachRolePolicy")[-1]
    assert (event["source"], event["region"], event["detail"]["eventSource"]) == ("aws.iam", "us-east-1", "iam.amazonaws.com")
    assert event["detail"]["requestParameters"] == {"roleName": "widened", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    by_role = [{"AttributeKey": "ResourceName", "AttributeValue": "widened"}]
    assert "AttachRolePolicy" in {one["EventName"] for one in aws.client("cloudtrail").lookup_events(LookupAttributes=by_role)["Events"]}


def test_what_a_stack_operation_does_is_invoked_by_cloudformation_for_the_caller(aws, trail):
    iam = aws.client("iam")
    iam.create_user(UserName="deployer")
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    body = json.dumps({"Resources": {"G": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "by stack"}}}})
    aws.client("cloudformation", key["AccessKeyId"], key["SecretAccessKey"]).create_stack(
        StackName="traced", TemplateBody=body, Parameters=[], Tags=[])
    made = recorded(aws, "CreateSecurityGroup")
    assert made["userIdentity"]["userName"] == "deployer" and "accessKeyId" not in made["userIdentity"]
    assert {made["userIdentity"]["invokedBy"], made["sourceIPAddress"], made["userAgent"]} == {"cloudformation.amazonaws.com"}
    created = recorded(aws, "CreateStack")
    assert "templateBody" not in created["requestParameters"] and created["userIdentity"]["accessKeyId"] == key["AccessKeyId"]


def test_a_stopped_instance_tells_its_states(aws):
    ec2 = aws.client("ec2")
    instance = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    ec2.stop_instances(InstanceIds=[instance])
    ec2.stop_instances(InstanceIds=[instance])
    events = [e for e in logged(aws, **{"detail-type": "EC2 Instance State-change Notification"}) if e["detail"]["instance-id"] == instance]
    assert [e["detail"]["state"] for e in events] == ["pending", "running", "stopping", "stopped"]
    assert events[0]["resources"] == [f"arn:aws:ec2:us-east-1:123456789012:instance/{instance}"]
    assert recorded(aws, "StopInstances")["requestParameters"] == {"instancesSet": {"items": [{"instanceId": instance}]}}


def test_event_history_is_searched_and_paged(aws, group):
    cloudtrail = aws.client("cloudtrail")
    by_group = [{"AttributeKey": "ResourceName", "AttributeValue": group}]
    found = [e for p in cloudtrail.get_paginator("lookup_events").paginate(LookupAttributes=by_group, PaginationConfig={"PageSize": 2}) for e in p["Events"]]
    assert len(found) > 2 and all(group in e["CloudTrailEvent"] for e in found)
    assert cloudtrail.lookup_events(LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": "jane"}])["Events"][0]["EventName"] == "CreateTags"


def test_event_history_forgets_what_is_old_and_records_what_comes(aws, group):
    ec2, cloudtrail = aws.client("ec2"), aws.client("cloudtrail")
    by_group = [{"AttributeKey": "ResourceName", "AttributeValue": group}]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=9000, ToPort=9000, CidrIp="192.0.2.0/24")
    assert requests.get(f"{aws.url}/_local/event-history").json()["records"] > 0
    assert requests.delete(f"{aws.url}/_local/event-history").json() == {"records": 0, "oldest": None}
    assert cloudtrail.lookup_events(LookupAttributes=by_group)["Events"] == []
    ec2.revoke_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=9000, ToPort=9000, CidrIp="192.0.2.0/24")
    assert [e["EventName"] for e in cloudtrail.lookup_events(LookupAttributes=by_group)["Events"]] == ["RevokeSecurityGroupIngress"]
