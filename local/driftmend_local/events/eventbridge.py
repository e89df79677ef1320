"""The event buses: rules matched as AWS does, events handed to their targets beside the caller, failures to dead-letter queues."""

import json
import logging
import queue
import threading
import uuid
from collections import deque
from datetime import UTC, datetime

from botocore.exceptions import ClientError
from moto.events.models import Rule, events_backends

from . import bus, patterns, resource_policies
from ..api import hooks
from ..functions import underway
from ..api.gateway import on_reset, operation, register
from ..api.inside import Origin, acting_as, client
from ..api.request import ACCOUNT, AwsError
from .target_input import input_for

log = logging.getLogger("driftmend.local")
_seen = deque(maxlen=2000)
_waiting = queue.Queue()
_worker = None

Rule.send_to_targets = lambda self, *_args, **_kwargs: None  # moto's own delivery; everything goes through `_match`


@on_reset
def _forget():
    _seen.clear()


def deliver(event, region, bus_name="default"):
    """Take one complete event; rules are matched and targets served by one thread, in the order of arrival."""
    global _worker
    _seen.append(event)
    if _worker is None:
        _worker = threading.Thread(target=_work, name="event-bus", daemon=True)
        _worker.start()
    underway.begin("events")
    _waiting.put((event, region, bus_name))


bus.bind(deliver)


def settle(timeout=5):
    """Wait until every event put so far has been handed to its targets."""
    done = threading.Event()
    _waiting.put(done)
    return done.wait(timeout)


def _work():
    while True:
        item = _waiting.get()
        if isinstance(item, threading.Event):
            item.set()
            continue
        try:
            _match(*item)
        except Exception:
            log.exception("an event could not be matched")
        finally:
            underway.end("events")


def _match(event, region, bus_name):
    event_bus = events_backends[ACCOUNT][region].event_buses.get(bus_name)
    for rule in list(event_bus.rules.values()) if event_bus else []:
        pattern = rule.event_pattern.dump() if rule.event_pattern else None
        if rule.state.startswith("ENABLED") and pattern and patterns.matches(json.loads(pattern), event):
            for target in list(rule.targets):
                _hand(rule, target, event, region)


def _hand(rule, target, event, region):
    text = input_for(target, event, rule.arn)
    try:
        with acting_as(Origin()):
            _send(target, text, event, region, rule)
    except Exception as problem:
        error = _error(problem)
        log.info("rule %s could not hand an event to %s: %s", rule.name, target["Arn"], error["Message"])
        dead_letter(target.get("DeadLetterConfig", {}).get("Arn"), text, rule.arn, target["Arn"], error, region)


def _error(problem):
    if isinstance(problem, ClientError):
        return problem.response["Error"]
    code = "NO_PERMISSIONS" if isinstance(problem, resource_policies.NotAllowed) else "NO_RESOURCE" if isinstance(problem, LookupError) else "SDK_CLIENT_ERROR"
    return {"Code": code, "Message": str(problem)}


def dead_letter(queue_arn, text, rule_arn, target_arn, error, region="us-east-1"):
    """Put an undeliverable event on a rule's dead-letter queue with EventBridge's attributes; nothing if there is no queue."""
    if not queue_arn:
        return
    said = {"RULE_ARN": rule_arn, "TARGET_ARN": target_arn, "ERROR_CODE": error.get("Code", "UNKNOWN"), "ERROR_MESSAGE": error.get("Message", "") or "-"}
    try:
        resource_policies.require(queue_arn, "events.amazonaws.com", rule_arn)
        client("sqs", region).send_message(
            QueueUrl=_queue_url(queue_arn, region), MessageBody=text,
            MessageAttributes={k: {"DataType": "String", "StringValue": v} for k, v in said.items() if v})
    except (ClientError, LookupError, PermissionError) as problem:
        log.warning("an event is lost: its dead-letter queue did not take it: %s", problem)


def _send(target, text, event, region, rule):
    arn = target["Arn"]
    service = arn.split(":")[2]
    if service in ("lambda", "sqs", "sns"):
        resource_policies.require(arn, "events.amazonaws.com", rule.arn)
    if service == "lambda":
        hooks.invoke_async(arn, text.encode(), dead_letter=target.get("DeadLetterConfig", {}).get("Arn"), retry=target.get("RetryPolicy"))
    elif service == "sqs":
        group = target.get("SqsParameters", {}).get("MessageGroupId")
        client("sqs", region).send_message(QueueUrl=_queue_url(arn, region), MessageBody=text, **({"MessageGroupId": group} if group else {}))
    elif service == "sns":
        client("sns", region).publish(TopicArn=arn, Message=text)
    elif service == "logs":
        group, stream = arn.split(":log-group:")[1].removesuffix(":*"), str(uuid.uuid4())
        client("logs", region).create_log_stream(logGroupName=group, logStreamName=stream)
        client("logs", region).put_log_events(logGroupName=group, logStreamName=stream, logEvents=[
            {"timestamp": int(datetime.now(UTC).timestamp() * 1000), "message": text}])
    elif service == "events" and ":event-bus/" in arn:
        deliver(event, region, arn.split("event-bus/")[1])
    else:
        raise LookupError(f"the local AWS does not deliver to targets such as {arn}")


def _queue_url(arn, region):
    return client("sqs", region).get_queue_url(QueueName=arn.split(":")[-1])["QueueUrl"]


@operation("events", "PutEvents")
def put_events(call, _moto):
    answers = [_put(entry, call.region) for entry in call.params["Entries"]]
    return {"FailedEntryCount": sum("ErrorCode" in a for a in answers), "Entries": answers}


def _put(entry, region):
    source, detail = entry.get("Source", ""), entry.get("Detail", "")
    if not source or not entry.get("DetailType"):
        return {"ErrorCode": "InvalidArgument", "ErrorMessage": "Parameter Source and DetailType are not valid. Reason: they are required arguments."}
    if source.startswith("aws."):
        return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
    try:
        body = json.loads(detail)
        if not isinstance(body, dict):
            raise ValueError("not an object")
    except ValueError:
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    bus_name = entry.get("EventBusName", "default").split("event-bus/")[-1]
    time = entry.get("Time") or datetime.now(UTC)
    event = _envelope({"source": source, "detail-type": entry["DetailType"], "detail": body, "resources": entry.get("Resources", []),
                       "time": time.strftime("%Y-%m-%dT%H:%M:%SZ")}, region)
    deliver(event, region, bus_name)
    return {"EventId": event["id"]}


def _envelope(event, region="us-east-1"):
    base = {"version": "0", "id": str(uuid.uuid4()), "detail-type": "", "source": "", "account": ACCOUNT,
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "region": region, "resources": [], "detail": {}}
    return base | event


@operation("events", "TestEventPattern")
def test_event_pattern(call, _moto):
    return {"Result": patterns.matches(_pattern_of(call), json.loads(call.params["Event"]))}


@operation("events", "PutRule")
def put_rule(call, moto):
    if "EventPattern" in call.params:
        _pattern_of(call)
        if len(call.params["EventPattern"]) > 4096:
            raise AwsError("ValidationException", "1 validation error detected: Value at 'eventPattern' failed to satisfy constraint: Member must have length less than or equal to 4096")
    return moto(call)


def _pattern_of(call):
    try:
        pattern = json.loads(call.params["EventPattern"])
        patterns.check(pattern)
    except ValueError as wrong:
        raise AwsError("InvalidEventPatternException", str(wrong) if "Reason" in str(wrong) else "Event pattern is not valid. Reason: " + str(wrong)) from wrong
    return pattern


def _local(method, payload, query):
    """POST one raw event (any source) or a list of them; GET the events that the buses took, oldest first; DELETE forgets them.

    POST to /hold keeps what AWS services publish until POST to /release.
    """
    if query["rest"] in ("hold", "release"):
        if query["rest"] == "hold":
            bus.hold()
            return 200, {"held": True}
        return 200, {"released": bus.release()}
    if method == "DELETE":
        _seen.clear()
        return 200, []
    if method == "GET":
        return 200, [e for e in _seen if all(e.get(k) == v for k, v in query.items() if k in ("source", "detail-type"))]
    events = payload if isinstance(payload, list) else [payload]
    if not all(isinstance(e, dict) and e.get("source") and e.get("detail-type") for e in events):
        raise ValueError('POST an event: {"source": ..., "detail-type": ..., "detail": {...}}')
    sent = [_envelope(e) for e in events]
    for event in sent:
        deliver(event, event["region"])
    return 200, [e["id"] for e in sent]


register("/_local/events", _local)
