"""CloudFormation's stack operations."""

import json
import threading

from ..api.gateway import operation
from ..api.request import AwsError
from . import deploy, parameters, rules, stacks, template
from .stacks import Spec, Stack

_BUSY_HINT = "state and can not be updated."
_one_operation = threading.Lock()


def read_spec(call, previous=None):
    """What the call asks for: body parsed and transformed, parameters checked, references known. Raises ValidationError."""
    p = call.params
    body = p.get("TemplateBody") or (p.get("TemplateURL") and _from_bucket(call, p["TemplateURL"]))
    if not body and p.get("UsePreviousTemplate") and previous:
        body = previous.body
    if not body:
        raise AwsError("ValidationError", "Either Template URL or Template Body must be specified.")
    parsed = template.parse(body)
    given = p.get("Parameters", [])
    before = previous.parameters if previous else {}
    if template.uses_sam(parsed):
        if "CAPABILITY_AUTO_EXPAND" not in p.get("Capabilities", []) and call.action in ("CreateStack", "UpdateStack"):
            raise AwsError("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_AUTO_EXPAND]")
        values, _ = parameters.read(parsed, given, before, call.region)
        parsed = template.transformed(parsed, values)
        processed = json.dumps(parsed, indent=2)
    else:
        processed = body
    values, resolved = parameters.read(parsed, given, before, call.region)
    tags = {t["Key"]: t["Value"] for t in p["Tags"]} if "Tags" in p else dict(previous.tags) if previous else {}
    return Spec(body, processed, parsed, values, resolved, tags, p.get("RoleARN"), tuple(p.get("Capabilities", [])), tuple(p.get("NotificationARNs", [])))


def check(stack, spec):
    """Refuse what CloudFormation refuses before it starts: failed rules, missing capability, unknown references, circles."""
    rules.check(spec)
    kinds = {r.get("Type", "") for r in spec.template["Resources"].values()}
    if any(k.startswith("AWS::IAM::") and k != "AWS::IAM::InstanceProfile" for k in kinds) and not set(spec.capabilities) & {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"}:
        raise AwsError("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]")
    known = spec.template["Resources"].keys() | spec.template.get("Parameters", {}).keys()
    for name, resource in spec.template["Resources"].items():
        if not resource.get("Type"):
            raise AwsError("ValidationError", f"Template format error: Resource {name} has no Type.")
        unknown = {r for r in deploy.references(resource.get("Properties", {})) if r not in known and not r.startswith("AWS::")}
        if unknown:
            raise AwsError("ValidationError", f"Template format error: Unresolved resource dependencies [{', '.join(sorted(unknown))}] in the Resources block of the template")
    deploy.order(spec.template, deploy.resolver_of(stack, spec))


def is_no_change(stack, spec):
    parts = ("Resources", "Outputs", "Conditions", "Mappings")
    same = all(stack.spec.template.get(k) == spec.template.get(k) for k in parts)
    return same and stack.spec.resolved == spec.resolved and stack.spec.tags == spec.tags


def refuse_if_busy(stack):
    if stack.shown_status.endswith("_IN_PROGRESS") or stack.shown_status in ("ROLLBACK_COMPLETE", "CREATE_FAILED", "DELETE_FAILED"):
        raise AwsError("ValidationError", f"Stack:{stack.id} is in {stack.shown_status} {_BUSY_HINT}")


@operation("cloudformation", "CreateStack")
def create_stack(call, _moto):
    name = call.params["StackName"]
    with _one_operation:
        if stacks.live(name, call.region):
            raise AwsError("AlreadyExistsException", f"Stack [{name}] already exists")
        stack = Stack(name, call.region, read_spec(call), protected=bool(call.params.get("EnableTerminationProtection")),
                      disable_rollback=bool(call.params.get("DisableRollback")) or call.params.get("OnFailure") == "DO_NOTHING",
                      token=call.params.get("ClientRequestToken"))
        check(stack, stack.spec)
        stacks.add(stack)
    deploy.start(deploy.create, stack, stack.spec, call.principal)
    return {"StackId": stack.id}


@operation("cloudformation", "UpdateStack")
def update_stack(call, _moto):
    stack = stacks.find(call.params["StackName"], call.region)
    refuse_if_busy(stack)
    spec = read_spec(call, stack.spec)
    check(stack, spec)
    if is_no_change(stack, spec):
        raise AwsError("ValidationError", "No updates are to be performed.")
    stack.token = call.params.get("ClientRequestToken")
    deploy.start(deploy.update, stack, spec, call.principal)
    return {"StackId": stack.id}


@operation("cloudformation", "DeleteStack")
def delete_stack(call, _moto):
    try:
        stack = stacks.find(call.params["StackName"], call.region)
    except AwsError:
        return {}
    if stack.protected:
        raise AwsError("ValidationError", f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    if stack.status != "DELETE_COMPLETE":
        stack.held = None
        deploy.start(deploy.delete, stack, None, call.principal)
    return {}


@operation("cloudformation", "UpdateTerminationProtection")
def protect(call, _moto):
    stack = stacks.find(call.params["StackName"], call.region)
    stack.protected = call.params["EnableTerminationProtection"]
    return {"StackId": stack.id}


@operation("cloudformation", "SignalResource")
def signal(call, _moto):
    stacks.find(call.params["StackName"], call.region)
    return {}


@operation("cloudformation", "ValidateTemplate")
def validate(call, _moto):
    parsed = template.parse(call.params.get("TemplateBody") or _from_bucket(call, call.params["TemplateURL"]))
    return {"Description": parsed.get("Description", ""), "Parameters": [
        {"ParameterKey": name, "NoEcho": str(spec.get("NoEcho", False)).lower() == "true", "Description": spec.get("Description", ""),
         **({"DefaultValue": str(spec["Default"])} if "Default" in spec else {})} for name, spec in parsed.get("Parameters", {}).items()]}


def _from_bucket(call, url):
    from urllib.parse import urlsplit

    from ..api.inside import client
    parts = urlsplit(url)
    path = parts.path.strip("/").split("/", 1)
    bucket, key = (parts.netloc.split(".s3")[0], parts.path.strip("/")) if ".s3" in parts.netloc else path
    return client("s3", call.region).get_object(Bucket=bucket, Key=key)["Body"].read().decode()
