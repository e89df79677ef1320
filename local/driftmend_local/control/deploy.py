"""Deploying a SAM template as `sam deploy` does: code packaged, template submitted, the stack's events awaited."""

import contextlib
import hashlib
import json
import threading
import zipfile
from pathlib import Path

from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

from .problems import SetupProblem

CODE_BUCKET = "driftmend-local-artifacts"
IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_INLINE_LIMIT = 51_200


class Deployment:
    """One stack. `client(service)` gives a boto3 client of the local AWS; `code` is where function archives are noted:
    {(bucket, key): directory}, which is what the function host runs. `say` takes lines of progress."""

    def __init__(self, client, stack, template, code_directory, code, say):
        self._client, self._stack, self._code, self._say = client, stack, code, say
        self._template_path, self._code_directory = Path(template), Path(code_directory)
        self._seen, self._reasons, self._parsed = set(), [], None

    def check(self):
        """Raises SetupProblem for a template that cannot be read or code that is not built. Needs no running local AWS."""
        self._parsed = read_template(self._template_path)
        functions_of(self._parsed, self._code_directory)

    def create(self, parameters):
        """Deploy the stack and wait for CREATE_COMPLETE. Raises SetupProblem with the reasons if it fails."""
        self._client("s3").create_bucket(Bucket=CODE_BUCKET)
        template = self._template()
        self._submit("create_stack", template, self._looked_up(template) | parameters, "CREATE_COMPLETE")

    def _looked_up(self, template):
        """What `make deploy` looks up for a first deployment, of the parameters that this template has."""
        declared, looked_up = template.get("Parameters", {}), {}
        if declared.get("ImageId", {}).get("Default") == "":
            looked_up["ImageId"] = self._client("ssm").get_parameter(Name=IMAGE)["Parameter"]["Value"]
        if "ReserveConcurrency" in declared:
            unreserved = self._client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
            looked_up["ReserveConcurrency"] = "true" if unreserved >= 111 else "false"
        return looked_up

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
        """The template with every function's code in a bucket, as `sam package` leaves it."""
        template, self._parsed = self._parsed or read_template(self._template_path), None
        template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
        for properties, directory in functions_of(template, self._code_directory):
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
        self._reasons = []
        failed, cloudformation = [], self._client("cloudformation")

        def submit():
            try:
                getattr(cloudformation, operation)(StackName=self._stack, Parameters=given + list(keep), Capabilities=_CAPABILITIES, **where)
            except Exception as problem:
                failed.append(problem)
        submitting = threading.Thread(target=submit, daemon=True)
        submitting.start()
        while submitting.is_alive() or self._is_busy():
            submitting.join(1.0)
            self._tell_events()
        if failed:
            raise failed[0] if operation == "update_stack" else SetupProblem(f"the template was refused: {_message(failed[0])}")
        status = self.describe()["StackStatus"]
        if status != wanted:
            raise SetupProblem(f"the stack {self._stack} ended in {status}: {'; '.join(self._reasons) or 'no reason was given'}")

    def _is_busy(self):
        with contextlib.suppress(ClientError):
            return self.describe()["StackStatus"].endswith("_IN_PROGRESS")
        return False

    def _tell_events(self):
        """Say what came since the last look; keep the reasons of failures."""
        new = []
        with contextlib.suppress(ClientError):
            for page in self._client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=self._stack):
                fresh = [event for event in page["StackEvents"] if event["EventId"] not in self._seen]
                new += fresh
                if len(fresh) < len(page["StackEvents"]):
                    break
        for event in reversed(new):
            self._seen.add(event["EventId"])
            status, reason = event["ResourceStatus"], event.get("ResourceStatusReason")
            if status.endswith("_FAILED") and reason:
                self._reasons.append(f"{event['LogicalResourceId']}: {reason}")
            if not status.endswith("_IN_PROGRESS"):
                self._say(f"{status:<16} {event['ResourceType']:<42} {event['LogicalResourceId']}{' - ' + reason if reason else ''}")


def read_template(path):
    """The template as a dict, YAML's short tags in their long form. Raises SetupProblem."""
    try:
        return json.loads(json.dumps(yaml_parse(Path(path).read_text(encoding="utf-8")), default=str))
    except OSError as problem:
        raise SetupProblem(f"the template {path} cannot be read: {problem.strerror}") from problem


def functions_of(template, code_directory):
    """[(properties, directory of the code)] of the template's functions. Raises SetupProblem if code is not there."""
    functions = [(name, one["Properties"]) for name, one in template["Resources"].items() if one["Type"] == "AWS::Serverless::Function"]
    return [(properties, code_of(Path(code_directory), name, properties.get("Handler", ""))) for name, properties in functions]


def code_of(directory, logical_id, handler):
    """The directory of a function's code: its own below a `sam build` directory, else the directory itself. Raises SetupProblem."""
    own = directory / logical_id
    found = own if own.is_dir() else directory
    if not found.is_dir():
        raise SetupProblem(f"the build is not there: {directory} does not exist; build first: make build")
    of_class = handler.partition("::")[0].replace(".", "/") + ".class"
    if not (found / of_class).is_file() and not any(of_class in zipfile.ZipFile(jar).namelist() for jar in (found / "lib").glob("*.jar")):
        raise SetupProblem(f"the build is not there: {found} has no {of_class}; build first: make build")
    return found.resolve()


def _archive_of(directory):
    """(key, content) that stand for the directory's content in the bucket: another content, another key."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    manifest = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(directory)}\n" for path in files).encode()
    return f"code/{hashlib.sha256(manifest).hexdigest()[:32]}", manifest


def _message(problem):
    return problem.response["Error"]["Message"] if isinstance(problem, ClientError) else str(problem)
