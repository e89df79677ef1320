"""What CloudFormation tells about its stacks."""

import json

from ..api.gateway import operation, register
from ..api.paging import page
from ..api.request import AwsError
from . import deploy, parameters, stacks, template


def _summary(stack):
    shown = {
        "StackId": stack.id, "StackName": stack.name, "CreationTime": stack.created, "StackStatus": stack.shown_status,
        "DisableRollback": stack.disable_rollback, "Parameters": parameters.shown(stack), "Outputs": stack.outputs,
        "Capabilities": list(stack.spec.capabilities), "Tags": [{"Key": k, "Value": v} for k, v in stack.spec.tags.items()],
        "NotificationARNs": list(stack.spec.topics), "EnableTerminationProtection": stack.protected, "RollbackConfiguration": {},
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"}}
    for key, value in (("LastUpdatedTime", stack.updated), ("DeletionTime", stack.deleted), ("StackStatusReason", stack.reason),
                       ("RoleARN", stack.spec.role), ("Description", stack.spec.template.get("Description"))):
        if value:
            shown[key] = value
    return shown


@operation("cloudformation", "DescribeStacks")
def describe_stacks(call, _moto):
    name = call.params.get("StackName")
    chosen = [stacks.find(name, call.region)] if name else [s for s in stacks.all_stacks(call.region) if s.status not in stacks.DONE]
    shown, token = page(call, map(_summary, chosen), call.params.get("NextToken"), 100)
    return _with_token({"Stacks": shown}, token)


@operation("cloudformation", "ListStacks")
def list_stacks(call, _moto):
    wanted = call.params.get("StackStatusFilter")
    chosen = [_summary(s) for s in stacks.all_stacks(call.region) if not wanted or s.shown_status in wanted]
    shown, token = page(call, chosen, call.params.get("NextToken"), 100)
    return _with_token({"StackSummaries": shown}, token)


def _drawn(stack, resource, **more):
    drawn = {"LogicalResourceId": resource.logical_id, "ResourceType": resource.type, "ResourceStatus": resource.status,
             "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"}, **more}
    if resource.physical_id:
        drawn["PhysicalResourceId"] = resource.physical_id
    if resource.reason:
        drawn["ResourceStatusReason"] = resource.reason
    return drawn


@operation("cloudformation", "ListStackResources")
def list_stack_resources(call, _moto):
    stack = stacks.find(call.params["StackName"], call.region)
    drawn = [_drawn(stack, r, LastUpdatedTimestamp=r.updated) for r in stack.resources.values()]
    shown, token = page(call, drawn, call.params.get("NextToken"), 100)
    return _with_token({"StackResourceSummaries": shown}, token)


@operation("cloudformation", "DescribeStackResources")
def describe_stack_resources(call, _moto):
    name, physical, logical = (call.params.get(k) for k in ("StackName", "PhysicalResourceId", "LogicalResourceId"))
    if name:
        stack = stacks.find(name, call.region)
    else:
        stack = next((s for s in stacks.all_stacks(call.region) for r in s.resources.values() if physical and r.physical_id == physical), None)
        if stack is None:
            raise AwsError("ValidationError", f"Stack for {physical} does not exist")
    chosen = [r for r in stack.resources.values() if (not logical or r.logical_id == logical)]
    return {"StackResources": [_drawn(stack, r, StackId=stack.id, StackName=stack.name, Timestamp=r.updated) for r in chosen[:100]]}


@operation("cloudformation", "DescribeStackResource")
def describe_stack_resource(call, _moto):
    stack, logical = stacks.find(call.params["StackName"], call.region), call.params["LogicalResourceId"]
    if logical not in stack.resources:
        raise AwsError("ValidationError", f"Resource {logical} does not exist for stack {stack.name}")
    return {"StackResourceDetail": _drawn(stack, stack.resources[logical], StackId=stack.id, StackName=stack.name,
                                          LastUpdatedTimestamp=stack.resources[logical].updated)}


@operation("cloudformation", "DescribeStackEvents")
def describe_stack_events(call, _moto):
    stack = stacks.find(call.params["StackName"], call.region)
    shown, token = page(call, reversed(stack.events), call.params.get("NextToken"), 100)
    return _with_token({"StackEvents": shown}, token)


@operation("cloudformation", "GetTemplate")
def get_template(call, _moto):
    stack = stacks.find(call.params["StackName"], call.region)
    stage = call.params.get("TemplateStage", "Original")
    return {"TemplateBody": stack.spec.processed_body if stage == "Processed" else stack.spec.body, "StagesAvailable": ["Original", "Processed"]}


@operation("cloudformation", "GetTemplateSummary")
def get_template_summary(call, _moto):
    if call.params.get("StackName"):
        parsed = stacks.find(call.params["StackName"], call.region).spec.template
    else:
        parsed = template.parse(call.params["TemplateBody"])
    declared = [{"ParameterKey": name, "ParameterType": spec.get("Type", "String"), "Description": spec.get("Description", ""),
                 **({"DefaultValue": str(spec["Default"])} if "Default" in spec else {})} for name, spec in parsed.get("Parameters", {}).items()]
    return {"Parameters": declared, "ResourceTypes": sorted({r["Type"] for r in parsed["Resources"].values()}),
            "Description": parsed.get("Description", "")}


@operation("cloudformation", "ListExports")
def list_exports(call, _moto):
    found = [{"ExportingStackId": stack_id, "Name": name, "Value": value} for name, (value, stack_id) in stacks.exports(call.region).items()]
    shown, token = page(call, found, call.params.get("NextToken"), 100)
    return _with_token({"Exports": shown}, token)


@operation("cloudformation", "ListImports")
def list_imports(call, _moto):
    wanted = call.params["ExportName"]
    users = [s.name for s in stacks.all_stacks(call.region) if f'"Fn::ImportValue": {json.dumps(wanted)}' in json.dumps(s.spec.template)]
    if not users:
        raise AwsError("ValidationError", f"Export '{wanted}' is not imported by any stack.")
    return {"Imports": users}


def _with_token(answer, token):
    return answer | {"NextToken": token} if token else answer


def _hold(method, payload, query):
    """GET lists; POST {"stack", "status"} shows the stack in that status until {"status": null}, and tells the bus."""
    if method == "GET":
        return 200, [{"stack": s.name, "id": s.id, "status": s.shown_status, "held": bool(s.held)} for s in stacks.all_stacks("us-east-1")]
    if not isinstance(payload, dict) or "stack" not in payload or "status" not in payload:
        raise ValueError('POST {"stack": "<name or id>", "status": "UPDATE_IN_PROGRESS" or null}')
    try:
        stack = stacks.find(payload["stack"], payload.get("region", "us-east-1"))
    except AwsError as unknown:
        raise ValueError(unknown.message) from unknown
    stack.held = payload["status"]
    deploy.announce(stack, stack.shown_status, payload.get("reason"))
    return 200, {"stack": stack.name, "status": stack.shown_status}


register("/_local/stacks", _hold)
