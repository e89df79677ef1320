"""Stacks on the local AWS: deployed whole, updated in place, rolled back with a reason."""

import base64
import json
import time
from pathlib import Path

import pytest
import requests
from botocore.exceptions import ClientError

RICH = (Path(__file__).parent / "rich.yaml").read_text()
CAPABLE = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


@pytest.fixture(scope="module")
def stack(aws):
    aws.client("cloudformation").create_stack(StackName="rich", TemplateBody=RICH, Capabilities=CAPABLE, Tags=[{"Key": "team", "Value": "web"}],
                                              Parameters=[{"ParameterKey": "WebhookUrl", "ParameterValue": "https://example.com/hook"}])
    return "rich"


def settled(aws, name):
    for _ in range(200):
        shown = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        if not shown["StackStatus"].endswith("_IN_PROGRESS"):
            return shown
        time.sleep(0.1)
    raise AssertionError(f"{name} stays in {shown['StackStatus']}")


def resources(aws, name):
    pages = aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
    return {r["LogicalResourceId"]: r for page in pages for r in page["StackResourceSummaries"]}


def ids(aws, name):
    return {k: r["PhysicalResourceId"] for k, r in resources(aws, name).items()}


def events(aws, name):
    pages = aws.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=name)
    return [e for page in pages for e in page["StackEvents"]][::-1]


def refused(call, **arguments):
    with pytest.raises(ClientError) as problem:
        call(**arguments)
    return problem.value.response["Error"]["Message"]


def test_a_rich_sam_template_deploys_whole(aws, stack):
    shown = settled(aws, stack)
    assert shown["StackStatus"] == "CREATE_COMPLETE"
    found = resources(aws, stack)
    assert all(r["ResourceStatus"] == "CREATE_COMPLETE" and r["PhysicalResourceId"] for r in found.values())
    declared = json.loads(json.dumps(aws.client("cloudformation").get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]))["Resources"]
    assert found.keys() == declared.keys() - {"HttpsListener"}
    assert "LastUpdatedTime" not in shown


def test_parameters_show_what_ssm_gave_and_hide_what_is_secret(aws, stack):
    shown = {p["ParameterKey"]: p for p in settled(aws, stack)["Parameters"]}
    assert shown["ImageId"]["ResolvedValue"].startswith("ami-")
    assert shown["WebhookUrl"]["ParameterValue"] == "****"
    assert "ResolvedValue" not in shown["AppPort"]


def test_the_original_template_is_what_was_sent_and_the_processed_one_is_transformed(aws, stack):
    cloudformation = aws.client("cloudformation")
    assert cloudformation.get_template(StackName=stack, TemplateStage="Original")["TemplateBody"] == RICH
    processed = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    assert processed["Resources"]["RouteFunction"]["Type"] == "AWS::Lambda::Function"
    assert "Transform" not in processed


def test_inline_rules_keep_their_family_and_description(aws, stack):
    made = ids(aws, stack)
    groups = aws.client("ec2").describe_security_groups(GroupIds=[made["LoadBalancerSecurityGroup"]])["SecurityGroups"][0]
    assert groups["IpPermissions"] == [{
        "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [], "PrefixListIds": [],
        "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "HTTP from anywhere"}],
        "Ipv6Ranges": [{"CidrIpv6": "::/0", "Description": "HTTP from anywhere (IPv6)"}]}]
    assert groups["IpPermissionsEgress"][0]["UserIdGroupPairs"] == [
        {"GroupId": made["WebSecurityGroup"], "UserId": "123456789012", "Description": "To the app"}]
    assert len(groups["IpPermissionsEgress"]) == 1


def test_a_rule_that_is_a_resource_has_its_rule_id_and_description(aws, stack):
    made = ids(aws, stack)
    rule = aws.client("ec2").describe_security_group_rules(SecurityGroupRuleIds=[made["WebIngressFromLoadBalancer"]])["SecurityGroupRules"][0]
    assert (rule["ReferencedGroupInfo"]["GroupId"], rule["Description"], rule["GroupOwnerId"]) == (
        made["LoadBalancerSecurityGroup"], "App port from the load balancer", "123456789012")


def test_the_instance_has_the_groups_and_metadata_options_of_the_template(aws, stack):
    made = ids(aws, stack)
    instance = aws.client("ec2").describe_instances(InstanceIds=[made["WebInstance"]])["Reservations"][0]["Instances"][0]
    assert [g["GroupId"] for g in instance["SecurityGroups"]] == [made["WebSecurityGroup"]]
    assert [g["GroupId"] for g in instance["NetworkInterfaces"][0]["Groups"]] == [made["WebSecurityGroup"]]
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    assert "PublicIpAddress" not in instance
    assert instance["IamInstanceProfile"]["Arn"].endswith(made["WebProfile"])


def test_the_target_group_has_its_target_and_attributes(aws, stack):
    made = ids(aws, stack)
    elbv2 = aws.client("elbv2")
    health = elbv2.describe_target_health(TargetGroupArn=made["WebTargetGroup"])["TargetHealthDescriptions"]
    assert [(h["Target"], h["TargetHealth"]["State"]) for h in health] == [({"Id": made["WebInstance"], "Port": 5000}, "healthy")]
    attributes = elbv2.describe_target_group_attributes(TargetGroupArn=made["WebTargetGroup"])["Attributes"]
    assert {"Key": "deregistration_delay.timeout_seconds", "Value": "20"} in attributes


def test_resources_carry_the_tags_of_the_stack(aws, stack):
    made, shown = ids(aws, stack), settled(aws, stack)
    tags = {t["Key"]: t["Value"] for t in aws.client("ec2").describe_security_groups(GroupIds=[made["WebSecurityGroup"]])["SecurityGroups"][0]["Tags"]}
    assert tags == {"team": "web", "aws:cloudformation:stack-name": "rich", "aws:cloudformation:stack-id": shown["StackId"],
                    "aws:cloudformation:logical-id": "WebSecurityGroup"}
    balancer = aws.client("elbv2").describe_tags(ResourceArns=[made["LoadBalancer"]])["TagDescriptions"][0]["Tags"]
    assert {"Key": "aws:cloudformation:logical-id", "Value": "LoadBalancer"} in balancer


def test_functions_keep_the_settings_of_the_template(aws, stack):
    made, functions = ids(aws, stack), aws.client("lambda")
    alias = made["RouteFunctionAliaslive"]
    configuration = functions.get_function_configuration(FunctionName=alias)
    assert configuration["Handler"] == "dev.driftmend.lambda.RouteHandler::handleRequest"
    assert configuration["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}
    assert configuration["LoggingConfig"]["LogFormat"] == "JSON"
    assert configuration["Environment"]["Variables"]["DRIFTMEND_QUEUE_URL"] == made["WorkQueue"]
    assert functions.get_function_event_invoke_config(FunctionName=alias)["DestinationConfig"]["OnFailure"]["Destination"].startswith("arn:aws:sqs:")
    mapping = functions.get_event_source_mapping(UUID=made["ReconcileFunctionWork"])
    assert mapping["FunctionArn"] == made["ReconcileFunctionAliaslive"] and mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_message_stays_on_a_queue_that_has_a_mapping(aws, stack):
    made, sqs = ids(aws, stack), aws.client("sqs")
    sqs.send_message(QueueUrl=made["WorkQueue"], MessageBody="{}", MessageGroupId="a", MessageDeduplicationId="1")
    received = sqs.receive_message(QueueUrl=made["WorkQueue"])["Messages"]
    assert [m["Body"] for m in received] == ["{}"]
    sqs.delete_message(QueueUrl=made["WorkQueue"], ReceiptHandle=received[0]["ReceiptHandle"])


def test_events_tell_each_step_with_resolved_properties(aws, stack):
    sent = events(aws, stack)
    assert (sent[0]["ResourceStatus"], sent[-1]["ResourceStatus"]) == ("CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    ingress = next(e for e in sent if e["LogicalResourceId"] == "WebIngressFromLoadBalancer" and e["ResourceStatus"] == "CREATE_COMPLETE")
    properties = json.loads(ingress["ResourceProperties"])
    assert properties["FromPort"] == "5000" and properties["GroupId"].startswith("sg-")


def test_lists_come_in_pages_of_the_size_that_a_test_sets(aws, stack):
    whole = resources(aws, stack)
    requests.post(f"{aws.url}/_local/faults", json={"service": "cloudformation", "action": "ListStackResources", "kind": "page", "size": 7})
    first = aws.client("cloudformation").list_stack_resources(StackName=stack)
    assert len(first["StackResourceSummaries"]) == 7 and first["NextToken"]
    assert resources(aws, stack).keys() == whole.keys()
    requests.delete(f"{aws.url}/_local/faults")


def test_an_update_edits_groups_listeners_parameters_and_functions_in_place(aws, stack):
    before = ids(aws, stack)
    changed = (RICH.replace("CidrIp: 0.0.0.0/0, Description: HTTP from anywhere}", "CidrIp: 198.51.100.0/24, Description: HTTP from the office}")
               .replace("HealthCheckPath: /health", "HealthCheckPath: /ready").replace('{"mode":"${Mode}"}', '{"mode":"${Mode}","rules":[]}')
               .replace('-XX:+UseSerialGC', '-XX:+UseSerialGC -Xss256k').replace('Value: "30"', 'Value: "40"'))
    rule = rule_ids(aws, before["LoadBalancerSecurityGroup"])["::/0"]
    aws.client("cloudformation").update_stack(StackName=stack, TemplateBody=changed, Capabilities=CAPABLE,
                                              Parameters=[{"ParameterKey": "WebhookUrl", "UsePreviousValue": True}])
    shown = settled(aws, stack)
    assert shown["StackStatus"] == "UPDATE_COMPLETE" and shown["LastUpdatedTime"] > shown["CreationTime"]
    after = ids(aws, stack)
    differing = {k for k in before if after.get(k) != before[k]}
    assert differing <= {k for k in before if "Version" in k}
    rules = rule_ids(aws, after["LoadBalancerSecurityGroup"])
    assert "198.51.100.0/24" in rules and "0.0.0.0/0" not in rules and rules["::/0"] == rule
    assert aws.client("elbv2").describe_target_groups(TargetGroupArns=[after["WebTargetGroup"]])["TargetGroups"][0]["HealthCheckPath"] == "/ready"
    assert json.loads(aws.client("ssm").get_parameter(Name="/rich/policy")["Parameter"]["Value"])["rules"] == []
    assert aws.client("lambda").get_function_configuration(FunctionName=after["RouteFunction"])["Environment"]["Variables"]["JAVA_TOOL_OPTIONS"].endswith("-Xss256k")
    statuses = [e["ResourceStatus"] for e in events(aws, stack) if e["LogicalResourceId"] == stack]
    assert statuses[-3:] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"]


def rule_ids(aws, group):
    rules = aws.client("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    return {r.get("CidrIpv4") or r.get("CidrIpv6"): r["SecurityGroupRuleId"] for r in rules if not r["IsEgress"]}


def test_an_inline_rule_that_is_there_twice_is_one_rule_and_both_go_with_one_of_them(aws):
    cloudformation, ec2 = aws.client("cloudformation"), aws.client("ec2")
    rule = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "CidrIp": "192.0.2.0/24"}

    def template(*rules):
        return json.dumps({"Resources": {"G": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "twice", "SecurityGroupIngress": list(rules)}}}})

    def ingress():
        found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [ids(aws, "twice")["G"]]}])["SecurityGroupRules"]
        return [r.get("Description") for r in found if not r["IsEgress"]]
    cloudformation.create_stack(StackName="twice", TemplateBody=template({**rule, "Description": "a"}, {**rule, "Description": "b"}))
    assert settled(aws, "twice")["StackStatus"] == "CREATE_COMPLETE" and ingress() == ["a"]
    cloudformation.update_stack(StackName="twice", TemplateBody=template({**rule, "Description": "a"}))
    assert settled(aws, "twice")["StackStatus"] == "UPDATE_COMPLETE" and ingress() == []


def test_a_rule_names_the_group_of_another_account_with_and_without_its_owner(aws):
    peer = requests.post(f"{aws.url}/_local/peer-groups", json={"account": "111122223333"}).json()["GroupId"]
    source = {"IpProtocol": "tcp", "SourceSecurityGroupId": peer}
    body = json.dumps({"Resources": {"G": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "peer", "SecurityGroupIngress": [
        {**source, "FromPort": 80, "ToPort": 80}, {**source, "FromPort": 443, "ToPort": 443, "SourceSecurityGroupOwnerId": "111122223333"}]}}}})
    aws.client("cloudformation").create_stack(StackName="peer", TemplateBody=body)
    assert settled(aws, "peer")["StackStatus"] == "CREATE_COMPLETE"
    found = aws.client("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [ids(aws, "peer")["G"]]}])["SecurityGroupRules"]
    assert [r["ReferencedGroupInfo"]["UserId"] for r in found if not r["IsEgress"]] == ["111122223333"] * 2


def test_an_update_without_a_change_says_so(aws, stack):
    message = refused(aws.client("cloudformation").update_stack, StackName=stack, UsePreviousTemplate=True, Capabilities=CAPABLE,
                      Parameters=[{"ParameterKey": "WebhookUrl", "UsePreviousValue": True}])
    assert message == "No updates are to be performed."


def test_a_failed_creation_is_rolled_back_with_the_reason(aws):
    body = json.dumps({"Resources": {
        "Good": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "good"}},
        "Bad": {"Type": "AWS::EC2::SecurityGroupIngress", "DependsOn": "Good", "Properties": {"GroupId": "sg-00000000000000000", "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIp": "192.0.2.0/24"}}}})
    aws.client("cloudformation").create_stack(StackName="broken", TemplateBody=body)
    assert settled(aws, "broken")["StackStatus"] == "ROLLBACK_COMPLETE"
    failed = next(e for e in events(aws, "broken") if e["ResourceStatus"] == "CREATE_FAILED")
    assert failed["LogicalResourceId"] == "Bad" and "sg-00000000000000000" in failed["ResourceStatusReason"]
    groups = aws.client("ec2").describe_security_groups(Filters=[{"Name": "description", "Values": ["good"]}])["SecurityGroups"]
    assert groups == []


@pytest.mark.parametrize("wanted", ["true", "false"])
def test_what_metadata_refers_to_is_made_first_if_it_is_made_at_all(aws, wanted):
    """DependsOn takes no condition; a reference in Metadata does, and orders the same."""
    name = f"ordered-{wanted}"
    aws.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps({
        "Parameters": {"Wanted": {"Type": "String", "Default": wanted}},
        "Conditions": {"IsWanted": {"Fn::Equals": [{"Ref": "Wanted"}, "true"]}},
        "Resources": {
            "After": {"Type": "AWS::SNS::Topic", "Metadata": {"After": {"Fn::If": ["IsWanted", {"Ref": "Before"}, ""]}}},
            "Before": {"Type": "AWS::SNS::Topic", "Condition": "IsWanted"}}}))
    assert settled(aws, name)["StackStatus"] == "CREATE_COMPLETE"
    made = [e["LogicalResourceId"] for e in events(aws, name) if e["ResourceStatus"] == "CREATE_COMPLETE" and e["LogicalResourceId"] != name]
    assert made == (["Before", "After"] if wanted == "true" else ["After"])


def test_what_a_failed_step_had_begun_is_taken_away_too(aws):
    body = json.dumps({"Resources": {"Half": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "half made", "SecurityGroupIngress": [
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "not a block"}]}}}})
    aws.client("cloudformation").create_stack(StackName="half", TemplateBody=body)
    assert settled(aws, "half")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert aws.client("ec2").describe_security_groups(Filters=[{"Name": "description", "Values": ["half made"]}])["SecurityGroups"] == []


def test_a_replacement_is_one_step_and_the_old_resource_goes_afterwards(aws):
    cloudformation = aws.client("cloudformation")
    for name in ("one", "two"):
        body = json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"replaced-{name}"}}}})
        getattr(cloudformation, "create_stack" if name == "one" else "update_stack")(StackName="replaced", TemplateBody=body)
        assert settled(aws, "replaced")["StackStatus"].endswith("TE_COMPLETE")
    assert [e["ResourceStatus"] for e in events(aws, "replaced") if e["LogicalResourceId"] == "Q"] == [
        "CREATE_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    assert [u.split("/")[-1] for u in aws.client("sqs").list_queues(QueueNamePrefix="replaced")["QueueUrls"]] == ["replaced-two"]


def test_a_managed_policy_may_be_changed_more_often_than_iam_keeps_versions(aws):
    cloudformation, iam = aws.client("cloudformation"), aws.client("iam")
    for turn in range(7):
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::bucket-{turn}/*"}
        body = json.dumps({"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}}}})
        getattr(cloudformation, "update_stack" if turn else "create_stack")(StackName="versions", TemplateBody=body, Capabilities=CAPABLE)
        assert settled(aws, "versions")["StackStatus"].endswith("TE_COMPLETE")
    arn = ids(aws, "versions")["P"]
    kept = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert sorted(one["VersionId"] for one in kept) == ["v3", "v4", "v5", "v6", "v7"]
    assert [one["VersionId"] for one in kept if one["IsDefaultVersion"]] == ["v7"]
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v7")["PolicyVersion"]["Document"]["Statement"] == [statement]


def test_an_instance_keeps_its_id_when_its_user_data_changes(aws):
    cloudformation = aws.client("cloudformation")
    seen = []
    for text in ("#!/bin/sh\necho one", "#!/bin/sh\necho two"):
        body = json.dumps({"Resources": {"I": {"Type": "AWS::EC2::Instance", "Properties": {"ImageId": "ami-12345678", "UserData": {"Fn::Base64": text}}}}})
        getattr(cloudformation, "update_stack" if seen else "create_stack")(StackName="booted", TemplateBody=body)
        assert settled(aws, "booted")["StackStatus"].endswith("TE_COMPLETE")
        instance = ids(aws, "booted")["I"]
        data = aws.client("ec2").describe_instance_attribute(InstanceId=instance, Attribute="userData")["UserData"]["Value"]
        seen.append((instance, base64.b64decode(data).decode()[-3:]))
    assert seen == [(instance, "one"), (instance, "two")]


def test_a_failed_update_goes_back_to_what_was(aws):
    cloudformation = aws.client("cloudformation")
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "back", "SecurityGroupIngress": [
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "192.0.2.0/24"}]}}
    first = json.dumps({"Resources": {"Group": group}})
    cloudformation.create_stack(StackName="back", TemplateBody=first)
    wider = json.loads(first)
    wider["Resources"]["Group"]["Properties"]["SecurityGroupIngress"][0]["CidrIp"] = "198.51.100.0/24"
    wider["Resources"]["Wrong"] = {"Type": "AWS::Made::Up", "DependsOn": "Group"}
    cloudformation.update_stack(StackName="back", TemplateBody=json.dumps(wider))
    assert settled(aws, "back")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert list(rule_ids(aws, ids(aws, "back")["Group"])) == ["192.0.2.0/24"]
    assert cloudformation.get_template(StackName="back")["TemplateBody"] == json.loads(first)
    assert any("does not deploy AWS::Made::Up" in e.get("ResourceStatusReason", "") for e in events(aws, "back"))


@pytest.mark.parametrize(("template", "message"), [
    ({"Resources": {}}, "At least one Resources member must be defined"),
    ({"Resources": {"A": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Missing"}}}}}, "Unresolved resource dependencies [Missing]"),
    ({"Resources": {"A": {"Type": "AWS::SQS::Queue", "DependsOn": "B"}, "B": {"Type": "AWS::SQS::Queue", "DependsOn": "A"}}}, "Circular dependency"),
    ({"Parameters": {"P": {"Type": "Number"}}, "Resources": {"A": {"Type": "AWS::SQS::Queue"}}}, "Parameters: [P] must have values"),
])
def test_a_template_that_cannot_be_is_refused_at_once(aws, template, message):
    assert message in refused(aws.client("cloudformation").create_stack, StackName="never", TemplateBody=json.dumps(template))


def test_intrinsics_come_out_as_cloudformation_computes_them(aws):
    template = {
        "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "a, b"}},
        "Mappings": {"M": {"us-east-1": {"v": "mapped"}}},
        "Conditions": {"Yes": {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}, "No": {"Fn::And": [{"Condition": "Yes"}, {"Fn::Equals": ["a", "b"]}]}},
        "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q-intrinsics"}}, "Off": {"Type": "AWS::SQS::Queue", "Condition": "No"}},
        "Outputs": {
            "Cidr": {"Value": {"Fn::Join": [" ", {"Fn::Cidr": ["10.0.0.0/16", 3, 8]}]}}, "Map": {"Value": {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "v"]}},
            "Sub": {"Value": {"Fn::Sub": ["${Q.QueueName}/${x}/${!Literal}", {"x": {"Fn::Select": [1, {"Ref": "Names"}]}}]}},
            "If": {"Value": {"Fn::If": ["Yes", "yes", "no"]}}, "Split": {"Value": {"Fn::Select": [2, {"Fn::Split": [":", {"Fn::GetAtt": ["Q", "Arn"]}]}]}},
            "Zone": {"Value": {"Fn::Select": [0, {"Fn::GetAZs": ""}]}}, "Absent": {"Condition": "No", "Value": "x"}}}
    aws.client("cloudformation").create_stack(StackName="intrinsics", TemplateBody=json.dumps(template))
    outputs = {o["OutputKey"]: o["OutputValue"] for o in settled(aws, "intrinsics")["Outputs"]}
    assert outputs == {"Cidr": "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24", "Map": "mapped", "Sub": "q-intrinsics/b/${Literal}", "If": "yes", "Split": "sqs", "Zone": "us-east-1a"}
    assert resources(aws, "intrinsics").keys() == {"Q"}


def test_a_change_set_creates_and_then_updates_a_stack(aws):
    cloudformation = aws.client("cloudformation")
    for kind, name in (("CREATE", "first"), ("UPDATE", "second")):
        body = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": name}}}})
        made = cloudformation.create_change_set(StackName="staged", ChangeSetName=name, ChangeSetType=kind, TemplateBody=body)["Id"]
        changes = cloudformation.describe_change_set(ChangeSetName=made)["Changes"]
        assert [c["ResourceChange"]["Action"] for c in changes] == ["Add" if kind == "CREATE" else "Modify"]
        cloudformation.execute_change_set(ChangeSetName=made)
        assert settled(aws, "staged")["StackStatus"] == f"{kind}_COMPLETE"
    again = cloudformation.create_change_set(StackName="staged", ChangeSetName="third", TemplateBody=body)["Id"]
    assert "didn't contain changes" in cloudformation.describe_change_set(ChangeSetName=again)["StatusReason"]


def test_a_stack_can_be_held_in_a_status(aws):
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(StackName="held", TemplateBody=json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}))
    requests.post(f"{aws.url}/_local/stacks", json={"stack": "held", "status": "UPDATE_IN_PROGRESS"}).raise_for_status()
    assert cloudformation.describe_stacks(StackName="held")["Stacks"][0]["StackStatus"] == "UPDATE_IN_PROGRESS"
    assert "UPDATE_IN_PROGRESS" in refused(cloudformation.update_stack, StackName="held", UsePreviousTemplate=True)
    requests.post(f"{aws.url}/_local/stacks", json={"stack": "held", "status": None}).raise_for_status()
    assert cloudformation.describe_stacks(StackName="held")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    sent = requests.get(f"{aws.url}/_local/events", params={"source": "aws.cloudformation", "detail-type": "CloudFormation Stack Status Change"}).json()
    mine = [e["detail"]["status-details"]["status"] for e in sent if "/held/" in e["resources"][0]]
    assert mine == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "CREATE_COMPLETE"]
    assert requests.post(f"{aws.url}/_local/stacks", json={"stack": "none", "status": "X"}).status_code == 400


def test_a_deleted_stack_takes_its_resources_with_it_but_what_is_retained(aws, stack):
    made = ids(aws, stack)
    aws.client("cloudformation").delete_stack(StackName=stack)
    assert "does not exist" in refused(aws.client("cloudformation").describe_stacks, StackName=stack)
    assert aws.client("dynamodb").describe_table(TableName=made["Ledger"])["Table"]["TableStatus"] == "ACTIVE"
    assert "InvalidGroup.NotFound" in str(pytest.raises(ClientError, aws.client("ec2").describe_security_groups, GroupIds=[made["WebSecurityGroup"]]).value)
    assert aws.client("lambda").list_functions()["Functions"] == []
