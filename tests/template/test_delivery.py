import json
import re

import pytest
from deployed import evaluate, with_names

DEAD_LETTER = {"Fn::GetAtt": ["EventDeadLetterQueue", "Arn"]}
CLOUDTRAIL = "AWS API Call via CloudTrail"


def call_names(rules: dict) -> list[str]:
    return [
        name
        for rule in rules.values()
        if rule["EventPattern"]["detail-type"] == [CLOUDTRAIL]
        for name in rule["EventPattern"]["detail"]["eventName"]
    ]


def test_every_pattern_is_well_below_the_limit_of_2048_characters(of_type):
    for name, rule in of_type("AWS::Events::Rule").items():
        assert len(json.dumps(rule["EventPattern"])) < 1900, name


def test_failed_denied_and_dry_run_calls_are_left_out_by_the_pattern(of_type):
    for name, rule in of_type("AWS::Events::Rule").items():
        if rule["EventPattern"]["detail-type"] == [CLOUDTRAIL]:
            assert rule["EventPattern"]["detail"]["errorCode"] == [{"exists": False}], name


def test_a_call_is_in_one_rule_only_so_that_it_comes_once(of_type):
    names = call_names(of_type("AWS::Events::Rule"))
    assert len(names) == len(set(names))


def test_calls_of_iam_are_logged_where_they_arrive(resources):
    """CloudTrail gives them to the bus of us-east-1 only, and to a trail of one region only if it takes global services."""
    assert resources["Trail"]["Properties"]["IncludeGlobalServiceEvents"] is True


def test_what_cannot_be_handed_over_ends_in_a_queue_and_not_nowhere(of_type):
    for name, rule in of_type("AWS::Events::Rule").items():
        for target in rule["Targets"]:
            assert target["DeadLetterConfig"]["Arn"] == DEAD_LETTER, name
            assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0, name
    sweep = of_type("AWS::Scheduler::Schedule")["SweepSchedule"]["Target"]
    assert sweep["DeadLetterConfig"]["Arn"] == DEAD_LETTER
    assert sweep["RetryPolicy"]["MaximumRetryAttempts"] > 0
    route = of_type("AWS::Lambda::EventInvokeConfig")["RouteFunctionEventInvokeConfig"]
    assert route["DestinationConfig"]["OnFailure"]["Destination"] == DEAD_LETTER


def test_one_probe_that_fails_leaves_no_letter_behind_and_many_raise_alarms(resources, of_type):
    """The next probe says more than a letter would, and a letter keeps its alarm on until somebody takes it away."""
    assert "DeadLetterConfig" not in of_type("AWS::Scheduler::Schedule")["ProbeSchedule"]["Target"]
    assert not of_type("AWS::Lambda::EventInvokeConfig")["ProbeFunctionEventInvokeConfig"].get("DestinationConfig")
    errors = resources["ProbeErrorsAlarm"]["Properties"]
    assert (errors["MetricName"], errors["Dimensions"][0]["Value"]) == ("Errors", {"Ref": "ProbeFunction"})
    assert resources["MissingProbesAlarm"]["Properties"]["TreatMissingData"] == "breaching"


def test_every_rule_and_nobody_else_may_write_to_the_dead_letter_queue(resources, of_type):
    statements = resources["EventDeadLetterQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    allowed = [one for one in statements if one["Effect"] == "Allow"]
    senders = [arn["Fn::GetAtt"][0] for arn in allowed[0]["Condition"]["ArnEquals"]["aws:SourceArn"]]
    assert len(allowed) == 1
    assert sorted(senders) == sorted(of_type("AWS::Events::Rule"))


def test_every_queue_has_one_policy_that_refuses_plain_http(of_type):
    policies = of_type("AWS::SQS::QueuePolicy").values()
    assert sorted(queue["Ref"] for policy in policies for queue in policy["Queues"]) == sorted(
        of_type("AWS::SQS::Queue")
    )
    for policy in policies:
        assert any(
            one["Effect"] == "Deny" and one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            for one in policy["PolicyDocument"]["Statement"]
        )


def test_work_is_redelivered_only_after_six_timeouts_and_given_up_after_several_tries(resources):
    queue = resources["WorkQueue"]["Properties"]
    assert queue["VisibilityTimeout"] >= 6 * resources["ReconcileFunction"]["Properties"]["Timeout"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["WorkDeadLetterQueue", "Arn"]}
    assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5
    dead = resources["WorkDeadLetterQueue"]["Properties"]
    assert queue["FifoQueue"] and dead["FifoQueue"], "a FIFO queue's failures go to a FIFO queue"
    assert dead["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]
    assert "FifoQueue" not in resources["EventDeadLetterQueue"]["Properties"]


@pytest.mark.parametrize(
    ("schedule", "function", "kind"),
    [("SweepSchedule", "RouteFunction", "Sweep"), ("ProbeSchedule", "ProbeFunction", "Probe")],
)
def test_a_schedule_sends_an_event_with_an_object_as_its_detail(resources, schedule, function, kind):
    target = resources[schedule]["Properties"]["Target"]
    assert target["Arn"] == {"Ref": f"{function}Aliaslive"}
    text = re.sub(r"\$\{AWS::(\w+)\}", r"\1", target["Input"]["Fn::Sub"])
    assert json.loads(text) == {
        "version": "0",
        "id": "<aws.scheduler.execution-id>",
        "source": "driftmend.schedule",
        "detail-type": kind,
        "time": "<aws.scheduler.scheduled-time>",
        "account": "AccountId",
        "region": "Region",
        "resources": ["<aws.scheduler.schedule-arn>"],
        "detail": {},
    }


def test_alarms_reach_the_topic_and_say_when_it_is_over(of_type):
    topic = [{"Ref": "AlertTopic"}]
    for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
        assert (alarm["AlarmActions"], alarm["OKActions"]) == (topic, topic), name


def test_silence_of_the_sweeps_is_an_alarm(resources):
    alarm = resources["MissingSweepsAlarm"]["Properties"]
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["Dimensions"] == [{"Name": "Guard", "Value": {"Ref": "AWS::StackName"}}]


def services(statements):
    return {
        name
        for one in statements
        if "Service" in one["Principal"]
        for name in [one["Principal"]["Service"]]
        if one["Effect"] == "Allow"
    }


def test_whoever_may_publish_to_the_topic_may_use_its_key_and_nobody_else(resources):
    """A topic under a key takes nothing from a service that the key does not let in; EventBridge cannot meet a condition on its source."""
    assert resources["AlertTopic"]["Properties"]["KmsMasterKeyId"] == {"Fn::GetAtt": ["AlertKey", "Arn"]}
    key = resources["AlertKey"]["Properties"]["KeyPolicy"]["Statement"]
    topic = resources["AlertTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert services(key) == services(topic) == {"cloudwatch.amazonaws.com"}
    assert next(one for one in key if "Service" in one["Principal"])["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]


def test_no_rule_of_the_guard_publishes_to_a_topic(of_type):
    targets = [target["Arn"] for rule in of_type("AWS::Events::Rule").values() for target in rule["Targets"]]
    assert targets
    assert not [arn for arn in targets if "Topic" in json.dumps(arn)]


def dashboard(resources, workload: bool) -> dict:
    values = with_names(workload=workload) | {f"{name}.Arn": name for name, one in resources.items() if one["Type"] == "AWS::CloudWatch::Alarm"}
    return json.loads(evaluate(resources["Dashboard"]["Properties"]["DashboardBody"], values))


@pytest.mark.parametrize("workload", [True, False])
def test_the_dashboard_shows_every_alarm_that_there_is(resources, workload):
    there = {name for name, one in resources.items() if one["Type"] == "AWS::CloudWatch::Alarm" and (workload or one.get("Condition") != "HasWorkload")}
    [shown] = [one["properties"]["alarms"] for one in dashboard(resources, workload)["widgets"] if one["type"] == "alarm"]
    assert sorted(shown) == sorted(there)


def test_the_dashboard_of_a_guard_alone_shows_no_load_balancer(resources):
    namespaces = {way: {metric[0] for one in dashboard(resources, way)["widgets"] for metric in one["properties"].get("metrics", [])} for way in (True, False)}
    assert namespaces[True] - namespaces[False] == {"AWS/ApplicationELB"}
    assert {"Driftmend", "AWS/SQS", "AWS/Lambda"} <= namespaces[False]


def test_the_alarms_on_silence_come_after_the_first_boot_if_there_is_one(resources):
    """Before the first sweep they would begin with a page. DependsOn takes no condition."""
    for name in ("MissingSweepsAlarm", "MissingProbesAlarm"):
        assert resources[name]["Metadata"]["After"] == {"Fn::If": ["HasWorkload", {"Ref": "WebInstance"}, ""]}
