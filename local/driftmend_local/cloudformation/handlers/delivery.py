"""Queues, topics, event rules, schedules."""

import json

from .base import Handler, changed, handles

_QUEUE_ATTRIBUTES = {
    "DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "VisibilityTimeout", "RedrivePolicy",
    "RedriveAllowPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled", "FifoQueue",
    "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"}


@handles("AWS::SQS::Queue")
class Queue(Handler):
    def create(self, ctx, p):
        fifo = str(p.get("FifoQueue", False)).lower() == "true"
        name = p.get("QueueName") or ctx.name(75) + (".fifo" if fifo else "")
        attributes = {k: _text(v) for k, v in p.items() if k in _QUEUE_ATTRIBUTES and (k != "FifoQueue" or fifo)}
        url = ctx.call("sqs", "create_queue", QueueName=name, Attributes=attributes, tags=ctx.tag_map(p))["QueueUrl"]
        arn = ctx.call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return url, {"Arn": arn, "QueueName": name, "QueueUrl": url}

    def update(self, ctx, old, new):
        if changed(old, new) & {"QueueName", "FifoQueue"}:
            return None
        attributes = {k: _text(v) for k, v in new.items() if k in _QUEUE_ATTRIBUTES - {"FifoQueue"}}
        ctx.call("sqs", "set_queue_attributes", QueueUrl=ctx.id, Attributes=attributes)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("sqs", "delete_queue", QueueUrl=ctx.id)


@handles("AWS::SQS::QueuePolicy")
class QueuePolicy(Handler):
    def create(self, ctx, p):
        for url in p["Queues"]:
            ctx.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes={"Policy": json.dumps(p["PolicyDocument"])})
        return ctx.name(128), {"Id": ctx.resource.logical_id}

    def update(self, ctx, old, new):
        self.create(ctx, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        for url in p["Queues"]:
            ctx.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes={"Policy": ""})


@handles("AWS::SNS::Topic")
class Topic(Handler):
    def create(self, ctx, p):
        fifo = str(p.get("FifoTopic", False)).lower() == "true"
        name = p.get("TopicName") or ctx.name(200) + (".fifo" if fifo else "")
        arn = ctx.call("sns", "create_topic", Name=name, Attributes=self._attributes(p), Tags=ctx.tags(p))["TopicArn"]
        for subscription in p.get("Subscription", []):
            ctx.call("sns", "subscribe", subscription, TopicArn=arn)
        return arn, {"TopicArn": arn, "TopicName": name}

    def update(self, ctx, old, new):
        if changed(old, new) & {"TopicName", "FifoTopic"}:
            return None
        for key, value in self._attributes(new).items():
            ctx.call("sns", "set_topic_attributes", TopicArn=ctx.id, AttributeName=key, AttributeValue=value)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("sns", "delete_topic", TopicArn=ctx.id)

    def _attributes(self, p):
        keys = ("DisplayName", "KmsMasterKeyId", "FifoTopic", "ContentBasedDeduplication", "SignatureVersion", "TracingConfig")
        return {k: _text(p[k]) for k in keys if k in p}


@handles("AWS::SNS::TopicPolicy")
class TopicPolicy(Handler):
    def create(self, ctx, p):
        for arn in p["Topics"]:
            ctx.call("sns", "set_topic_attributes", TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(p["PolicyDocument"]))
        return ctx.name(128), {"Id": ctx.resource.logical_id}

    def update(self, ctx, old, new):
        self.create(ctx, new)
        return ctx.id, ctx.resource.attributes


@handles("AWS::SNS::Subscription")
class Subscription(Handler):
    _KEYS = ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy", "DeliveryPolicy", "SubscriptionRoleArn")

    def create(self, ctx, p):
        attributes = {k: _text(p[k]) for k in self._KEYS if k in p}
        arn = ctx.call("sns", "subscribe", TopicArn=p["TopicArn"], Protocol=p["Protocol"], Endpoint=p.get("Endpoint"),
                       Attributes=attributes, ReturnSubscriptionArn=True)["SubscriptionArn"]
        return arn, {"Arn": arn}

    def update(self, ctx, old, new):
        if changed(old, new) & {"TopicArn", "Protocol", "Endpoint"}:
            return None
        for key in self._KEYS:
            if new.get(key) != old.get(key):
                ctx.call("sns", "set_subscription_attributes", SubscriptionArn=ctx.id, AttributeName=key, AttributeValue=_text(new.get(key, {})))
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("sns", "unsubscribe", SubscriptionArn=ctx.id)


@handles("AWS::Events::Rule")
class Rule(Handler):
    def create(self, ctx, p):
        name = p.get("Name") or ctx.name(64)
        return self._put(ctx, name, p)

    def update(self, ctx, old, new):
        if changed(old, new) & {"Name", "EventBusName"}:
            return None
        gone = {t["Id"] for t in old.get("Targets", [])} - {t["Id"] for t in new.get("Targets", [])}
        name = ctx.id.split("|")[-1]
        if gone:
            ctx.call("events", "remove_targets", Rule=name, EventBusName=new.get("EventBusName"), Ids=sorted(gone))
        return self._put(ctx, name, new)

    def delete(self, ctx, p):
        name, bus = ctx.id.split("|")[-1], p.get("EventBusName")
        if p.get("Targets"):
            ctx.call("events", "remove_targets", Rule=name, EventBusName=bus, Ids=[t["Id"] for t in p["Targets"]])
        ctx.call("events", "delete_rule", Name=name, EventBusName=bus)

    def _put(self, ctx, name, p):
        pattern = json.dumps(p["EventPattern"]) if "EventPattern" in p else None
        arn = ctx.call("events", "put_rule", p, Name=name, EventPattern=pattern, State=p.get("State", "ENABLED"), Tags=ctx.tags(p))["RuleArn"]
        if p.get("Targets"):
            ctx.call("events", "put_targets", Rule=name, EventBusName=p.get("EventBusName"), Targets=p["Targets"])
        return (f"{p['EventBusName']}|{name}" if p.get("EventBusName", "default") != "default" else name), {"Arn": arn}


@handles("AWS::Scheduler::ScheduleGroup")
class ScheduleGroup(Handler):
    def create(self, ctx, p):
        name = p.get("Name") or ctx.name(64)
        return name, {"Arn": ctx.call("scheduler", "create_schedule_group", p, Name=name)["ScheduleGroupArn"]}

    def delete(self, ctx, p):
        ctx.call("scheduler", "delete_schedule_group", Name=ctx.id)


@handles("AWS::Scheduler::Schedule")
class Schedule(Handler):
    def create(self, ctx, p):
        name = p.get("Name") or ctx.name(64)
        return name, {"Arn": ctx.call("scheduler", "create_schedule", p, Name=name)["ScheduleArn"]}

    def update(self, ctx, old, new):
        if changed(old, new) & {"Name", "GroupName"}:
            return None
        ctx.call("scheduler", "update_schedule", new, Name=ctx.id)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("scheduler", "delete_schedule", Name=ctx.id, GroupName=p.get("GroupName"))


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)
