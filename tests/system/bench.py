"""A running system as its tests see and change it: through the plain AWS APIs and the controls of the local AWS."""

import base64
import contextlib
import functools
import json
import time
import uuid

import network
from driftmend_demo.system import STACK, within

# The product promises 5 s, which the demo holds it to; here other things are proved, on machines that are busy.
PATIENCE = 15


class Bench:
    def __init__(self, system):
        self.system = system
        self.ids = system.resources()
        self.ec2, self.elb = self.client("ec2"), self.client("elbv2")
        self._silence_schedules()
        self.quiet()
        self._declared = self.live()
        self.seen = 0

    def _silence_schedules(self):
        """Tests fire the schedules themselves; nothing comes between."""
        scheduler = self.client("scheduler")
        for name in (self.ids["SweepSchedule"], self.ids["ProbeSchedule"]):
            now = scheduler.get_schedule(Name=name)
            kept = {key: now[key] for key in ("Name", "FlexibleTimeWindow", "Target", "State")}
            scheduler.update_schedule(ScheduleExpression="cron(0 0 1 1 ? 2099)", **kept)

    def begin(self):
        """Forget what was before: calls, events, alerts."""
        for path in ("faults", "permissions", "permissions/refused", "calls", "events"):
            self.system.control(path, method="DELETE")
        # Tests make the same few drifts over and over.
        self.system.forget_repairs()
        self.seen = len(self.system.alerts())

    def end(self):
        """Whatever the test did is reverted by now, or the test says that it was not."""
        self.system.control("faults", method="DELETE")
        self.system.control("permissions", method="DELETE")
        self.quiet()
        assert self.live() == self._declared, "the test left the stack drifted"
        assert not self.system.dead_letters(), "the test left dead letters"
        assert not self.system.refused(), "the deployed policies refused what a function asked for"

    # What is there.

    @functools.cache
    def client(self, service):
        return self.system.client(service)

    def live(self):
        """What the template declares of the guarded resources, as the APIs show it. No ids of rules: a restored rule has a new one."""
        groups = {name: sorted(_rule(one) for one in self.rules(self.ids[name])) for name in ("WebSecurityGroup", "LoadBalancerSecurityGroup")}
        group = self.elb.describe_target_groups(TargetGroupArns=[self.ids["WebTargetGroup"]])["TargetGroups"][0]
        listener = self.elb.describe_listeners(ListenerArns=[self.ids["HttpListener"]])["Listeners"][0]
        reservation = self.ec2.describe_instances(InstanceIds=[self.ids["WebInstance"]])["Reservations"][0]
        return {
            **groups,
            "health check": {name: value for name, value in group.items() if "Health" in name or name == "Matcher"},
            "targets": self.targets(),
            "listener": (listener["Port"], listener["Protocol"], [_action(one) for one in listener["DefaultActions"]]),
            "instance": sorted(one["GroupId"] for one in reservation["Instances"][0]["SecurityGroups"]),
            **network.seen(self),
        }

    def is_declared(self):
        return self.live() == self._declared

    def rules(self, group):
        pages = self.ec2.get_paginator("describe_security_group_rules").paginate(Filters=[{"Name": "group-id", "Values": [group]}])
        return [one for page in pages for one in page["SecurityGroupRules"]]

    def rule_ids(self, logical_id="WebSecurityGroup"):
        return {one["SecurityGroupRuleId"] for one in self.rules(self.ids[logical_id])}

    def targets(self):
        described = self.elb.describe_target_health(TargetGroupArn=self.ids["WebTargetGroup"])["TargetHealthDescriptions"]
        return sorted(f"{one['Target']['Id']}:{one['Target']['Port']}" for one in described if one["TargetHealth"]["State"] != "draining")

    def health(self):
        """The states of the web targets, as a set."""
        described = self.elb.describe_target_health(TargetGroupArn=self.ids["WebTargetGroup"])["TargetHealthDescriptions"]
        return {one["TargetHealth"]["State"] for one in described}

    def alerts(self, kind="drift", state=None):
        """The alerts of this kind that came since the test began, as driftmend.alert/v1."""
        found = [one["json"] for one in self.system.alerts()[self.seen:] if one["json"]]
        return [one for one in found if one["kind"] == kind and state in (None, one["state"])]

    def calls(self, role, service=None, action=None):
        """The calls of one of the guard's roles since the test began."""
        wanted = "".join(f"&{name}={value}" for name, value in (("service", service), ("action", action)) if value)
        return self.system.control(f"calls?role={self.ids[role]}{wanted}")

    def looks(self):
        """How often a stack was looked at: each look begins with one query for what is known of it."""
        return len(self.calls("ReconcileRole", "dynamodb", "Query"))

    def writes(self):
        """What Reconcile changed: [operation, ...] in order."""
        return [one["action"] for one in self.calls("ReconcileRole")
                if one["service"] in ("ec2", "elbv2") and not one["action"].startswith(("Describe", "Get")) and one["status"] < 300]

    def events(self, name):
        """The events of an API call that the bus took since the test began."""
        return [one for one in self.system.control("events") if one["detail"].get("eventName") == name]

    def metric(self, name):
        """The sum of a metric of the guard since the stack was deployed."""
        data = self.client("cloudwatch").get_metric_statistics(
            Namespace="Driftmend", MetricName=name, Dimensions=[{"Name": "Guard", "Value": STACK}], StartTime=time.time() - 86400,
            EndTime=time.time() + 60, Period=86400, Statistics=["Sum"])["Datapoints"]
        return sum(one["Sum"] for one in data)

    # What is done.

    def open_port(self, port=5000, source="0.0.0.0/0", group=None):
        """The id of a new ingress rule that no template has."""
        return self.ec2.authorize_security_group_ingress(
            GroupId=group or self.ids["WebSecurityGroup"], IpProtocol="tcp", FromPort=port, ToPort=port,
            CidrIp=source)["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    def revoke_declared_rule(self):
        balancer = self.ids["LoadBalancerSecurityGroup"]
        rule = next(one for one in self.rules(self.ids["WebSecurityGroup"]) if one.get("ReferencedGroupInfo", {}).get("GroupId") == balancer)
        self.ec2.revoke_security_group_ingress(GroupId=self.ids["WebSecurityGroup"], SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])

    def deregister_target(self):
        self.elb.deregister_targets(TargetGroupArn=self.ids["WebTargetGroup"], Targets=[{"Id": self.ids["WebInstance"], "Port": 5000}])

    def change_health_path(self, path="/other"):
        self.elb.modify_target_group(TargetGroupArn=self.ids["WebTargetGroup"], HealthCheckPath=path)

    def fault(self, *faults):
        """Let calls of the guard's functions meet these faults; the test's own calls do not."""
        self.system.control("faults", [{"principal": f"role/{STACK}-", **one} for one in faults])

    def send(self, event):
        self.system.control("events", event)

    def fired(self):
        """How often each fault struck."""
        return [one["fired"] for one in self.system.control("faults")]

    def allow_all(self):
        """End every fault."""
        self.system.control("faults", method="DELETE")

    def probe(self):
        """Fire Probe's schedule and wait until it has run."""
        before = len(self.calls("ProbeRole"))
        self.system.fire("ProbeSchedule")
        self.eventually(lambda: len(self.calls("ProbeRole")) > before)
        self.quiet()

    def invoke(self, function, payload):
        """A synchronous call of a function: (its answer, None or its error)."""
        answer = self.client("lambda").invoke(FunctionName=self.ids[function], Qualifier="live", Payload=json.dumps(payload).encode())
        said = json.loads(answer["Payload"].read() or b"null")
        return (said, None) if "FunctionError" not in answer else (None, said)

    def tell(self, function, payload):
        """A synchronous call of a function: all that it said, answer, error and the end of its log."""
        answer = self.client("lambda").invoke(FunctionName=self.ids[function], Qualifier="live", Payload=json.dumps(payload).encode(), LogType="Tail")
        return answer["Payload"].read().decode() + base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")

    def unique(self):
        """An id that nothing had before."""
        return str(uuid.uuid4())

    @functools.cached_property
    def stack(self):
        """The stack's ARN."""
        return self._cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackId"]

    def hold(self, status):
        """Show the stack in a status that it is not in, as while CloudFormation works on it; None ends that."""
        self.system.control("stacks", {"stack": STACK, "status": status})

    @contextlib.contextmanager
    def deaf(self):
        """No event is heard meanwhile. Probe would switch the rules on again; its schedule is far away."""
        self.system.switch_rules(on=False)
        try:
            yield
        finally:
            self.system.switch_rules(on=True)

    @contextlib.contextmanager
    def paused(self, note=None):
        """All writes are paused meanwhile: by the parameter that `note` is put into, or by the command line."""
        if note:
            self.client("ssm").put_parameter(Name=f"{self.ids['PolicyParameter']}/pause", Type="String", Value=json.dumps(note))
        else:
            code, _, errors = self.system.command("pause", "--stack", STACK, "--why", "a test")
            assert code == 0, errors
        try:
            yield
        finally:
            self.resume(by_command=not note)

    def resume(self, by_command=False):
        """End the pause, if there is one."""
        if by_command:
            code, _, errors = self.system.command("pause", "--stack", STACK, "--resume")
            assert code == 0, errors
        else:
            self.client("ssm").delete_parameters(Names=[f"{self.ids['PolicyParameter']}/pause"])

    @contextlib.contextmanager
    def deployed(self, edit):
        """The stack is deployed with its template edited meanwhile, and as it was after."""
        original = self._cloudformation.get_template(StackName=STACK, TemplateStage="Original")["TemplateBody"]
        original = original if isinstance(original, str) else json.dumps(original)
        edited = json.loads(original)
        edit(edited)
        self._deploy(json.dumps(edited))
        try:
            yield
        finally:
            self._deploy(original)

    @contextlib.contextmanager
    def guarding(self, *names):
        """These stacks are under guard meanwhile, beside the guard's own."""
        self._update(UsePreviousTemplate=True, changed={"GuardedStacks": ",".join(names)})
        try:
            yield
        finally:
            self._update(UsePreviousTemplate=True, changed={"GuardedStacks": ""})
            self.sweep()

    def _deploy(self, body):
        s3, bucket = self.client("s3"), "templates-of-tests"
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="template", Body=body.encode())
        self._update(TemplateURL=f"https://{bucket}.s3.amazonaws.com/template")

    def _update(self, changed=None, **template):
        parameters = self._cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Parameters"]
        self._cloudformation.update_stack(
            StackName=STACK, Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[_parameter(one["ParameterKey"], changed or {}) for one in parameters], **template)
        self._cloudformation.get_waiter("stack_update_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})

    @property
    def _cloudformation(self):
        return self.client("cloudformation")

    def sweep(self):
        """Fire the sweep's schedule and wait for the look."""
        looks = self.looks()
        self.system.fire("SweepSchedule")
        self.eventually(lambda: self.looks() > looks)
        self.quiet()

    def forget_dead_letters(self):
        for logical_id in ("WorkDeadLetterQueue", "EventDeadLetterQueue"):
            self.client("sqs").purge_queue(QueueUrl=self.ids[logical_id])

    # When it is done.

    def repaired(self, seconds=PATIENCE):
        """The stack is as declared, within the time; the seconds it took."""
        seen, took = within(seconds, lambda: self._at_rest() and self.is_declared())
        assert seen, f"not repaired within {seconds} s: {self.difference()}"
        return took

    def repaired_rules(self, seconds=PATIENCE):
        """The rules of both groups are as declared; for tests in which the rest cannot be read."""
        self.eventually(lambda: not {"WebSecurityGroup", "LoadBalancerSecurityGroup"} & self.difference().keys(), seconds)

    def difference(self):
        live = self.live()
        return {name: (value, live[name]) for name, value in self._declared.items() if live[name] != value}

    def _at_rest(self):
        """True after a second, or as soon as nothing is under way: to look before that costs much and shows nothing."""
        return self.system.control("underway?wait=1")

    def eventually(self, look, seconds=PATIENCE):
        """The first true value that `look` gives."""
        found, _ = within(seconds, look, 0.1)
        assert found, f"not within {seconds} s"
        return found

    def quiet(self, seconds=60):
        """Wait until nothing is queued and nothing runs: no event, no invocation, no message."""
        found = self.system.control(f"underway?wait={seconds}")
        assert found["idle"], f"the system did not come to rest within {seconds} s: {found['underway']}"


def _parameter(name, changed):
    return {"ParameterKey": name, **({"ParameterValue": changed[name]} if name in changed else {"UsePreviousValue": True})}


def _action(one):
    """A forward to one group may be shown with or without its details."""
    forward = one.get("TargetGroupArn") or [each["TargetGroupArn"] for each in one.get("ForwardConfig", {}).get("TargetGroups", [])]
    return one["Type"], [forward] if isinstance(forward, str) else forward


def _rule(one):
    """A rule's content, fit for sorting."""
    source = one.get("CidrIpv4") or one.get("CidrIpv6") or one.get("PrefixListId") or one["ReferencedGroupInfo"]["GroupId"]
    return (one["IsEgress"], one["IpProtocol"], one["FromPort"], one["ToPort"], source, one.get("Description", ""))
