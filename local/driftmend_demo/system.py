"""The local AWS as a child process, and what a person at a laptop would use to look at it and to change it."""

import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import boto3
import requests
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
STACK = "driftmend"
# Somebody must hear the alerts, or Driftmend itself says that nobody does.
PARAMETERS = {"AlertEmail": "on-call@example.com"}


class NotStarted(Exception):
    """The local AWS said why it did not start."""


class System:
    """A running local AWS with the stack deployed; use it as a context manager, so that nothing is left running."""

    def __init__(self, port=0, parameters=None, code=None, template=None, say=lambda line: None):
        """`template` is deployed in the place of Driftmend's own, with no other parameters than those given."""
        self._command = [sys.executable, "-m", "driftmend_local", "--port", str(port)]
        for name, value in {**({} if template else PARAMETERS), **(parameters or {})}.items():
            self._command += ["--parameter", f"{name}={value}"]
        if template:
            self._command += ["--template", str(template)]
        if code:
            self._command += ["--code", str(code)]
        self._say = say
        self.exports = {}
        # Its connection is used again: tests ask many times a second.
        self._session = requests.Session()

    def __enter__(self):
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "local"), "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(self._command, env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, start_new_session=True)
        self._errors = []
        self._reader = threading.Thread(target=self._read_progress, daemon=True)
        self._reader.start()
        try:
            self._await_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._reader.join(5)
        self._session.close()

    def _read_progress(self):
        for line in self._process.stderr:
            self._errors.append(line.rstrip())
            self._say(line.rstrip())

    def _await_ready(self):
        for line in self._process.stdout:
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").rstrip().partition("=")
                self.exports[name] = value
            if line.startswith("export DRIFTMEND_ENDPOINT"):
                return
        self._process.wait()
        raise NotStarted("\n".join(self._errors[-5:]) or "the local AWS ended without a word")

    # What a person uses.

    def client(self, service, **keys):
        """A boto3 client with the laptop user's keys, or with these; the same one each time."""
        return self._client(service, *sorted(keys.items()))

    @functools.cache
    def _client(self, service, *keys):
        laptop = {"aws_access_key_id": self.exports["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": self.exports["AWS_SECRET_ACCESS_KEY"]}
        with _making:
            return boto_session().client(service, endpoint_url=self.url, region_name=self.exports["AWS_REGION"],
                                  config=Config(retries={"total_max_attempts": 1}, read_timeout=120), **(dict(keys) or laptop))

    @property
    def url(self):
        return self.exports["AWS_ENDPOINT_URL"]

    @property
    def endpoint(self):
        return self.exports["DRIFTMEND_ENDPOINT"]

    def resources(self, kind=None):
        """{logical id: physical id} of the whole stack, or of one CloudFormation type."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for page in pages for one in page["StackResourceSummaries"]
                if kind in (None, one["ResourceType"])}

    def switch_rules(self, on):
        """Switch all event rules of the stack on or off. Off, nothing that happens is heard of."""
        events = self.client("events")
        for rule in self.resources("AWS::Events::Rule").values():
            (events.enable_rule if on else events.disable_rule)(Name=rule)

    def outputs(self):
        stack = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}

    def control(self, path, payload=None, method=None):
        """The JSON answer of a /_local route."""
        answer = self._session.request(method or ("GET" if payload is None else "POST"), f"{self.url}/_local/{path}", json=payload, timeout=180)
        answer.raise_for_status()
        return answer.json()

    def alerts(self):
        """Every alert that the topic delivered, oldest first."""
        return [one for one in self.control("alerts")["alerts"] if one["topic"] == self._topic]

    @functools.cached_property
    def _topic(self):
        return self.outputs()["AlertTopicArn"]

    def dead_letters(self):
        return {queue: letters for queue, letters in self.control("alerts")["deadLetters"].items() if letters}

    def refused(self):
        """What the deployed policies refused to the functions and to the services that act for the stack: who may not what, on what, and why."""
        return [f"{one['principal'].split('/')[-1]} may not {one['action']} on {one['resource']} {one['why']}" for one in self.control("permissions/refused")]

    def forget_repairs(self):
        """Let the guard forget what it repaired lately, as after a day: who makes the same drift again then does not fight it."""
        table = self.client("dynamodb")
        name = self.outputs()["LedgerTable"]
        for page in table.get_paginator("scan").paginate(TableName=name, ProjectionExpression="pk, sk", ConsistentRead=True):
            for item in page["Items"]:
                if item["sk"]["S"].startswith(("REPAIRS#", "HOLD#")):
                    table.delete_item(TableName=name, Key=item)

    def fire(self, schedule):
        """Fire one of the stack's schedules now instead of at its rate; `schedule` is its logical id."""
        return self.control(f"schedules/{self.resources()[schedule]}/fire", {})

    def command(self, *arguments):
        """Run the command line against this AWS: (exit code, standard output, standard error)."""
        ran = subprocess.run([ROOT / "bin" / "driftmend", *arguments], env={**os.environ, **self.exports}, text=True,
                             capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
        return ran.returncode, ran.stdout, ran.stderr

    def plan(self):
        """What the command line's plan finds now, as driftmend.plan/v1."""
        code, out, errors = self.command("plan", "--stack", STACK, "--json")
        if code not in (0, 2):
            raise RuntimeError(f"driftmend plan failed: {errors}")
        return json.loads(out)


_making = threading.Lock()


@functools.cache
def boto_session():
    """One session for all clients, because each reads botocore's megabytes anew. It makes one client at a time."""
    return boto3.session.Session()


def within(seconds, look, pause=0.05, began=None):
    """The first true value that `look` gives, and the seconds since `began` or this call; (None, seconds) if there was none in time."""
    began = time.monotonic() if began is None else began
    while True:
        found = look()
        took = time.monotonic() - began
        if found or took > seconds:
            return found or None, took
        time.sleep(pause)
