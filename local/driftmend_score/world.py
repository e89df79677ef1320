"""What the cases are played on: the local AWS with Driftmend deployed, and beside it the stacks that are under guard by name."""

import contextlib
import functools
import json
import logging
import re
import time

import yaml
from driftmend_demo.system import STACK, System, within

from . import account
from .cases import DATA, STACKS
from .readers import READERS
from .steps import Unplayable
from .traffic import Client

GUARD_ROLES = ("RouteRole", "ReconcileRole", "ProbeRole")
BESIDE = [name for name in STACKS if name != STACK]
REST_SECONDS = 60
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_ID = re.compile(r"^([a-z]+-[0-9a-f]{8,}|[0-9]+(\.[0-9]+){3}|[0-9a-f-]{36})$")


class NotReady(Exception):
    """The stacks do not stand as they must before the first case."""


class Lane:
    """One stack under guard: cases on different lanes are played at the same time."""

    def __init__(self, name, world):
        self.name, self._world = name, world
        described = world.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        pages = world.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
        self.arn = described["StackId"]
        self.ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for page in pages for one in page["StackResourceSummaries"]}
        outputs = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}
        endpoint = outputs.get("Endpoint") or f"http://{outputs['Address']}"
        self.traffic = Client(f"{endpoint}/")
        self._marks = {mark for physical in self.ids.values() for mark in self._marks_of(physical)}

    def _marks_of(self, physical):
        """What tells in a text that it is about this resource. Names that others may have too tell nothing."""
        for part in physical.split("|"):
            if ":loadbalancer/" in part:
                yield part.split(":loadbalancer/")[1]  # listeners and rules have it in their ARNs
            elif part.startswith("arn:") or part.startswith(f"{self.name}-") or _ID.match(part):
                yield part

    def owns(self, text):
        return any(mark in text for mark in self._marks)

    # The verbs of a case that are no API call.

    def hold(self, status):
        """Show the stack in a status, as while CloudFormation works on it; null ends that."""
        self._world.system.control("stacks", {"stack": self.name, "status": status})

    def fire(self, schedule):
        self._world.fire(schedule)

    def rest(self, _):
        """Wait until the guard has dealt with all that happened so far, and has remembered what it learned of it."""
        if not self._world.rest():
            raise Unplayable("the system did not come to rest")

    def forget(self, what):
        """CloudTrail's `event history` forgets the calls so far, as after 90 days; the guard's ledger, whose anything was (`claims`)."""
        if "event history" in what:
            self._world.system.control("event-history", method="DELETE")
        if "claims" in what:
            self._world.forget_items(lambda item: item["sk"]["S"].startswith("CLAIM#"))

    def peer_group(self, account):
        """A security group of a peered VPC in another account, as rules may name it."""
        return self._world.system.control("peer-groups", {"account": account})

    def deploy(self, edits):
        """Deploy the stack with its first template edited: {path of names and positions below Resources: value}; `+` adds to a list."""
        template = json.loads(self._template)
        for path, value in (edits or {}).items():
            *way, last = path.split(".")
            place = functools.reduce(lambda inner, key: inner[int(key)] if isinstance(inner, list) else inner[key], way, template["Resources"])
            if last == "+":
                place.append(value)
            elif isinstance(place, list):
                place[int(last)] = value
            else:
                place[last] = value
        self._world.update(self.name, json.dumps(template))

    @functools.cached_property
    def _template(self):
        body = self._world.client("cloudformation").get_template(StackName=self.name, TemplateStage="Original")["TemplateBody"]
        return json.dumps(body if isinstance(body, dict) else self._world.parsed(body))


class World:
    """Use it as a context manager. `lanes` are the stacks, `before` the whole account as it was when all stood as declared.

    `principals` are the roles as which cases make calls, beside the user at the laptop.
    """

    def __init__(self, principals=(), say=lambda line: None):
        self._principals, self._say = principals, say

    def __enter__(self):
        self._parts = contextlib.ExitStack()
        try:
            self.system = self._parts.enter_context(System(parameters={"GuardedStacks": ",".join(BESIDE)}, say=self._say_little))
            self._silence_schedules()
            self._write_policy()
            for name in BESIDE:
                self._create(name)
            self._reach_everywhere()
            self.lanes = {name: Lane(name, self) for name in STACKS}
            for lane in self.lanes.values():
                self._parts.callback(lane.traffic.close)
            self._stand()
        except BaseException:
            self._parts.close()
            raise
        return self

    def __exit__(self, *_):
        self._parts.close()

    def _say_little(self, line):
        if not line.startswith("CREATE_COMPLETE"):
            self._say(line)

    def _silence_schedules(self):
        """The sheet fires them itself; nothing comes between."""
        scheduler = self.client("scheduler")
        for logical_id in ("SweepSchedule", "ProbeSchedule"):
            now = scheduler.get_schedule(Name=self._ids[logical_id])
            kept = {key: now[key] for key in ("Name", "FlexibleTimeWindow", "Target", "State")}
            scheduler.update_schedule(ScheduleExpression="cron(0 0 1 1 ? 2099)", **kept)

    def _write_policy(self):
        ssm, name = self.client("ssm"), self._ids["PolicyParameter"]
        deployed = json.loads(ssm.get_parameter(Name=name)["Parameter"]["Value"])
        ours = yaml.safe_load((DATA / "policy.yaml").read_text(encoding="utf-8"))
        ssm.put_parameter(Name=name, Value=json.dumps(deployed | ours), Overwrite=True)

    def _reach_everywhere(self):
        """What no tag of a stack stands for is named to the deployment: without that the role may not touch it."""
        pages = [page for name in BESIDE for page in self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)]
        made = [(one["ResourceType"], one["PhysicalResourceId"]) for page in pages for one in page["StackResourceSummaries"]]
        balancers = [physical.split(":loadbalancer/")[1] for kind, physical in made if kind == "AWS::ElasticLoadBalancingV2::LoadBalancer"]
        vpcs = [physical for kind, physical in made if kind == "AWS::EC2::VPC"]
        self.system.control("update", {"GuardedLoadBalancers": ",".join(balancers), "GuardedVpcs": ",".join(vpcs)})
        self._write_policy()

    def _create(self, name):
        """One more stack of every kind; the first plan of a stack newly under guard is empty, and so it is taken under guard."""
        certificate = self.client("acm").request_certificate(DomainName=f"{name}.example.com")["CertificateArn"]
        self.client("cloudformation").create_stack(
            StackName=name, TemplateBody=(DATA / "every-kind.yaml").read_text(encoding="utf-8"), Capabilities=_CAPABILITIES,
            Parameters=[{"ParameterKey": "Certificate", "ParameterValue": certificate}])
        self._await(name, "CREATE_COMPLETE")

    def update(self, name, body):
        """Deploy another template for a stack, with the parameters that it has. Nothing to be done is fine too."""
        s3, cloudformation = self.client("s3"), self.client("cloudformation")
        s3.create_bucket(Bucket="templates-of-the-sheet")
        s3.put_object(Bucket="templates-of-the-sheet", Key=name, Body=body.encode())
        parameters = cloudformation.describe_stacks(StackName=name)["Stacks"][0].get("Parameters", [])
        cloudformation.update_stack(
            StackName=name, TemplateURL=f"https://templates-of-the-sheet.s3.amazonaws.com/{name}", Capabilities=_CAPABILITIES,
            Parameters=[{"ParameterKey": one["ParameterKey"], "UsePreviousValue": True} for one in parameters])
        self._await(name, "UPDATE_COMPLETE")

    def _await(self, name, wanted):
        def status():
            now = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
            return None if now["StackStatus"].endswith("_IN_PROGRESS") else now
        found, _ = within(120, status)
        if not found or found["StackStatus"] != wanted:
            pages = self.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=name)
            events = [one for page in pages for one in page["StackEvents"]]
            why = [f"{one['LogicalResourceId']}: {one['ResourceStatusReason']}" for one in reversed(events)
                   if one["ResourceStatus"].endswith("_FAILED") and one.get("ResourceStatusReason")]
            raise NotReady(f"the stack {name} is not {wanted}: {why[0] if why else 'it takes too long'}")

    def _stand(self):
        """All stacks stand as declared, are answered for, and nothing of them is alerted but what the sheet is about to change."""
        if not self.rest():
            raise NotReady("the system did not come to rest after its deployment")
        if not self.sweep():
            raise NotReady("a sweep does not look at every stack under guard")
        alerted = [one["json"] for one in self.alerts() if one["json"] and one["json"]["kind"] in ("drift", "guard")]
        if alerted:
            found = [f"{one['stack']['name']}: {one['title']}" for one in alerted]
            raise NotReady(f"something is alerted although nobody changed anything: {'; '.join(found)}")
        for lane in self.lanes.values():
            if not lane.traffic.await_good(60):
                raise NotReady(f"the workload of {lane.name} does not answer")
        for principal in self._principals:
            self.client("ec2", principal)
        self.before = account.read(self.client, set(READERS))

    # What happens on it.

    def client(self, service, by=None):
        """A boto3 client with the laptop user's keys, or those of a session of the role `by`, which is made if it is not there."""
        return self._client(service, by)

    @functools.cache
    def _client(self, service, by):
        if by is None:
            return self.system.client(service)
        keys = self.keys(by)
        return self.system.client(service, aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
                                  aws_session_token=keys["SessionToken"])

    def keys(self, by):
        """The credentials of a session of the role, which is made if it is not there: `role/PATH/NAME`.

        With ` through SERVICE` behind it the service makes the session's calls, with the identity of the role.
        """
        role, _, service = by.partition(" through ")
        *path, name = role.removeprefix("role/").split("/")
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
        iam = self._client("iam", None)
        with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_role(RoleName=name, Path="/".join(["", *path, ""]), AssumeRolePolicyDocument=json.dumps(trust))
        arn = iam.get_role(RoleName=name)["Role"]["Arn"]
        keys = self._client("sts", None).assume_role(RoleArn=arn, RoleSessionName="sheet")["Credentials"]
        if service:
            self.system.control("services-at-work", {"accessKeyId": keys["AccessKeyId"], "invokedBy": service})
        return keys

    @functools.cached_property
    def _ids(self):
        return self.system.resources()

    @functools.cached_property
    def guard_roles(self):
        return {self._ids[name] for name in GUARD_ROLES}

    @contextlib.contextmanager
    def undelivered(self):
        """Events wait until what is done here is done, as CloudTrail's do: what lies between two calls of one person is not looked at."""
        self.system.control("events/hold", {})
        try:
            yield
        finally:
            self.system.control("events/release", {})

    def rest(self, seconds=REST_SECONDS):
        """Wait until nothing is on its way any more; False if that takes too long."""
        return self.system.control(f"underway?wait={seconds}")["idle"]

    def sweep(self):
        """Let every stack be looked at; False if not each of them was, or it takes too long."""
        before = self.looks()
        self.fire("SweepSchedule")
        return self.rest() and self.looks() - before >= len(self.lanes)

    def probe(self):
        self.fire("ProbeSchedule")
        return self.rest()

    def fire(self, schedule):
        self.system.control(f"schedules/{self._ids[schedule]}/fire", {})

    def forget(self):
        """Forget the events, calls and answers that were; let the guard forget its repairs and its wide looks, as after a minute and a day.

        A case is no fight with the one before, and comes on a quiet day.
        """
        for path in ("events", "calls"):
            self.system.control(path, method="DELETE")
        for lane in self.lanes.values():
            lane.traffic.forget()
        self.forget_items(lambda item: item["sk"]["S"].startswith("REPAIRS#") or item["pk"]["S"].startswith("WIDE_LOOK"))

    def forget_items(self, wanted):
        """Delete what the guard's ledger has under keys that are wanted."""
        ledger, table = self.client("dynamodb"), self._ids["Ledger"]
        for page in ledger.get_paginator("scan").paginate(TableName=table, ProjectionExpression="pk, sk", ConsistentRead=True):
            for item in filter(wanted, page["Items"]):
                ledger.delete_item(TableName=table, Key=item)

    def alerts(self, after=0):
        """What was delivered to on-call, oldest first."""
        return self.system.control(f"alerts?topic={self._ids['AlertTopic']}")["alerts"][after:]

    def events(self):
        """The events of all calls that changed something, or tried to, since `forget`, oldest first."""
        return [one for one in self.system.control("events") if one["detail-type"] == "AWS API Call via CloudTrail"]

    def records(self):
        """The CloudTrail records of the same."""
        return [one["detail"] for one in self.events()]

    def looks(self):
        """How often a stack was looked at since `forget`: each look begins with one query for what is known of it."""
        return len(self.system.control(f"calls?role={self._ids['ReconcileRole']}&service=dynamodb&action=Query"))

    def is_guards(self, record):
        issuer = record["userIdentity"].get("sessionContext", {}).get("sessionIssuer", {})
        return issuer.get("userName") in self.guard_roles

    @staticmethod
    def parsed(body):
        from samtranslator.yaml_helper import yaml_parse
        logging.getLogger("samtranslator.metrics.metrics").setLevel(logging.ERROR)  # It counts for its authors, and complains at the end.
        return json.loads(json.dumps(yaml_parse(body), default=str))


def moment():
    return time.monotonic()
