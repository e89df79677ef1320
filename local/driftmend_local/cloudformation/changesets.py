"""Change sets, as `sam deploy` and `aws cloudformation deploy` use them."""

import uuid
from datetime import UTC, datetime

from ..api.gateway import operation
from ..api.request import ACCOUNT, AwsError
from . import api, deploy, stacks
from .stacks import Spec, Stack

_EMPTY = Spec("", "", {"Resources": {}}, {}, {}, {})


@operation("cloudformation", "CreateChangeSet")
def create_change_set(call, _moto):
    name, kind = call.params["StackName"], call.params.get("ChangeSetType", "UPDATE")
    if call.params.get("DeploymentMode"):
        raise AwsError("ValidationError", "The local AWS does not do drift-aware change sets (DeploymentMode)")
    stack = stacks.live(name, call.region) or (name.startswith("arn:") and stacks.find(name, call.region)) or None
    if kind == "CREATE" and stack is None:
        stack = Stack(name, call.region, _EMPTY)
        stacks.add(stack)
        deploy.set_status(stack, "REVIEW_IN_PROGRESS", "User Initiated")
    elif stack is None:
        raise AwsError("ValidationError", f"Stack [{name}] does not exist")
    elif kind == "CREATE" and stack.status != "REVIEW_IN_PROGRESS":
        raise AwsError("ValidationError", f"Stack [{name}] already exists and cannot be created again with the changeSet [{call.params['ChangeSetName']}].")
    fresh = stack.status == "REVIEW_IN_PROGRESS"
    spec = api.read_spec(call, None if fresh else stack.spec)
    api.check(stack, spec)
    changes = _changes(stack, spec)
    nothing = not fresh and api.is_no_change(stack, spec)
    change_set = {
        "ChangeSetName": call.params["ChangeSetName"], "StackId": stack.id, "StackName": stack.name, "CreationTime": datetime.now(UTC),
        "ChangeSetId": f"arn:aws:cloudformation:{call.region}:{ACCOUNT}:changeSet/{call.params['ChangeSetName']}/{uuid.uuid4()}",
        "Status": "FAILED" if nothing else "CREATE_COMPLETE", "ExecutionStatus": "UNAVAILABLE" if nothing else "AVAILABLE",
        "Changes": changes, "Capabilities": list(spec.capabilities), "Tags": [{"Key": k, "Value": v} for k, v in spec.tags.items()],
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in spec.parameters.items()]}
    if nothing:
        change_set["StatusReason"] = "The submitted information didn't contain changes. Submit different information to create a change set."
    stack.change_sets[change_set["ChangeSetId"]] = (change_set, spec)
    return {"Id": change_set["ChangeSetId"], "StackId": stack.id}


@operation("cloudformation", "DescribeChangeSet")
def describe_change_set(call, _moto):
    _, change_set, _ = _find(call)
    return change_set


@operation("cloudformation", "ListChangeSets")
def list_change_sets(call, _moto):
    return {"Summaries": [c for c, _ in stacks.find(call.params["StackName"], call.region).change_sets.values()]}


@operation("cloudformation", "DeleteChangeSet")
def delete_change_set(call, _moto):
    stack, change_set, _ = _find(call)
    del stack.change_sets[change_set["ChangeSetId"]]
    return {}


@operation("cloudformation", "ExecuteChangeSet")
def execute_change_set(call, _moto):
    stack, change_set, spec = _find(call)
    if change_set["ExecutionStatus"] != "AVAILABLE":
        raise AwsError("InvalidChangeSetStatus", f"ChangeSet [{change_set['ChangeSetId']}] cannot be executed in its current status of [{change_set['Status']}]")
    fresh = stack.status == "REVIEW_IN_PROGRESS"
    if not fresh:
        api.refuse_if_busy(stack)
    change_set["ExecutionStatus"] = "EXECUTE_COMPLETE"
    stack.change_sets.clear()
    stack.token = call.params.get("ClientRequestToken")
    deploy.start(deploy.create if fresh else deploy.update, stack, spec, call.principal)
    return {}


def _find(call):
    name = call.params["ChangeSetName"]
    for stack in stacks.all_stacks(call.region):
        if call.params.get("StackName") in (None, stack.name, stack.id):
            for change_set, spec in stack.change_sets.values():
                if name in (change_set["ChangeSetId"], change_set["ChangeSetName"]):
                    return stack, change_set, spec
    raise AwsError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)


def _changes(stack, spec):
    wanted = deploy.order(spec.template, deploy.resolver_of(stack, spec))
    changes = [_change("Add", name, spec.template["Resources"][name]["Type"], None) for name in wanted if name not in stack.resources]
    old = stack.spec.template["Resources"]
    for name, resource in stack.resources.items():
        if name not in wanted:
            changes.append(_change("Remove", name, resource.type, resource.physical_id))
        elif old.get(name) != spec.template["Resources"][name] or stack.spec.resolved != spec.resolved:
            changes.append(_change("Modify", name, resource.type, resource.physical_id))
    return changes


def _change(action, logical_id, kind, physical_id):
    change = {"Action": action, "LogicalResourceId": logical_id, "ResourceType": kind}
    if physical_id:
        change["PhysicalResourceId"] = physical_id
    if action == "Modify":
        change["Replacement"] = "Conditional"
    return {"Type": "Resource", "ResourceChange": change}
