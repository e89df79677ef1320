"""An alarm that is set to a state tells the default bus and its actions, as one that CloudWatch evaluates would."""

import json
import logging
from datetime import UTC, datetime

from moto.cloudwatch.models import cloudwatch_backends

from . import bus, resource_policies
from ..api import hooks
from ..api.gateway import operation
from ..api.inside import Origin, acting_as, client

log = logging.getLogger("driftmend.local")
_SERVICES = {"sns": "cloudwatch.amazonaws.com", "lambda": "lambda.alarms.cloudwatch.amazonaws.com"}
_ACTIONS = {"ALARM": "alarm_actions", "OK": "ok_actions", "INSUFFICIENT_DATA": "insufficient_data_actions"}


@operation("cloudwatch", "SetAlarmState")
def set_alarm_state(call, moto):
    backend = cloudwatch_backends[call.account][call.region]
    alarm = backend.alarms.get(call.params["AlarmName"])
    before = _state(alarm) if alarm else None
    answer = moto(call)
    alarm = backend.alarms[call.params["AlarmName"]]
    if before["value"] != alarm.state_value:
        bus.publish("aws.cloudwatch", "CloudWatch Alarm State Change", {
            "alarmName": alarm.name, "state": _state(alarm), "previousState": before, "configuration": _configuration(alarm)}, [alarm.alarm_arn], call.region)
        if alarm.actions_enabled:
            for action in getattr(alarm, _ACTIONS[alarm.state_value]) or []:
                _act(action, alarm, before, call)
    return answer


def _state(alarm):
    return {"value": alarm.state_value, "reason": alarm.state_reason, "reasonData": alarm.state_reason_data or "{}",
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")}


def _configuration(alarm):
    metric = {"namespace": alarm.namespace, "name": alarm.metric_name, "dimensions": {d.name: d.value for d in alarm.dimensions}}
    stat = {"metric": metric, "period": alarm.period, "stat": alarm.statistic}
    return {"description": alarm.description or "", "metrics": [{"id": "m1", "metricStat": stat, "returnData": True}]}


def _act(action, alarm, before, call):
    kind = action.split(":")[2]
    if kind in ("sns", "lambda"):
        try:
            resource_policies.require(action, _SERVICES[kind], alarm.alarm_arn)
        except (resource_policies.NotAllowed, LookupError) as problem:
            log.warning("the alarm %s could not run its action: %s", alarm.name, problem)
            return
    with acting_as(Origin()):
        if kind == "sns":
            client("sns", call.region).publish(TopicArn=action, Subject=f'{alarm.state_value}: "{alarm.name}" in US East (N. Virginia)'[:100], Message=json.dumps({
                "AlarmName": alarm.name, "AlarmDescription": alarm.description, "AWSAccountId": call.account, "NewStateValue": alarm.state_value,
                "NewStateReason": alarm.state_reason, "StateChangeTime": _state(alarm)["timestamp"], "Region": call.region, "AlarmArn": alarm.alarm_arn,
                "OldStateValue": before["value"], "Trigger": {"MetricName": alarm.metric_name, "Namespace": alarm.namespace,
                                                              "Dimensions": [{"name": d.name, "value": d.value} for d in alarm.dimensions]}}))
        elif kind == "lambda":
            hooks.invoke_async(action, json.dumps({"source": "aws.cloudwatch", "alarmArn": alarm.alarm_arn, "accountId": call.account, "region": call.region,
                                                   "alarmData": {"alarmName": alarm.name, "state": _state(alarm), "previousState": before,
                                                                 "configuration": _configuration(alarm)}}).encode())
