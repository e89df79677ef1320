"""The scenes of the demo. Each makes one drift or fault through the plain AWS API and returns what became of it."""

from dataclasses import dataclass

import requests

from .system import within

FIX_SECONDS = 5
ALERT_SECONDS = 15


@dataclass
class Result:
    """One scene: what was to be seen, whether it was, after how long, and the alert that told of it."""

    title: str
    seen: bool
    seconds: float
    detail: str
    alert: dict | None = None


class Scenes:
    def __init__(self, system):
        self._system = system
        self._ids = system.resources()
        self._ec2, self._elb = system.client("ec2"), system.client("elbv2")

    def healthy(self):
        """The workload answers through the load balancer and the command line finds no drift."""
        codes = [requests.get(self._system.endpoint + path, timeout=10).status_code for path in ("/", "/health")]
        drifts = self._system.plan()["drifts"]
        return Result("The stack is deployed, answers, and equals its template", codes == [200, 200] and not drifts, 0,
                      f"GET / and /health: {codes}; drifts found by the command line: {len(drifts)}")

    def reopened_port(self):
        """5000 from anywhere is closed again; the load balancer's own rule is the same one before, during and after."""
        group, seen = self._ids["WebSecurityGroup"], set()
        keep = {rule["SecurityGroupRuleId"] for rule in self._ingress(group)}
        opened = self._ec2.authorize_security_group_ingress(
            GroupId=group, IpProtocol="tcp", FromPort=5000, ToPort=5000, CidrIp="0.0.0.0/0")["SecurityGroupRules"][0]["SecurityGroupRuleId"]

        def closed():
            now = {rule["SecurityGroupRuleId"] for rule in self._ingress(group)}
            seen.update([keep <= now])
            return opened not in now

        gone, seconds = within(FIX_SECONDS, closed)
        alert = self._alert("WebSecurityGroup", "EXTRA")
        named = alert and alert["json"]["drifts"][0]["cause"] and "on-call-laptop" in alert["json"]["drifts"][0]["cause"]["principal"]
        return Result("Port 5000 opened to 0.0.0.0/0 on the web group is closed", bool(gone and seen == {True} and named), seconds,
                      f"the load balancer's rule {', '.join(keep)} was never touched", alert)

    def deregistered_target(self):
        group, instance = self._ids["WebTargetGroup"], self._ids["WebInstance"]
        target = [{"Id": instance, "Port": 5000}]
        self._elb.deregister_targets(TargetGroupArn=group, Targets=target)

        def registered():
            described = self._elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
            return any(one["Target"]["Id"] == instance and one["TargetHealth"]["State"] != "draining" for one in described)

        back, seconds = within(FIX_SECONDS, registered)
        return Result("The target that was deregistered is registered again", bool(back), seconds, f"{instance}:5000",
                      self._alert("WebTargetGroup", "MISSING"))

    def changed_health_path(self):
        group = self._ids["WebTargetGroup"]
        self._elb.modify_target_group(TargetGroupArn=group, HealthCheckPath="/does-not-exist")

        def path():
            return self._elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]["HealthCheckPath"] == "/health"

        back, seconds = within(FIX_SECONDS, path)
        return Result("The health check that asked for /does-not-exist asks for /health again", bool(back), seconds, group.split("/")[-2],
                      self._alert("WebTargetGroup", "CHANGED"))

    def revoked_rule(self):
        group, balancer = self._ids["WebSecurityGroup"], self._ids["LoadBalancerSecurityGroup"]
        rule = next(one for one in self._ingress(group) if one.get("ReferencedGroupInfo", {}).get("GroupId") == balancer)
        self._ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])

        def restored():
            return [one for one in self._ingress(group) if one.get("ReferencedGroupInfo", {}).get("GroupId") == balancer
                    and one["FromPort"] == one["ToPort"] == 5000 and one.get("Description") == rule.get("Description")]

        back, seconds = within(FIX_SECONDS, restored)
        answers = requests.get(self._system.endpoint + "/", timeout=10).status_code
        return Result("The template's rule that was revoked is restored, description included", bool(back) and answers == 200, seconds,
                      f"GET / answers {answers}", self._alert("WebSecurityGroup", "MISSING"))

    def killed_app(self):
        """The app is killed: the probe tells after two failures in a row, and once more when it has answered twice again."""
        self._system.control("workload/kill", {})
        opened = self._probed("opened")
        self._system.control("workload/start", {})
        within(30, lambda: requests.get(self._system.endpoint + "/health", timeout=10).status_code == 200, pause=0.3)
        resolved = self._probed("resolved")
        title = opened["json"]["title"] if opened else "no alert"
        return [Result("The app was killed: the probe says so", bool(opened), 0, title, opened),
                Result("The app was started again: the probe says so", bool(resolved), 0, "resolved" if resolved else "no alert", resolved)]

    def _probed(self, state):
        # Its schedule probes every minute; two firings by hand spare the wait for the same thing.
        before = len(self._system.alerts())
        for _ in range(2):
            self._system.fire("ProbeSchedule")
            within(1.5, lambda: False)
        return self._wait_for(before, lambda one: one["kind"] == "health" and one["state"] == state)

    def _alert(self, logical_id, drift):
        """The alert of this drift, repaired."""
        return self._wait_for(0, lambda one: one["kind"] == "drift" and one["state"] == "resolved" and any(
            each["logicalId"] == logical_id and each["drift"] == drift for each in one["drifts"]))

    def _wait_for(self, after, matches):
        return within(ALERT_SECONDS, lambda: next((one for one in self._system.alerts()[after:] if one["json"] and matches(one["json"])), None), 0.2)[0]

    def _ingress(self, group):
        pages = self._ec2.get_paginator("describe_security_group_rules").paginate(Filters=[{"Name": "group-id", "Values": [group]}])
        return [rule for page in pages for rule in page["SecurityGroupRules"] if not rule["IsEgress"]]
