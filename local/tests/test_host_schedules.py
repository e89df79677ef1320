"""Schedules fire at their deployed rate, as long as they are enabled."""

import json

import pytest
from driftmend_local.api import server
from driftmend_local.events.schedules import Schedules, period_of
from host_parts import client, make_function

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:sweep:live"


@pytest.fixture(scope="module")
def started():
    running = server.start(0)
    yield running
    running.stop()


@pytest.fixture
def aws(started):
    server.empty()
    return started


@pytest.fixture
def world():
    class World:
        now, fired = 100.0, []

        def invoke_async(self, arn, payload):
            if arn.endswith(":gone"):
                raise LookupError("no such function")
            self.fired.append((arn, json.loads(payload)))

    world = World()
    world.fired = []
    world.schedules = Schedules(world.invoke_async, clock=lambda: world.now)
    return world


def schedule(aws, **changes):
    scheduler, iam = client(aws.url, "scheduler"), client(aws.url, "iam")
    iam.create_role(RoleName="scheduler", AssumeRolePolicyDocument=_allowing("sts:AssumeRole", Principal={"Service": "scheduler.amazonaws.com"}))
    iam.put_role_policy(RoleName="scheduler", PolicyName="calls", PolicyDocument=_allowing(["lambda:InvokeFunction", "sqs:SendMessage"], Resource="*"))
    target = {"Arn": FUNCTION, "RoleArn": "arn:aws:iam::123456789012:role/scheduler", "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:123456789012:dead"},
              "Input": '{"id":"<aws.scheduler.execution-id>","time":"<aws.scheduler.scheduled-time>","resources":["<aws.scheduler.schedule-arn>"]}'}
    settings = {"ScheduleExpression": "rate(15 minutes)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target, "State": "ENABLED", **changes}
    return scheduler, settings


def _allowing(actions, **whom_or_what):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, **whom_or_what}]})


@pytest.mark.parametrize(("expression", "seconds"), [
    ("rate(1 minute)", 60), ("rate(15 minutes)", 900), ("rate(2 hours)", 7200), ("rate(1 day)", 86400), ("cron(0 12 * * ? *)", None), (None, None)])
def test_a_rate_says_its_period(expression, seconds):
    assert period_of(expression) == seconds


def test_a_schedule_fires_first_one_period_after_it_appeared_and_then_every_period(aws, world):
    scheduler, settings = schedule(aws)
    scheduler.create_schedule(Name="sweep", **settings)
    times = []
    for now in range(100, 100 + 2000, 100):
        world.now, before = now, len(world.fired)
        world.schedules.tick()
        times += [now] * (len(world.fired) - before)
    assert times == [1000, 1900]


def test_its_input_names_the_execution_the_time_and_the_schedule(aws, world):
    scheduler, settings = schedule(aws)
    arn = scheduler.create_schedule(Name="sweep", **settings)["ScheduleArn"]
    execution = world.schedules.fire("sweep")
    (target, event), = world.fired
    assert target == FUNCTION and event["id"] == execution and event["resources"] == [arn] and event["time"].endswith("Z")


def test_a_disabled_schedule_does_not_fire_and_an_enabled_one_waits_a_period_again(aws, world):
    scheduler, settings = schedule(aws)
    scheduler.create_schedule(Name="sweep", **settings)
    world.schedules.tick()
    scheduler.update_schedule(Name="sweep", **{**settings, "State": "DISABLED"})
    world.now += 1000
    world.schedules.tick()
    assert world.fired == []
    scheduler.update_schedule(Name="sweep", **settings)
    world.schedules.tick()
    assert world.fired == []
    world.now += 900
    world.schedules.tick()
    assert len(world.fired) == 1


def test_what_no_function_takes_goes_to_the_schedules_dead_letter_queue(aws, world):
    sqs = client(aws.url, "sqs")
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    scheduler, settings = schedule(aws)
    settings["Target"]["Arn"] = FUNCTION.replace(":sweep:live", ":gone")
    scheduler.create_schedule(Name="lost", **settings)
    execution = world.schedules.fire("lost")
    message, = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(message["Body"])["id"] == execution and message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"] == "no such function"


def test_firing_a_schedule_that_is_not_there_names_those_that_are(aws, world):
    scheduler, settings = schedule(aws)
    scheduler.create_schedule(Name="sweep", **settings)
    with pytest.raises(ValueError, match="there is no schedule nap; there is: sweep"):
        world.schedules.fire("nap")


def test_a_rule_with_a_schedule_sends_a_scheduled_event(aws, world):
    events = client(aws.url, "events")
    arn = events.put_rule(Name="tick", ScheduleExpression="rate(1 minute)")["RuleArn"]
    make_function(aws.url, "sweep")
    functions = client(aws.url, "lambda")
    functions.create_alias(FunctionName="sweep", Name="live", FunctionVersion=functions.publish_version(FunctionName="sweep")["Version"])
    functions.add_permission(FunctionName="sweep", Qualifier="live", StatementId="rules", Action="lambda:InvokeFunction", Principal="events.amazonaws.com", SourceArn=arn)
    events.put_targets(Rule="tick", Targets=[{"Id": "one", "Arn": FUNCTION}])
    world.schedules.tick()
    world.now += 60
    world.schedules.tick()
    (_, event), = world.fired
    assert event["detail-type"] == "Scheduled Event" and event["resources"] == [arn]
