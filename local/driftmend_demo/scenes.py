"""The scenes of the demo. Each makes one drift or fault through the plain AWS API and returns what became of it."""

import time
from dataclasses import dataclass

import requests

from .system import within

FIX_SECONDS = 5
ALERT_SECONDS = 15
PROBES_IN_A_ROW = 2
PROBE_SECONDS = 15
USER = "on-call-laptop"


@dataclass(frozen=True)
class Result:
    """What was to be seen, whether it was, and what proves it.

    `seconds` is the time from the call that made the drift until it was seen to be gone, None if the scene repairs nothing;
    `alert` is what on-call got, None if there was nothing to alert or nothing came.
    """

    title: str
    seen: bool
    proof: str
    seconds: float | None = None
    alert: dict | None = None


class Scenes:
    """The scenes, in the order in which they are played: `opening`, then each pair of `acts`."""

    def __init__(self, system):
        self._system = system
        self._ids = system.resources()
        self._ec2, self._elb = system.client("ec2"), system.client("elbv2")

    def acts(self):
        """[(what is done, the scene)]"""
        return [
            (f"{USER} opens port 5000 of the web instance to everybody", self.opened_port),
            (f"{USER} takes the web instance out of its target group", self.deregistered_target),
            (f"{USER} lets the load balancer ask /does-not-exist for the health", self.changed_health_path),
            (f"{USER} revokes the rule that lets the load balancer reach the instance", self.revoked_rule),
            ("the application is killed", self.killed_application),
            ("the application is started again", self.started_application),
        ]

    def opening(self):
        """The workload answers through the load balancer, and the command line finds nothing that differs from the template."""
        codes = {path: self._get(path) for path in ("/", "/health")}
        drifts = self._system.plan()["drifts"]
        return Result("deployed, answering, and equal to its template", set(codes.values()) == {200} and not drifts,
                      ", ".join(f"GET {path} answers {code}" for path, code in codes.items()) + f"; driftmend plan finds {len(drifts)} drifts")

    def opened_port(self):
        """Closed again; the load balancer's own rule is the same one before, during and after; the alert says who, what, how exposed."""
        group = self._ids["WebSecurityGroup"]
        keep = set(self._ingress(group))
        kept, began = [], time.monotonic()
        opened = self._ec2.authorize_security_group_ingress(
            GroupId=group, IpProtocol="tcp", FromPort=5000, ToPort=5000, CidrIp="0.0.0.0/0")["SecurityGroupRules"][0]["SecurityGroupRuleId"]

        def closed():
            now = set(self._ingress(group))
            kept.append(keep <= now)
            return opened not in now

        gone, seconds = within(FIX_SECONDS, closed, began=began)
        alert = self._repaired("WebSecurityGroup", "EXTRA")
        return Result("closed", bool(gone) and all(kept) and _tells(alert, USER, "0.0.0.0/0", "LATENT"),
                      f"the load balancer's own rule {', '.join(sorted(keep))} was there all the time", seconds, alert)

    def deregistered_target(self):
        group, instance = self._ids["WebTargetGroup"], self._ids["WebInstance"]
        began = time.monotonic()
        self._elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": instance, "Port": 5000}])
        back, seconds = within(FIX_SECONDS, lambda: self._health().get(instance, "draining") != "draining", began=began)
        alert = self._repaired("WebTargetGroup", "MISSING")
        return Result("registered again", bool(back) and _tells(alert, USER, instance, "OUTAGE"), f"{instance} is {self._health().get(instance)}",
                      seconds, alert)

    def changed_health_path(self):
        group = self._ids["WebTargetGroup"]

        def path():
            return self._elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]["HealthCheckPath"]

        began = time.monotonic()
        self._elb.modify_target_group(TargetGroupArn=group, HealthCheckPath="/does-not-exist")
        back, seconds = within(FIX_SECONDS, lambda: path() == "/health", began=began)
        alert = self._repaired("WebTargetGroup", "CHANGED")
        return Result("changed back", bool(back) and _tells(alert, USER, "/does-not-exist", "DEGRADED"), f"the path is {path()}", seconds, alert)

    def revoked_rule(self):
        group = self._ids["WebSecurityGroup"]
        [rule] = self._ingress(group).values()
        began = time.monotonic()
        self._ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
        back, seconds = within(FIX_SECONDS, lambda: [_content(one) for one in self._ingress(group).values()] == [_content(rule)], began=began)
        alert = self._repaired("WebSecurityGroup", "MISSING")
        code = self._get("/")
        return Result("restored, its description too", bool(back) and code == 200 and _tells(alert, USER, "5000", "OUTAGE"),
                      f"GET / answers {code}", seconds, alert)

    def killed_application(self):
        """Alerted after two failed probes in a row, with the hop of the path that is broken."""
        self._system.control("workload/kill", {})
        within(PROBE_SECONDS, lambda: set(self._health().values()) == {"unhealthy"}, 0.2)
        alert = self._probed("opened")
        hop = alert["json"]["diagnosis"]["explainedBy"] if alert and alert["json"]["diagnosis"] else None
        return Result("alerted by the probe", hop == "app", f"GET / answers {self._get('/')}, the broken hop is {hop}", alert=alert)

    def started_application(self):
        """Alerted once more after two good probes in a row."""
        self._system.control("workload/start", {})
        within(PROBE_SECONDS, lambda: set(self._health().values()) == {"healthy"}, 0.2)
        alert = self._probed("resolved")
        return Result("alerted by the probe", bool(alert), f"GET / answers {self._get('/')}", alert=alert)

    def _probed(self, state):
        # The schedule does the same every minute; firing it by hand spares the wait.
        before = len(self._system.alerts())
        for _ in range(PROBES_IN_A_ROW):
            self._system.fire("ProbeSchedule")
        return self._wait_for(before, lambda one: one["kind"] == "health" and one["state"] == state)

    def _repaired(self, logical_id, drift):
        """The alert that this drift was found and repaired."""
        return self._wait_for(0, lambda one: one["kind"] == "drift" and one["state"] == "resolved" and any(
            each["logicalId"] == logical_id and each["drift"] == drift for each in one["drifts"]))

    def _wait_for(self, after, matches):
        return within(ALERT_SECONDS, lambda: next((one for one in self._system.alerts()[after:] if one["json"] and matches(one["json"])), None), 0.2)[0]

    def _get(self, path):
        return requests.get(self._system.endpoint + path, timeout=10).status_code

    def _ingress(self, group):
        """{rule id: rule}"""
        pages = self._ec2.get_paginator("describe_security_group_rules").paginate(Filters=[{"Name": "group-id", "Values": [group]}])
        return {rule["SecurityGroupRuleId"]: rule for page in pages for rule in page["SecurityGroupRules"] if not rule["IsEgress"]}

    def _health(self):
        """{instance: state} of the registered targets."""
        described = self._elb.describe_target_health(TargetGroupArn=self._ids["WebTargetGroup"])["TargetHealthDescriptions"]
        return {one["Target"]["Id"]: one["TargetHealth"]["State"] for one in described}


def _content(rule):
    return {name: value for name, value in rule.items() if name not in ("SecurityGroupRuleId", "SecurityGroupRuleArn", "Tags")}


def _tells(alert, who, what, exposure):
    """Does the alert name who did it, what it was, how exposed it was, and the step that was done about it?"""
    if not alert:
        return False
    drift = alert["json"]["drifts"][0]
    return (bool(drift["cause"]) and drift["cause"]["principal"].endswith(f"user/{who}") and what in drift["what"]
            and drift["exposure"] == exposure and drift["step"]["result"] == "done")
