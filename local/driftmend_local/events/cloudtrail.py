"""CloudTrail: every API call that changes something becomes a record, and an event on the default bus while a trail logs writes."""

import json
import threading
from collections import deque
from datetime import UTC, datetime

from moto.cloudtrail.models import cloudtrail_backends

from . import bus, services_at_work
from ..api.gateway import after, on_reset, operation, register
from ..api.paging import page
from ..api.principal import Principal
from .records import record_of
from ..api.request import ACCOUNT

_records = deque(maxlen=10000)
_lock = threading.Lock()
_READS = ("Describe", "Get", "List", "Lookup", "Search", "Query", "Scan", "Select", "BatchGet", "Head", "Receive", "Test", "Validate",
          "AssumeRole", "Decrypt", "Encrypt", "GenerateDataKey", "Filter", "Poll", "Estimate", "Check", "Preview", "Verify")
_DATA_EVENTS = {
    "sqs": {"ReceiveMessage", "SendMessage", "SendMessageBatch", "DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch"},
    "sns": {"Publish", "PublishBatch"}, "events": {"PutEvents"}, "lambda": {"Invoke", "InvokeAsync"},
    "dynamodb": {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "ExecuteStatement"},
    "logs": {"PutLogEvents"}, "cloudwatch": {"PutMetricData"}, "xray": {"PutTraceSegments", "PutTelemetryRecords"},
    "s3": {"PutObject", "DeleteObject", "DeleteObjects", "CopyObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"}}
_STATE_CHANGES = {"RunInstances": ("Instances", ("pending", "running")), "StartInstances": ("StartingInstances", ("pending", "running")),
                  "StopInstances": ("StoppingInstances", ("stopping", "stopped")),
                  "TerminateInstances": ("TerminatingInstances", ("shutting-down", "terminated"))}
_CLOUDFORMATION = Principal("Root", f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, None)


@on_reset
def _forget():
    _records.clear()


@after
def record(call, status, read, _milliseconds):
    if call.origin and call.origin.service is None:
        return
    if call.action in _DATA_EVENTS.get(call.service, ()):
        return
    reads = call.action.startswith(_READS)
    # Of reads only the denied ones are kept: somebody looks for those, and the others are too many.
    answer = read() if not reads or status >= 400 else {}
    if reads and not is_denied(answer.get("Error", {}).get("Code", "")):
        return
    principal, service = call.principal or _CLOUDFORMATION, call.origin and call.origin.service
    if not call.origin:
        principal, service = services_at_work.caller(principal, call.access_key)
    made = record_of(call, status, answer, principal, service)
    made["readOnly"] = reads
    with _lock:
        _records.append(made)
    if not reads and _a_trail_logs_writes(call.region):
        bus.publish(f"aws.{made['eventSource'].split('.')[0]}", "AWS API Call via CloudTrail", made, region=call.region, time=made["eventTime"])
    if status < 400 and call.service == "ec2" and call.action in _STATE_CHANGES:
        _tell_states(call, answer)


def is_denied(code):
    return code.startswith(("AccessDenied", "UnauthorizedOperation", "AuthorizationError", "KMS"))


def _tell_states(call, answer):
    key, states = _STATE_CHANGES[call.action]
    for changed in answer.get(key, []):
        if changed.get("PreviousState", {}).get("Name") == states[-1]:
            continue
        for state in states:
            bus.publish("aws.ec2", "EC2 Instance State-change Notification", {"instance-id": changed["InstanceId"], "state": state},
                        [f"arn:aws:ec2:{call.region}:{ACCOUNT}:instance/{changed['InstanceId']}"], call.region)


def _a_trail_logs_writes(region):
    for home in list(cloudtrail_backends[ACCOUNT].values()):
        for trail in list(home.trails.values()):
            if trail.status.is_logging and (trail.is_multi_region or trail.region_name == region) and _selects_writes(trail):
                return True
    return False


def _selects_writes(trail):
    if trail.advanced_event_selectors:
        return any(_advanced_writes(s) for s in trail.advanced_event_selectors)
    if not trail.event_selectors:
        return True
    return any(s.get("IncludeManagementEvents", True) and s.get("ReadWriteType", "All") in ("All", "WriteOnly") for s in trail.event_selectors)


def _advanced_writes(selector):
    fields = {f["Field"]: f for f in selector.get("FieldSelectors", [])}
    return "Management" in fields.get("eventCategory", {}).get("Equals", []) and "true" not in fields.get("readOnly", {}).get("Equals", [])


@operation("cloudtrail", "LookupEvents")
def lookup_events(call, _moto):
    """Answers from the records of this process, newest first; like CloudTrail's event history it needs no trail."""
    p = call.params
    with _lock:
        found = [r for r in reversed(_records) if r["awsRegion"] == call.region and _wanted(r, p)]
    shown, token = page(call, found, p.get("NextToken"), p.get("MaxResults", 50), "InvalidNextTokenException")
    return {"Events": [_history(r) for r in shown]} | ({"NextToken": token} if token else {})


def _wanted(record, p):
    time = datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%SZ")
    if p.get("StartTime") and time < _naive(p["StartTime"]).replace(microsecond=0) or p.get("EndTime") and time > _naive(p["EndTime"]):
        return False
    return all(_has(record, a["AttributeKey"], a["AttributeValue"]) for a in p.get("LookupAttributes", []))


def _naive(time):
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def _has(record, key, value):
    if key == "ResourceName":
        return value in {r["ResourceName"] for r in _resources(record)}
    if key == "ResourceType":
        return value in {r["ResourceType"] for r in _resources(record)}
    shown = _history(record)
    return shown.get({"EventId": "EventId", "AccessKeyId": "AccessKeyId"}.get(key, key)) == value


def _history(record):
    identity = record["userIdentity"]
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    name = identity["arn"].split("/")[-1] if issuer else identity.get("userName") or identity.get("invokedBy", "root")
    return {"EventId": record["eventID"], "EventName": record["eventName"], "ReadOnly": str(record["readOnly"]).lower(),
            "AccessKeyId": identity.get("accessKeyId", ""),
            "EventTime": datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC), "EventSource": record["eventSource"],
            "Username": name, "Resources": _resources(record), "CloudTrailEvent": json.dumps(record)}


_RESOURCE_KEYS = {"groupId": "AWS::EC2::SecurityGroup", "instanceId": "AWS::EC2::Instance", "vpcId": "AWS::EC2::VPC", "subnetId": "AWS::EC2::Subnet",
                  "routeTableId": "AWS::EC2::RouteTable", "internetGatewayId": "AWS::EC2::InternetGateway", "networkAclId": "AWS::EC2::NetworkAcl",
                  "natGatewayId": "AWS::EC2::NatGateway", "networkInterfaceId": "AWS::EC2::NetworkInterface", "allocationId": "AWS::EC2::EIP",
                  "publicIp": "AWS::EC2::EIP", "loadBalancerArn": "AWS::ElasticLoadBalancingV2::LoadBalancer",
                  "targetGroupArn": "AWS::ElasticLoadBalancingV2::TargetGroup", "listenerArn": "AWS::ElasticLoadBalancingV2::Listener",
                  "ruleArn": "AWS::ElasticLoadBalancingV2::ListenerRule", "roleName": "AWS::IAM::Role", "policyArn": "AWS::IAM::Policy",
                  "instanceProfileName": "AWS::IAM::InstanceProfile", "stackName": "AWS::CloudFormation::Stack"}


def _resources(record):
    found = {}

    def walk(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                kind = _RESOURCE_KEYS.get(key[:1].lower() + key[1:])
                if kind and isinstance(inner, str):
                    found[inner] = kind
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)
    walk(record["requestParameters"])
    walk(record["responseElements"])
    return [{"ResourceName": name, "ResourceType": kind} for name, kind in found.items()]


def _local(method, _payload, query):
    """DELETE: the event history forgets what is in it, as CloudTrail's does after 90 days; GET counts what it knows."""
    with _lock:
        if method == "DELETE":
            _records.clear()
        return 200, {"records": len(_records), "oldest": _records[0]["eventTime"] if _records else None}


register("/_local/event-history", _local)
