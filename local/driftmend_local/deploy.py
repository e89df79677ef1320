"""Deploying a SAM template as `sam deploy` does: code packaged, template submitted, the stack's events awaited."""

import copy
import hashlib
import json
import threading
import time
from pathlib import Path

from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

from .problems import SetupProblem

CODE_BUCKET = "driftmend-local-artifacts"
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_INLINE_LIMIT = 51_200


class Deployment:
    """One stack. `client(service)` gives a boto3 client of the local AWS; `code` is where function archives are noted:
    {(bucket, key): directory}, which is what the function host runs. `say` takes lines of progress."""

    def __init__(self, client, stack, template, code_directory, code, say):
        self._client, self._stack, self._code, self._say = client, stack, code, say
        self._template_path, self._code_directory = Path(template), Path(code_directory)
        self._seen = set()

    def create(self, parameters):
        """Deploy the stack and wait for CREATE_COMPLETE. Raises SetupProblem with the reasons if it fails."""
        self._client("s3").create_bucket(Bucket=CODE_BUCKET)
        self._submit("create_stack", self._template(), parameters, "CREATE_COMPLETE")

    def update(self, parameters):
        """Update the stack with the template as it is now and these parameters; the others stay. False if nothing was to be done."""
        known = {one["ParameterKey"] for one in self.describe().get("Parameters", [])}
        keep = [{"ParameterKey": name, "UsePreviousValue": True} for name in sorted(known - parameters.keys())]
        try:
            self._submit("update_stack", self._template(), parameters, "UPDATE_COMPLETE", keep)
        except ClientError as problem:
            if "No updates are to be performed" in str(problem):
                return False
            raise
        return True

    def describe(self):
        return self._client("cloudformation").describe_stacks(StackName=self._stack)["Stacks"][0]

    def outputs(self):
        """{output key: value}"""
        return {one["OutputKey"]: one["OutputValue"] for one in self.describe().get("Outputs", [])}

    def physical_ids(self, resource_type):
        """{physical id: logical id} of the stack's resources of that type."""
        pages = self._client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self._stack)
        return {one["PhysicalResourceId"]: one["LogicalResourceId"] for page in pages for one in page["StackResourceSummaries"]
                if one["ResourceType"] == resource_type and one.get("PhysicalResourceId")}

    def _template(self):
        try:
            template = yaml_parse(self._template_path.read_text(encoding="utf-8"))
        except OSError as problem:
            raise SetupProblem(f"the template {self._template_path} cannot be read: {problem.strerror}") from problem
        return self._packaged(json.loads(json.dumps(template, default=str)))

    def _packaged(self, template):
        """The template with every function's code in a bucket, as `sam package` leaves it."""
        template = copy.deepcopy(template)
        template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
        for logical_id, resource in template["Resources"].items():
            if resource["Type"] != "AWS::Serverless::Function" or "InlineCode" in resource["Properties"]:
                continue
            properties = resource["Properties"]
            directory = code_of(self._code_directory, logical_id, properties.get("Handler", ""))
            key, manifest = _archive_of(directory)
            self._client("s3").put_object(Bucket=CODE_BUCKET, Key=key, Body=manifest)
            self._code[CODE_BUCKET, key] = directory
            properties["CodeUri"] = f"s3://{CODE_BUCKET}/{key}"
        return template

    def _submit(self, operation, template, parameters, wanted, keep=()):
        body = json.dumps(template, indent=1)
        if len(body) > _INLINE_LIMIT:
            key = f"{self._stack}-{hashlib.sha256(body.encode()).hexdigest()[:32]}.template"
            self._client("s3").put_object(Bucket=CODE_BUCKET, Key=key, Body=body.encode())
            where = {"TemplateURL": f"https://{CODE_BUCKET}.s3.amazonaws.com/{key}"}
        else:
            where = {"TemplateBody": body}
        given = [{"ParameterKey": name, "ParameterValue": str(value)} for name, value in parameters.items()]
        failed, cloudformation = [], self._client("cloudformation")

        def submit():
            try:
                getattr(cloudformation, operation)(StackName=self._stack, Parameters=given + list(keep), Capabilities=_CAPABILITIES, **where)
            except Exception as problem:
                failed.append(problem)
        submitting = threading.Thread(target=submit, daemon=True)
        submitting.start()
        while not self._has_ended(submitting, wanted) and not failed:
            time.sleep(0.2)
        if failed:
            raise failed[0] if operation == "update_stack" else SetupProblem(f"the template was refused: {_message(failed[0])}")
        status = self.describe()["StackStatus"]
        if status != wanted:
            raise SetupProblem(f"the stack {self._stack} ended in {status}: {'; '.join(self._reasons()) or 'no reason was given'}")

    def _has_ended(self, submitting, wanted):
        self._tell_events()
        try:
            status = self.describe()["StackStatus"]
        except ClientError:
            return False
        return not submitting.is_alive() and not status.endswith("_IN_PROGRESS")

    def _tell_events(self):
        for event in reversed(self._events()):
            if event["EventId"] not in self._seen:
                self._seen.add(event["EventId"])
                if not event["ResourceStatus"].endswith("_IN_PROGRESS"):
                    reason = event.get("ResourceStatusReason")
                    self._say(f"{event['ResourceStatus']:<16} {event['ResourceType']:<42} {event['LogicalResourceId']}{' - ' + reason if reason else ''}")

    def _events(self):
        try:
            pages = self._client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=self._stack)
            return [event for page in pages for event in page["StackEvents"]]
        except ClientError:
            return []

    def _reasons(self):
        return [f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}" for event in reversed(self._events())
                if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")]


def code_of(directory, logical_id, handler):
    """The directory of a function's code: its own below a `sam build` directory, else the directory itself. Raises SetupProblem."""
    own = directory / logical_id
    found = own if own.is_dir() else directory
    if not found.is_dir():
        raise SetupProblem(f"the build is not there: {directory} does not exist; build first: make build")
    of_class = handler.partition("::")[0].replace(".", "/") + ".class"
    if not (found / of_class).is_file() and not any((found / "lib").glob("*.jar")):
        raise SetupProblem(f"the build is not there: {found} has no {of_class}; build first: make build")
    return found.resolve()


def _archive_of(directory):
    """(key, content) that stand for the directory's content in the bucket: another content, another key."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    manifest = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(directory)}\n" for path in files).encode()
    return f"code/{hashlib.sha256(manifest).hexdigest()[:32]}", manifest


def _message(problem):
    return problem.response["Error"]["Message"] if isinstance(problem, ClientError) else str(problem)
