"""From a call or an event to the targets of the rules that match it."""

import json
import time

import pytest
import requests
from botocore.exceptions import ClientError

from driftmend_local.events import bus, eventbridge, patterns
from driftmend_local.api import hooks

ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}]}


@pytest.fixture
def queue(aws, request):
    return make_queue(aws, request.node.name[:60])


def make_queue(aws, name, policy=ALLOW, **attributes):
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    if policy:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def rule(aws, name, pattern, *targets, **more):
    events = aws.client("events")
    made = events.put_rule(Name=name, EventPattern=json.dumps(pattern), **more)["RuleArn"]
    events.put_targets(Rule=name, Targets=[{"Id": str(i), **t} for i, t in enumerate(targets)])
    return made


def messages(aws, url):
    eventbridge.settle()
    found = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]).get("Messages", [])
    return found


def put(aws, source="app", detail_type="Thing", detail=None):
    return aws.client("events").put_events(Entries=[{"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail or {})}])


def test_a_matching_event_reaches_the_queue_in_the_whole_envelope(aws, queue):
    rule(aws, "whole", {"source": ["app"]}, {"Arn": queue[1]})
    put(aws, detail={"a": 1})
    body = json.loads(messages(aws, queue[0])[0]["Body"])
    assert body.keys() == {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
    assert (body["account"], body["detail"]) == ("123456789012", {"a": 1})


def test_a_disabled_rule_and_a_schedule_rule_deliver_nothing(aws, queue):
    rule(aws, "disabled", {"source": ["quiet"]}, {"Arn": queue[1]}, State="DISABLED")
    aws.client("events").put_rule(Name="scheduled", ScheduleExpression="rate(1 minute)")
    aws.client("events").put_targets(Rule="scheduled", Targets=[{"Id": "1", "Arn": queue[1]}])
    put(aws, source="quiet")
    assert messages(aws, queue[0]) == []
    aws.client("events").enable_rule(Name="disabled")
    put(aws, source="quiet")
    assert len(messages(aws, queue[0])) == 1


def test_a_fifo_queue_gets_the_group_of_the_rule(aws):
    url, arn = make_queue(aws, "ordered.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    rule(aws, "fifo", {"source": ["fifo"]}, {"Arn": arn, "SqsParameters": {"MessageGroupId": "g"}})
    put(aws, source="fifo")
    assert messages(aws, url)[0]["Attributes"]["MessageGroupId"] == "g"


def test_a_function_gets_the_transformed_input_through_the_hook(aws, monkeypatch):
    got = []
    monkeypatch.setattr(hooks, "invoke_async", lambda arn, payload, dead_letter=None, retry=None: got.append((arn, json.loads(payload), retry)))
    function = make_function(aws, "transformed", source=rule_arn("to-function"))
    rule(aws, "to-function", {"source": ["fn"]}, {"Arn": function, "RetryPolicy": {"MaximumRetryAttempts": 1}, "InputTransformer": {
        "InputPathsMap": {"who": "$.detail.who", "list": "$.detail.list"}, "InputTemplate": '{"text": "by <who>", "list": <list>, "rule": "<aws.events.rule-name>"}'}})
    assert put(aws, source="fn", detail={"who": 'a "b"', "list": [1, 2]})["FailedEntryCount"] == 0
    eventbridge.settle()
    assert got == [(function, {"text": 'by a "b"', "list": [1, 2], "rule": "to-function"}, {"MaximumRetryAttempts": 1})]


def rule_arn(name):
    return f"arn:aws:events:us-east-1:123456789012:rule/{name}"


def make_function(aws, name, source=None):
    iam = aws.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions = aws.client("lambda")
    arn = functions.create_function(FunctionName=name, Runtime="java25", Role=role, Handler="a.B::c", Code={"S3Bucket": "none", "S3Key": "none"})["FunctionArn"]
    if source:
        functions.add_permission(FunctionName=name, StatementId="events", Action="lambda:InvokeFunction", Principal="events.amazonaws.com", SourceArn=source)
    return arn


def test_events_that_are_held_come_when_they_are_released_oldest_first(aws, queue):
    url, arn = queue
    rule(aws, "of-trails", {"source": ["aws.cloudtrail"]}, {"Arn": arn})
    requests.post(f"{aws.url}/_local/events/hold", json={}, timeout=10).raise_for_status()
    bus.publish("aws.cloudtrail", "one", {})
    bus.publish("aws.cloudtrail", "two", {})
    assert messages(aws, url) == []

    released = requests.post(f"{aws.url}/_local/events/release", json={}, timeout=10).json()

    assert released["released"] >= 2
    assert [json.loads(one["Body"])["detail-type"] for one in messages(aws, url)] == ["one", "two"]
    bus.publish("aws.cloudtrail", "three", {})
    assert [json.loads(one["Body"])["detail-type"] for one in messages(aws, url)] == ["three"]


def test_what_cannot_be_handed_over_goes_to_the_dead_letter_queue_with_the_reason(aws, queue):
    without_permission = make_function(aws, "closed", source=rule_arn("some-other-rule"))
    arn = rule(aws, "refused", {"source": ["refused"]}, {"Arn": without_permission, "DeadLetterConfig": {"Arn": queue[1]}})
    assert put(aws, source="refused")["FailedEntryCount"] == 0
    dead = messages(aws, queue[0])[0]
    assert {k: v["StringValue"] for k, v in dead["MessageAttributes"].items()} | {"ERROR_MESSAGE": ""} == {
        "RULE_ARN": arn, "TARGET_ARN": without_permission, "ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": ""}
    assert json.loads(dead["Body"])["source"] == "refused"


def test_a_queue_whose_policy_names_another_rule_gets_nothing(aws):
    narrow = {"Version": "2012-10-17", "Statement": [{**ALLOW["Statement"][0], "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn("elsewhere")}}}]}
    url, arn = make_queue(aws, "narrow", policy=narrow)
    rule(aws, "narrow", {"source": ["narrow"]}, {"Arn": arn})
    rule(aws, "elsewhere", {"source": ["elsewhere"]}, {"Arn": arn})
    put(aws, source="narrow")
    assert messages(aws, url) == []
    put(aws, source="elsewhere")
    assert len(messages(aws, url)) == 1


def test_only_aws_itself_may_use_its_sources(aws, queue):
    answer = put(aws, source="aws.ec2")
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"
    rule(aws, "inside", {"source": ["aws.made"]}, {"Arn": queue[1]})
    requests.post(f"{aws.url}/_local/events", json={"source": "aws.made", "detail-type": "X", "detail": {"n": 1}}).raise_for_status()
    assert json.loads(messages(aws, queue[0])[0]["Body"])["detail"] == {"n": 1}
    assert requests.post(f"{aws.url}/_local/events", json={"detail": {}}).status_code == 400


def test_a_pattern_that_eventbridge_refuses_is_refused(aws):
    with pytest.raises(ClientError, match="InvalidEventPatternException"):
        aws.client("events").put_rule(Name="wrong", EventPattern=json.dumps({"source": "not a list"}))
    assert aws.client("events").test_event_pattern(EventPattern='{"detail": {"a": [{"prefix": "x"}]}}', Event='{"detail": {"a": "xy"}}')["Result"]


@pytest.mark.parametrize(("pattern", "event", "expected"), [
    ({"a": ["x"]}, {"a": "x"}, True), ({"a": ["x"]}, {"a": ["y", "x"]}, True), ({"a": ["1"]}, {"a": 1}, False), ({"a": [1]}, {"a": 1.0}, True),
    ({"a": [None]}, {"a": None}, True), ({"a": [True]}, {"a": 1}, False), ({"a": [{"prefix": "x"}]}, {"a": "xy"}, True),
    ({"a": [{"suffix": "y"}]}, {"a": "xy"}, True), ({"a": [{"anything-but": ["x"]}]}, {"a": "y"}, True), ({"a": [{"anything-but": "x"}]}, {}, False),
    ({"a": [{"anything-but": {"prefix": "x"}}]}, {"a": "xy"}, False), ({"a": [{"exists": False}]}, {}, True), ({"a": {"b": [{"exists": False}]}}, {}, True),
    ({"a": [{"exists": True}]}, {"a": None}, True), ({"a": [{"numeric": [">", 1, "<=", 5]}]}, {"a": 5}, True), ({"a": [{"numeric": ["<", 5]}]}, {"a": "4"}, False),
    ({"a": [{"equals-ignore-case": "AbC"}]}, {"a": "aBc"}, True), ({"a": [{"wildcard": "a*c*e"}]}, {"a": "abcde"}, True), ({"a": [{"wildcard": "a*c"}]}, {"a": "ab"}, False),
    ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": "y"}, True), ({"$or": [{"a": ["x"]}, {"b": ["y"]}], "c": ["z"]}, {"b": "y"}, False),
    ({"d": {"items": {"id": ["1"], "k": ["v"]}}}, {"d": {"items": [{"id": "2", "k": "v"}, {"id": "1", "k": "v"}]}}, True),
    ({"d": {"items": {"id": ["1"], "k": ["v"]}}}, {"d": {"items": [{"id": "2", "k": "v"}, {"id": "1", "k": "w"}]}}, False),
    ({"a": {"b": ["x"]}}, {"a": "x"}, False),
])
def test_patterns_match_as_event_ruler_does(pattern, event, expected):
    assert patterns.matches(pattern, event) is expected


def test_an_alarm_that_is_set_tells_the_bus_and_its_topic(aws, queue):
    sns, cloudwatch = aws.client("sns"), aws.client("cloudwatch")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue[1])
    cloudwatch.put_metric_alarm(AlarmName="errors", Namespace="N", MetricName="M", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
                                ComparisonOperator="GreaterThanThreshold", AlarmActions=[topic])
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="because")
    alarm = json.loads(json.loads(messages(aws, queue[0])[0]["Body"])["Message"])
    assert (alarm["AlarmName"], alarm["NewStateValue"], alarm["OldStateValue"], alarm["NewStateReason"]) == ("errors", "ALARM", "OK", "because")
    event = requests.get(f"{aws.url}/_local/events", params={"source": "aws.cloudwatch"}).json()[-1]
    assert event["detail-type"] == "CloudWatch Alarm State Change" and event["detail"]["state"]["value"] == "ALARM"


def test_settling_waits_for_what_is_under_way(aws, monkeypatch):
    got = []
    monkeypatch.setattr(hooks, "invoke_async", lambda *a, **k: (time.sleep(0.2), got.append(1)))
    rule(aws, "slow", {"source": ["slow"]}, {"Arn": make_function(aws, "slow", source=rule_arn("slow"))})
    put(aws, source="slow")
    assert eventbridge.settle() and got == [1]
