"""Calls of a function's role are judged as AWS's IAM judges them: by action, resource and condition of every policy that has a say."""

import functools
import io
import json
import zipfile

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from driftmend_local.api import server
from driftmend_local.iam import conditions, reference

ONCE = Config(retries={"total_max_attempts": 1})
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
EC2 = "arn:aws:ec2:us-east-1:123456789012"


def allow(actions, resource="*", **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


def deny(actions, resource="*", **more):
    return {**allow(actions, resource, **more), "Effect": "Deny"}


@pytest.fixture(autouse=True)
def empty(aws):
    server.empty()


@pytest.fixture
def role(aws):
    """Makes a function with a role of these statements; answers a maker of clients that sign as the function does."""
    def make(*statements, boundary=None):
        iam, functions = aws.client("iam"), aws.client("lambda")
        made = iam.create_role(RoleName="judged", AssumeRolePolicyDocument=json.dumps(TRUST), **({"PermissionsBoundary": boundary} if boundary else {}))["Role"]
        iam.put_role_policy(RoleName="judged", PolicyName="all", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("Sample.class", "")
        functions.create_function(FunctionName="judged", Runtime="java25", Handler="Sample", Role=made["Arn"], Code={"ZipFile": archive.getvalue()})
        keys = aws.client("sts").assume_role(RoleArn=made["Arn"], RoleSessionName="judged")["Credentials"]
        return functools.cache(lambda service: aws.client(service, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], config=ONCE))
    return make


def refused(call, *arguments, **named):
    """(code, message) of a call that is refused; fails if it is not."""
    with pytest.raises(ClientError) as answer:
        call(*arguments, **named)
    return answer.value.response["Error"]["Code"], answer.value.response["Error"]["Message"]


def records(aws, name):
    found = aws.client("cloudtrail").lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])["Events"]
    return [json.loads(one["CloudTrailEvent"]) for one in found]


def group(aws, name, **tags):
    made = aws.client("ec2").create_security_group(GroupName=name, Description=name)["GroupId"]
    if tags:
        aws.client("ec2").create_tags(Resources=[made], Tags=[{"Key": k.replace("_", "-"), "Value": v} for k, v in tags.items()])
    return made


def opened(group_id):
    return {"GroupId": group_id, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "192.0.2.0/24"}


def test_what_no_statement_allows_is_refused_and_recorded_with_its_error(aws, role):
    client = role(allow("ec2:DescribeSubnets"))
    client("ec2").describe_subnets()
    code, message = refused(client("ec2").describe_vpcs)
    assert code == "UnauthorizedOperation"
    assert "assumed-role/judged/judged is not authorized to perform: ec2:DescribeVpcs because no identity-based policy allows" in message
    record, = records(aws, "DescribeVpcs")
    assert (record["errorCode"], record["readOnly"]) == ("Client.UnauthorizedOperation", True)
    assert not records(aws, "DescribeSubnets"), "of reads only the denied ones are kept"


def test_each_service_says_it_in_its_own_code(aws, role):
    client = role(allow("ec2:DescribeSubnets"))
    topic = aws.client("sns").create_topic(Name="t")["TopicArn"]
    said = {
        "elbv2": refused(client("elbv2").describe_load_balancers)[0], "sns": refused(client("sns").publish, TopicArn=topic, Message="m")[0],
        "dynamodb": refused(client("dynamodb").get_item, TableName="t", Key={"pk": {"S": "a"}})[0],
        "cloudformation": refused(client("cloudformation").list_exports)[0], "scheduler": refused(client("scheduler").get_schedule, Name="s")[0]}
    assert said == {"elbv2": "AccessDenied", "sns": "AuthorizationError", "dynamodb": "AccessDeniedException",
                    "cloudformation": "AccessDenied", "scheduler": "AccessDeniedException"}


def test_an_action_without_resources_is_granted_on_everything_or_not_at_all(aws, role):
    client = role(allow("ec2:DescribeVpcs", f"{EC2}:vpc/*"), allow("ec2:DescribeSubnets"))
    assert refused(client("ec2").describe_vpcs)[0] == "UnauthorizedOperation"
    client("ec2").describe_subnets()


def test_a_statement_holds_for_the_resources_that_it_names(aws, role):
    ours, theirs = group(aws, "ours"), group(aws, "theirs")
    client = role(allow("ec2:AuthorizeSecurityGroupIngress", f"{EC2}:security-group/{ours}"))
    client("ec2").authorize_security_group_ingress(**opened(ours))
    code, message = refused(client("ec2").authorize_security_group_ingress, **opened(theirs))
    assert code == "UnauthorizedOperation" and f"on resource: {EC2}:security-group/{theirs} because" in message


def test_a_tag_decides_where_the_action_knows_tags(aws, role):
    ours, theirs, bare = group(aws, "ours", stack_id="arn:x/1"), group(aws, "theirs", stack_id="arn:y/1"), group(aws, "bare")
    tagged = {"StringLike": {"aws:ResourceTag/Stack-Id": ["arn:x/*"]}}
    client = role(allow("ec2:AuthorizeSecurityGroupIngress", f"{EC2}:security-group/*", Condition=tagged))
    client("ec2").authorize_security_group_ingress(**opened(ours))
    for other in (theirs, bare):
        assert refused(client("ec2").authorize_security_group_ingress, **opened(other))[0] == "UnauthorizedOperation"


def test_a_key_that_the_action_does_not_know_is_never_met(aws, role):
    """SetRulePriorities knows no tags, whatever the rule carries."""
    action = reference.action("elasticloadbalancing:SetRulePriorities")
    rule = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/a/1/2/3"
    assert not action.knows("aws:resourcetag/a", action.type_of(rule))
    client = role(allow("elasticloadbalancing:SetRulePriorities", Condition={"StringLike": {"aws:ResourceTag/a": "*"}}))
    code, message = refused(client("elbv2").set_rule_priorities, RulePriorities=[{"RuleArn": rule, "Priority": 1}])
    assert code == "AccessDenied" and rule in message


def test_the_vpc_of_a_resource_and_the_absence_of_a_tag_are_conditions(aws, role):
    ec2 = aws.client("ec2")
    ours, other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"], ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]

    def default_list(vpc):
        return ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"][0]["NetworkAclId"]

    client = role(allow("ec2:CreateNetworkAclEntry", f"{EC2}:network-acl/*",
                        Condition={"ArnEquals": {"ec2:Vpc": f"{EC2}:vpc/{ours}"}, "Null": {"aws:ResourceTag/owned": "true"}}))
    entry = {"RuleNumber": 7, "Egress": False, "RuleAction": "deny", "Protocol": "-1", "CidrBlock": "192.0.2.0/24"}
    client("ec2").create_network_acl_entry(NetworkAclId=default_list(ours), **entry)
    assert refused(client("ec2").create_network_acl_entry, NetworkAclId=default_list(other), **entry)[0] == "UnauthorizedOperation"
    ec2.create_tags(Resources=[default_list(ours)], Tags=[{"Key": "owned", "Value": "x"}])
    assert refused(client("ec2").create_network_acl_entry, NetworkAclId=default_list(ours), **entry | {"RuleNumber": 8})[0] == "UnauthorizedOperation"


def test_every_resource_that_a_call_is_about_must_be_allowed(aws, role):
    """A list's association is named by an id; the subnet behind it is checked too."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    held = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"][0]["Associations"]
    association = next(one["NetworkAclAssociationId"] for one in held if one["SubnetId"] == subnet)
    client = role(allow("ec2:ReplaceNetworkAclAssociation", f"{EC2}:network-acl/*"))
    code, message = refused(client("ec2").replace_network_acl_association, AssociationId=association, NetworkAclId=acl)
    assert code == "UnauthorizedOperation" and f"subnet/{subnet}" in message


def test_a_list_of_parameters_is_refused_as_a_whole(aws, role):
    ssm = aws.client("ssm")
    for name in ("/a/policy", "/b/other"):
        ssm.put_parameter(Name=name, Value="v", Type="String")
    client = role(allow("ssm:GetParameters", "arn:aws:ssm:us-east-1:123456789012:parameter/a/*"))
    assert client("ssm").get_parameters(Names=["/a/policy:1", "/a/none"])["Parameters"]
    code, message = refused(client("ssm").get_parameters, Names=["/a/policy", "/b/other"])
    assert code == "AccessDeniedException" and "parameter/b/other" in message
    _, message = refused(client("ssm").get_parameters, Names=["/aws/service/ami-amazon-linux-latest/x:3"])
    assert "arn:aws:ssm:us-east-1::parameter/aws/service/ami-amazon-linux-latest/x " in message


def test_an_explicit_deny_wins_but_where_it_does_not_reach(aws, role):
    ours, theirs = group(aws, "ours"), group(aws, "theirs")
    client = role(allow("ec2:*"), {"Effect": "Deny", "Action": "ec2:Revoke*", "NotResource": f"{EC2}:security-group/{ours}"})
    for one in (ours, theirs):
        aws.client("ec2").authorize_security_group_ingress(**opened(one))
    client("ec2").revoke_security_group_ingress(**opened(ours))
    assert "with an explicit deny in an identity-based policy" in refused(client("ec2").revoke_security_group_ingress, **opened(theirs))[1]


def test_a_managed_policy_counts_and_a_boundary_limits(aws, role):
    boundary = aws.client("iam").create_policy(PolicyName="b", PolicyDocument=json.dumps({"Statement": [allow("ec2:DescribeVpcs")]}))["Policy"]["Arn"]
    client = role(allow("ec2:DescribeVpcs"), boundary=boundary)
    aws.client("iam").attach_role_policy(RoleName="judged", PolicyArn="arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess")
    client("ec2").describe_vpcs()
    assert "because no permissions boundary allows" in refused(client("ec2").describe_subnets)[1]


def test_a_change_of_the_policy_holds_at_once(aws, role):
    client = role(allow("ec2:DescribeVpcs"))
    client("ec2").describe_vpcs()
    aws.client("iam").put_role_policy(RoleName="judged", PolicyName="all", PolicyDocument=json.dumps({"Statement": [allow("ec2:DescribeSubnets")]}))
    assert refused(client("ec2").describe_vpcs)[0] == "UnauthorizedOperation"


def test_an_alert_under_a_key_needs_the_key_too(aws, role):
    account = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"}
    key = aws.client("kms").create_key(Policy=json.dumps({"Statement": [account]}))["KeyMetadata"]["Arn"]
    topic = aws.client("sns").create_topic(Name="alerts", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    client = role(allow("sns:Publish", topic))
    code, message = refused(client("sns").publish, TopicArn=topic, Message="m")
    assert code.startswith("KMSAccessDenied") and f"kms:GenerateDataKey on resource: {key}" in message
    aws.client("iam").put_role_policy(RoleName="judged", PolicyName="key", PolicyDocument=json.dumps({"Statement": [
        allow(["kms:GenerateDataKey*", "kms:Decrypt"], key, Condition={"StringLike": {"kms:ViaService": "sns.*.amazonaws.com"}})]}))
    client("sns").publish(TopicArn=topic, Message="m")
    aws.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps({"Statement": [
        {**account, "Principal": {"AWS": "arn:aws:iam::123456789012:role/somebody"}}]}))
    assert "because no resource-based policy allows" in refused(client("sns").publish, TopicArn=topic, Message="m")[1]


def test_a_schedule_with_a_role_needs_the_right_to_pass_it(aws, role):
    passed = "arn:aws:iam::123456789012:role/schedule"
    client = role(allow("scheduler:CreateSchedule"), allow("iam:PassRole", passed, Condition={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}))
    wanted = {"ScheduleExpression": "rate(1 minute)", "FlexibleTimeWindow": {"Mode": "OFF"}}
    function = "arn:aws:lambda:us-east-1:123456789012:function:judged"
    client("scheduler").create_schedule(Name="one", Target={"Arn": function, "RoleArn": passed}, **wanted)
    code, message = refused(client("scheduler").create_schedule, Name="two", Target={"Arn": function, "RoleArn": passed + "-2"}, **wanted)
    assert code == "AccessDeniedException" and "iam:PassRole" in message


def test_the_source_of_an_event_is_a_condition(aws, role):
    client = role(allow("events:PutEvents", "arn:aws:events:us-east-1:123456789012:event-bus/default", Condition={
        "ForAllValues:StringEquals": {"events:source": "ours"}, "Null": {"events:source": "false"}}))
    client("events").put_events(Entries=[{"Source": "ours", "DetailType": "a", "Detail": "{}"}])
    both = [{"Source": source, "DetailType": "a", "Detail": "{}"} for source in ("ours", "theirs")]
    assert refused(client("events").put_events, Entries=both)[0] == "AccessDeniedException"


def test_a_queues_own_policy_can_let_the_role_in_and_shut_it_out(aws, role):
    client, sqs = role(allow("ec2:DescribeVpcs")), aws.client("sqs")
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    assert refused(client("sqs").send_message, QueueUrl=url, MessageBody="m")[0].endswith("AccessDeniedException")
    ours = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/judged"}, "Action": "sqs:SendMessage", "Resource": arn}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [ours]})})
    client("sqs").send_message(QueueUrl=url, MessageBody="m")
    shut = {**ours, "Effect": "Deny", "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [ours, shut]})})
    assert "with an explicit deny in a resource-based policy" in refused(client("sqs").send_message, QueueUrl=url, MessageBody="m")[1]


def test_a_secure_parameter_needs_its_key(aws, role):
    aws.client("ssm").put_parameter(Name="/a/secret", Value="v", Type="SecureString")
    client = role(allow("ssm:GetParameters"), deny("kms:Decrypt", Condition={"StringLike": {"kms:ViaService": "ssm.*"}}))
    client("ssm").get_parameters(Names=["/a/secret"])
    assert "kms:Decrypt" in refused(client("ssm").get_parameters, Names=["/a/secret"], WithDecryption=True)[1]


@pytest.mark.parametrize(("call", "missing"), [
    (lambda client: client("ec2").copy_image(Name="name", SourceImageId="ami-1", SourceRegion="us-east-1"), "which image and snapshot it is about"),
    (lambda client: client("ecs").list_tasks(cluster="c"), "what calls of ecs are about")])
def test_what_cannot_be_judged_is_refused_and_named(aws, role, call, missing):
    """Even for a role that may do everything."""
    client = role(allow("*"))
    assert f"because the local AWS does not know {missing}" in refused(call, client)[1]


def test_a_condition_key_that_aws_fills_in_and_we_do_not_is_named(aws, role):
    client = role(allow("ec2:ModifyInstanceAttribute", Condition={"StringEquals": {"ec2:InstanceType": "t4g.micro"}}))
    _, message = refused(client("ec2").modify_instance_attribute, InstanceId="i-0123456789abcdef0", SourceDestCheck={"Value": True})
    assert "the local AWS does not know the condition key ec2:InstanceType" in message


def test_people_and_roles_of_no_function_are_not_judged(aws):
    iam = aws.client("iam")
    arn = iam.create_role(RoleName="somebody", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    keys = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="by-hand")["Credentials"]
    aws.client("ec2", keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]).describe_vpcs()
    aws.client("ec2").describe_vpcs()


@pytest.mark.parametrize(("written", "context", "holds"), [
    ({"StringEquals": {"a": ["x", "y"]}}, {"a": ["y"]}, True),
    ({"StringEquals": {"a": "x"}}, {}, False),
    ({"StringEqualsIfExists": {"a": "x"}}, {}, True),
    ({"StringNotEquals": {"a": "x"}}, {}, True),
    ({"StringNotEquals": {"a": ["x", "y"]}}, {"a": ["x"]}, False),
    ({"StringLike": {"a": "x*z"}}, {"a": ["xyz"]}, True),
    ({"StringLike": {"a": "${b}/*"}}, {"a": ["me/x"], "b": ["me"]}, True),
    ({"StringLike": {"a": "${b}/*"}}, {"a": ["*/x"], "b": ["me"]}, False),
    ({"StringEquals": {"a": "${b}"}}, {"a": ["x"]}, False),
    ({"ArnLike": {"a": "arn:*:iam::*:role/r"}}, {"a": ["arn:aws:iam::1:role/r"]}, True),
    ({"ArnLike": {"a": "arn:*:role/r"}}, {"a": ["arn:aws:iam::1:role/r"]}, False),
    ({"Bool": {"a": False}}, {"a": ["false"]}, True),
    ({"Null": {"a": "false"}}, {"a": ["x"]}, True),
    ({"Null": {"a": True}}, {"a": ["x"]}, False),
    ({"ForAllValues:StringEquals": {"a": ["x"]}}, {}, True),
    ({"ForAllValues:StringEquals": {"a": ["x"]}}, {"a": ["x", "y"]}, False),
    ({"ForAnyValue:StringEquals": {"a": ["x"]}}, {"a": ["x", "y"]}, True),
    ({"ForAnyValue:StringEquals": {"a": ["x"]}}, {}, False),
    ({"IpAddress": {"a": "192.0.2.0/24"}}, {"a": ["192.0.2.7"]}, True),
    ({"NumericLessThan": {"a": 5}}, {"a": ["4"]}, True),
    ({"DateGreaterThan": {"a": "2026-01-01T00:00:00Z"}}, {"a": ["2026-02-01T00:00:00Z"]}, True),
    ({"StringEquals": {"a": "x"}, "Bool": {"b": "true"}}, {"a": ["x"], "b": ["false"]}, False),
])
def test_the_operators_of_conditions(written, context, holds):
    assert conditions.met(written, lambda key: context.get(key.lower())) is holds


def test_a_key_of_many_values_needs_an_operator_for_sets():
    """EventBridge's source is one, although an event has one source."""
    many = conditions.Many(["x"])
    assert not conditions.met({"StringEquals": {"a": "x"}}, lambda key: many)
    assert conditions.met({"ForAllValues:StringEquals": {"a": "x"}, "Null": {"a": "false"}}, lambda key: many)


def test_an_operator_that_is_not_known_is_named():
    with pytest.raises(reference.Uncovered, match="the condition operator BinaryEquals"):
        conditions.met({"BinaryEquals": {"a": "x"}}, lambda key: ["x"])
