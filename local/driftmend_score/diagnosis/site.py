"""What the cases are played on: the local AWS without Driftmend, and stacks of site.yaml with one target or two."""

import functools
import json
import subprocess
import sys
import time

from driftmend_demo.system import ROOT, STACK, System

from ..world import World
from .cases import DIRECTORY

TEMPLATE = DIRECTORY / "site.yaml"
CHECK = ROOT / "workload" / "check"
PATIENCE = "3"  # A 504 comes after two seconds here.
CREATE_SECONDS = 60


class Sites(System):
    """A running local AWS; `sites` are the stacks, each for cases of its sort: the first is the one that came with it."""

    def __init__(self, singles=2, pairs=1, say=lambda line: None):
        super().__init__(template=TEMPLATE, say=say)
        self._wanted = [(STACK, "single"), *[(f"single-{one}", "single") for one in range(2, singles + 1)], *[(f"pair-{one}", "pair") for one in range(1, pairs + 1)]]

    def __enter__(self):
        super().__enter__()
        try:
            for name, sort in self._wanted[1:]:
                self.client("cloudformation").create_stack(StackName=name, TemplateBody=TEMPLATE.read_text(encoding="utf-8"), Parameters=[
                    {"ParameterKey": "Pair", "ParameterValue": str(sort == "pair").lower()}])
            self.sites = [Site(name, sort, self) for name, sort in self._wanted]
        except BaseException:
            self.__exit__()
            raise
        return self

    def deploy(self, name, body):
        """Update a stack; raises RuntimeError if that does not come to its end."""
        cloudformation = self.client("cloudformation")
        parameters = cloudformation.describe_stacks(StackName=name)["Stacks"][0].get("Parameters", [])
        cloudformation.update_stack(StackName=name, TemplateBody=body, Parameters=[
            {"ParameterKey": one["ParameterKey"], "UsePreviousValue": True} for one in parameters])
        self.await_stack(name, "UPDATE_COMPLETE")

    def await_stack(self, name, wanted):
        until = time.monotonic() + CREATE_SECONDS
        while (status := self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]) != wanted:
            if not status.endswith("_IN_PROGRESS") or time.monotonic() > until:
                raise RuntimeError(f"the stack {name} is {status}, not {wanted}")
            time.sleep(0.1)


class Site:
    """One stack. `sort` says of which cases it is the stage."""

    def __init__(self, name, sort, system):
        self.name, self.sort, self._system = name, sort, system
        system.await_stack(name, "CREATE_COMPLETE")
        self._look()

    def _look(self):
        pages = self._system.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        self.ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for page in pages for one in page["StackResourceSummaries"]}

    @functools.cache
    def client(self, service, by=None):
        return self._system.client(service)

    # The verbs of a case that are no API call.

    def deploy(self, edits):
        """Deploy site.yaml with these edits: {path of names and positions: value}; none for the template as it is."""
        template = World.parsed(TEMPLATE.read_text(encoding="utf-8"))
        for path, value in (edits or {}).items():
            *way, last = path.split(".")
            place = functools.reduce(lambda inner, key: inner[int(key)] if isinstance(inner, list) else inner[key], way, template)
            place[int(last) if isinstance(place, list) else last] = value
        self._system.deploy(self.name, json.dumps(template))
        self._look()

    def install(self, wanted):
        """Put another application onto an instance: {instance, app: its text, port}; without a text its own again."""
        files = {"app.py": wanted["app"]} if "app" in wanted else {}
        self._system.control("workload/install", {"instance": wanted["instance"], "files": files, "port": wanted.get("port", 5000)})

    def kill(self, instance):
        self._system.control("workload/kill", {"instance": instance})

    def start(self, instance):
        self._system.control("workload/start", {"instance": instance})

    # What is to be seen of it.

    @property
    def endpoint(self):
        stack = self._system.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
        return next(one["OutputValue"] for one in stack["Outputs"] if one["OutputKey"] == "Endpoint")

    def seen(self):
        """What workload/check sees: (symptom, the whole sentence); the symptom of a good answer is none."""
        ran = subprocess.run([sys.executable, CHECK, f"{self.endpoint}/", PATIENCE], text=True, capture_output=True, timeout=30, check=False)
        symptom = ran.stdout.partition(":")[0] or "check failed"
        return ("none" if ran.returncode == 0 else symptom), (ran.stdout or ran.stderr).strip()

    def health(self):
        """The states of the registered targets that are healthy, the reasons of the others; sorted."""
        described = self.client("elbv2").describe_target_health(TargetGroupArn=self.ids["Targets"])["TargetHealthDescriptions"]
        return tuple(sorted(one["TargetHealth"].get("Reason") or one["TargetHealth"]["State"] for one in described))

    def diagnose(self):
        """What `driftmend diagnose` says, as JSON. Raises RuntimeError if it says nothing."""
        code, out, errors = self._system.command("diagnose", "--stack", self.name, "--json")
        try:
            return json.loads(out)
        except ValueError:
            raise RuntimeError(f"driftmend diagnose ended with {code} and no JSON: {(errors or out).strip()[:400]}") from None
