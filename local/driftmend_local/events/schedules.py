"""EventBridge Scheduler schedules and schedule rules, fired at their deployed rate.

Source: EventBridge Scheduler user guide, "Schedule types" and "Adding context attributes"; EventBridge user guide,
"Creating a rule that runs on a schedule". Only rate expressions are fired: a cron or at expression fires by hand alone.
"""

import datetime
import json
import logging
import re
import threading
import time
import uuid

from moto.events.models import events_backends
from moto.scheduler.models import scheduler_backends

from . import destinations
from ..functions.function_config import REGION
from ..iam import judgement
from ..iam.needs import Asked
from ..api.request import ACCOUNT

log = logging.getLogger("driftmend.local")
_RATE = re.compile(r"^rate\((\d+) (minute|hour|day)s?\)$")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_LOOK_SECONDS = 0.5
_SENDS = {"lambda": "lambda:InvokeFunction", "sqs": "sqs:SendMessage", "sns": "sns:Publish"}


def period_of(expression):
    """The seconds between two firings of a rate expression, or None for any other expression."""
    found = _RATE.match(expression or "")
    return int(found.group(1)) * _SECONDS[found.group(2)] if found else None


class Schedules:
    """Fires what is enabled, the first time one period after it appeared, was switched on or got another rate.

    `invoke_async(function_arn, payload)` takes what is due for a function; a LookupError sends it to the target's dead letter queue.
    """

    def __init__(self, invoke_async, clock=time.monotonic):
        self._invoke_async, self._clock = invoke_async, clock
        self._due = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedules", daemon=True)

    def start(self):
        self._thread.start()

    def close(self):
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def known(self):
        """[{"name", "kind", "expression", "state", "inSeconds"}] of all schedules; `inSeconds` is None where nothing fires."""
        with self._lock:
            due = dict(self._due)
        now = self._clock()
        return [{"name": one.name, "kind": one.kind, "expression": one.expression, "state": one.state,
                 "inSeconds": round(due[one.key][1] - now, 1) if one.key in due else None} for one in _all()]

    def fire(self, name):
        """Fire the schedule of that name now, whatever its state. Answers the execution's id. Raises ValueError if there is none."""
        found = [one for one in _all() if one.name == name]
        if not found:
            raise ValueError(f"there is no schedule {name}; there is: {', '.join(sorted(one.name for one in _all())) or 'none'}")
        return self._fire(found[0])

    def tick(self):
        """Fire what is due, and take note of what came, went or changed."""
        now, firing = self._clock(), []
        with self._lock:
            enabled = {one.key: one for one in _all() if one.state == "ENABLED" and period_of(one.expression)}
            self._due = {key: due for key, due in self._due.items() if key in enabled and due[0] == enabled[key].expression}
            for key, one in enabled.items():
                period = period_of(one.expression)
                expression, at = self._due.get(key, (one.expression, now + period))
                if at <= now:
                    firing.append(one)
                    at += period * (int((now - at) / period) + 1)
                self._due[key] = (expression, at)
        for one in firing:
            try:
                self._fire(one)
            except Exception:
                log.exception("the schedule %s did not fire", one.name)

    def _run(self):
        while not self._stopped.wait(_LOOK_SECONDS):
            self.tick()

    def _fire(self, one):
        execution = str(uuid.uuid4())
        at = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        for target, payload in one.deliveries(execution, at):
            try:
                one.require(target, target["Arn"])
                self._hand_over(target, payload)
            except (LookupError, destinations.NoDestination, judgement.Denied) as problem:
                log.warning("the schedule %s: %s", one.name, problem)
                self._dead_letter(one, target, payload, problem)
        return execution

    @staticmethod
    def _dead_letter(one, target, payload, problem):
        queue = (target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue:
            return
        code = "NO_PERMISSIONS" if isinstance(problem, judgement.Denied) else "NO_RESOURCE"
        try:
            one.require(target, queue)
            destinations.send(queue, payload, {"TARGET_ARN": target["Arn"], "ERROR_CODE": code, "ERROR_MESSAGE": str(problem)})
        except judgement.Denied as denied:
            log.warning("the dead letter queue of the schedule %s: %s", one.name, denied)

    def _hand_over(self, target, payload):
        if target["Arn"].split(":")[2] == "lambda":
            self._invoke_async(target["Arn"], payload.encode())
        else:
            destinations.send(target["Arn"], payload, group=(target.get("SqsParameters") or {}).get("MessageGroupId"))


class _Schedule:
    """A schedule of EventBridge Scheduler."""

    kind = "schedule"

    def __init__(self, schedule):
        self._schedule = schedule
        self.key, self.name, self.expression, self.state = schedule.arn, schedule.name, schedule.schedule_expression, schedule.state

    def require(self, target, arn):
        """Raises Denied unless Scheduler may take the target's role, and the role may send to the ARN."""
        group = self.key.rpartition("/")[0].replace(":schedule/", ":schedule-group/")
        judgement.require_trust(target["RoleArn"], "scheduler.amazonaws.com", group)
        judgement.require_role(target["RoleArn"], Asked(_SENDS[arn.split(":")[2]], arn))

    def deliveries(self, execution, at):
        target = self._schedule.target
        values = {"schedule-arn": self.key, "scheduled-time": at, "execution-id": execution, "attempt-number": "1"}
        payload = re.sub(r"<aws\.scheduler\.([a-z-]+)>", lambda found: values.get(found.group(1), found.group(0)), target.get("Input") or "{}")
        return [(target, payload)]


class _Rule:
    """A rule with a schedule on the default bus."""

    kind = "rule"

    def __init__(self, rule):
        self._rule = rule
        self.key, self.name, self.expression, self.state = rule.arn, rule.name, rule.scheduled_expression, rule.state

    def require(self, _target, arn):
        """Raises Denied unless the target's own policy lets EventBridge in for this rule."""
        judgement.require_service("events.amazonaws.com", Asked(_SENDS[arn.split(":")[2]], arn), self.key)

    def deliveries(self, execution, at):
        event = {"version": "0", "id": execution, "detail-type": "Scheduled Event", "source": "aws.events", "account": ACCOUNT,
                 "time": at, "region": REGION, "resources": [self.key], "detail": {}}
        return [(target, target.get("Input") or json.dumps(event)) for target in list(self._rule.targets)]


def _all():
    groups = list(scheduler_backends[ACCOUNT][REGION].schedule_groups.values())
    schedules = [_Schedule(schedule) for group in groups for schedule in list(group.schedules.values())]
    buses = events_backends[ACCOUNT][REGION].event_buses
    rules = list(buses["default"].rules.values()) if "default" in buses else []
    return schedules + [_Rule(rule) for rule in rules if rule.scheduled_expression]
