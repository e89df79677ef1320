"""The stages of the exercise: deployed, asked as a client asks, diagnosed, and held against what is written beside each."""

import json
import subprocess
import sys
import time
from pathlib import Path

import yaml
from driftmend_demo.system import ROOT, STACK, within

DIRECTORY = ROOT / "workload" / "exercise"
CHECK = ROOT / "workload" / "check"
PATIENCE = "4"
FIXED = "fixed"
_DEPLOY_SECONDS = 60
# What the templates name by id, because it was there before them.
_VPC, _SUBNETS, _IMAGE = "vpc-0a1b2c3d4e5f60718", ("subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728"), "ami-0abcdef1234567890"


class Network:
    """What was there before the exercise: a VPC with two public subnets that give every instance a public address, as an account's default one has."""

    def __init__(self, ec2):
        self.vpc = ec2.create_vpc(CidrBlock="172.31.0.0/16")["Vpc"]["VpcId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        [table] = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])["RouteTables"]
        ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        zones = [one["ZoneName"] for one in ec2.describe_availability_zones()["AvailabilityZones"]]
        self.subnets = []
        for number in range(len(_SUBNETS)):
            subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"172.31.{16 * number}.0/20", AvailabilityZone=zones[number])["Subnet"]["SubnetId"]
            ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
            self.subnets.append(subnet)
        self.image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]

    def put_into(self, text):
        """The template with the ids of this account in the place of those that are written in it."""
        for written, own in [(_VPC, self.vpc), *zip(_SUBNETS, self.subnets, strict=True), (_IMAGE, self.image)]:
            text = text.replace(written, own)
        return text


class Stage:
    """One stage as a stack of its own; the last one is the stack that is there already."""

    def __init__(self, name, system):
        self.name, self._system = name, system
        self.stack = STACK if name == FIXED else f"exercise-{name}"
        self.directory = DIRECTORY / name
        self.expected = yaml.safe_load((self.directory / "expected.yaml").read_text(encoding="utf-8"))
        self.template, self.app = self.directory / self.expected["template"], self.directory / self.expected["app"]

    def deploy(self, network):
        """Deploy it into that network and wait until target health has come to its word."""
        if self.name != FIXED:
            body = network.put_into(self.template.read_text(encoding="utf-8"))
            self._client("cloudformation").create_stack(StackName=self.stack, TemplateBody=body)
            stack, _ = within(_DEPLOY_SECONDS, lambda: (now := self._described())["StackStatus"].endswith("_COMPLETE") and now)
            if not stack or stack["StackStatus"] != "CREATE_COMPLETE":
                raise RuntimeError(f"the stack {self.stack} is {self._described()['StackStatus']}: {self._why()}")
        self.ids = self._resources()
        self.settle()

    def remove(self):
        self._client("cloudformation").delete_stack(StackName=self.stack)

    def settle(self, seconds=20):
        """Wait until health was asked often enough since the last change to be settled: the same for as long as two checks that count take."""
        group = next(id_ for name, id_ in self.ids.items() if name.endswith("TargetGroup"))
        until, since, before = time.monotonic() + seconds, time.monotonic(), None
        while time.monotonic() < until:
            described = self._client("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
            now = [(one["TargetHealth"]["State"], one["TargetHealth"].get("Reason")) for one in described]
            if now != before:
                before, since = now, time.monotonic()
            steady = 0.5 if all(state == "healthy" for state, _ in now) else 4.5
            if time.monotonic() - since >= steady and "initial" not in {state for state, _ in now}:
                return
            time.sleep(0.1)

    @property
    def endpoint(self):
        return next(one["OutputValue"] for one in self._described()["Outputs"] if one["OutputKey"] == "Endpoint")

    def check(self):
        """What the client says: (symptom, its sentence); the symptom of a good answer is none."""
        ran = subprocess.run([sys.executable, CHECK, f"{self.endpoint}/", PATIENCE], text=True, capture_output=True, timeout=30, check=False)
        return ("none" if ran.returncode == 0 else ran.stdout.partition(":")[0]), (ran.stdout or ran.stderr).strip()

    def diagnose(self):
        """What `driftmend diagnose` says of the stack, as JSON. Raises RuntimeError."""
        return json.loads(self._diagnosed("--stack", self.stack, "--json"))

    def diagnose_template(self, with_app=True, as_text=False):
        """The same of the template, with the application's files or without; as JSON or as a person reads it."""
        said = self._diagnosed("--template", str(self.template), *(["--app", str(self.app)] if with_app else []), *([] if as_text else ["--json"]))
        return said if as_text else json.loads(said)

    def _diagnosed(self, *arguments):
        code, out, errors = self._system.command("diagnose", *arguments)
        if code not in (0, 2):
            raise RuntimeError(f"driftmend diagnose ended with {code}: {(errors or out).strip()[:400]}")
        return out

    def put_application(self, of):
        """Put the application of a stage onto the instance, as a person would who logs in."""
        self._system.control("workload/install", {"instance": self.ids["WebInstance"], "files": {"app.py": (DIRECTORY / of / "app.py").read_text(encoding="utf-8")}})

    def _client(self, service):
        return self._system.client(service)

    def _described(self):
        return self._client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"][0]

    def _why(self):
        events = self._client("cloudformation").describe_stack_events(StackName=self.stack)["StackEvents"]
        return next((f"{one['LogicalResourceId']}: {one['ResourceStatusReason']}" for one in reversed(events) if one["ResourceStatus"].endswith("_FAILED")), "no reason was given")

    def _resources(self):
        pages = self._client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.stack)
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for page in pages for one in page["StackResourceSummaries"]}


def differences(diagnosed, expected):
    """What of a diagnosis is not as expected: [text]."""
    broken = {one["hop"]: one["symptom"] for one in diagnosed["hops"] if one["state"] == "broken"}
    found = {"verdict": diagnosed["verdict"], "explainedBy": diagnosed["explainedBy"], "broken": broken, "advice": sorted({one["about"] for one in diagnosed["advice"]})}
    wanted = {name: expected[name] for name in found}
    return [f"{name} is {found[name]}, not {wanted[name]}" for name in found if found[name] != wanted[name]]


def shown(path):
    """A path as a person in the repository's directory writes it."""
    return str(Path(path).resolve().relative_to(ROOT))
