"""Creating, updating and deleting a stack: resources in the order of their references, each step an event, a failure rolled back."""

import contextvars
import json
import logging
import threading
import uuid
from datetime import UTC, datetime
from graphlib import CycleError, TopologicalSorter

from botocore.exceptions import BotoCoreError, ClientError

from ..events import bus
from ..api.inside import Origin, acting_as, client
from ..api.request import ACCOUNT, AwsError
from . import stacks
from .handlers import Context, handler_of
from .intrinsics import Resolver, references
from .stacks import Resource

_ANSWER_AFTER = 25
log = logging.getLogger("driftmend.local")


class StepFailed(Exception):
    """A resource could not be made, changed or removed; the text is the reason shown in the events."""


def start(work, stack, spec_or_none, principal):
    """Run `create`, `update` or `delete` beside the caller; wait a while so that a quick stack is done when the call answers."""
    def run():
        with acting_as(Origin("cloudformation.amazonaws.com", principal)):
            work(stack) if spec_or_none is None else work(stack, spec_or_none)
    worker = threading.Thread(target=contextvars.copy_context().run, args=(run,), name=f"stack-{stack.name}", daemon=True)
    worker.start()
    worker.join(_ANSWER_AFTER)


def create(stack, spec):
    set_status(stack, "CREATE_IN_PROGRESS", "User Initiated")
    stack.spec = spec
    try:
        resolver = resolver_of(stack, spec)
        for logical_id in order(spec.template, resolver):
            _make(stack, spec.template["Resources"][logical_id], logical_id, resolver)
        stack.outputs = outputs_of(spec.template, resolver)
        set_status(stack, "CREATE_COMPLETE")
    except (StepFailed, AwsError) as failed:
        if stack.disable_rollback:
            set_status(stack, "CREATE_FAILED", str(failed))
            return
        set_status(stack, "ROLLBACK_IN_PROGRESS", f"{failed}. Rollback requested by user.")
        clean = _remove_all(stack, [_not_kept(resource) for resource in reversed(stack.resources.values())])
        set_status(stack, "ROLLBACK_COMPLETE" if clean else "ROLLBACK_FAILED")


def update(stack, spec):
    before, old_spec, old_outputs = dict(stack.resources), stack.spec, stack.outputs
    stack.updated = datetime.now(UTC)
    set_status(stack, "UPDATE_IN_PROGRESS", "User Initiated")
    replaced = []
    try:
        resolver = resolver_of(stack, spec)
        wanted = order(spec.template, resolver)
        for logical_id in wanted:
            _bring_to(stack, spec.template["Resources"][logical_id], logical_id, resolver, replaced)
        outputs = outputs_of(spec.template, resolver)
        stack.spec, stack.outputs = spec, outputs
        set_status(stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        gone = [stack.resources[name] for name in before if name not in wanted]
        _remove_all(stack, list(reversed(gone)) + replaced)
        set_status(stack, "UPDATE_COMPLETE")
    except (StepFailed, AwsError) as failed:
        set_status(stack, "UPDATE_ROLLBACK_IN_PROGRESS", str(failed))
        _go_back(stack, before, replaced)
        stack.spec, stack.outputs = old_spec, old_outputs
        set_status(stack, "UPDATE_ROLLBACK_COMPLETE")


def delete(stack):
    # AWS tells the time from the beginning, and does not touch LastUpdatedTime.
    stack.deleted = datetime.now(UTC)
    set_status(stack, "DELETE_IN_PROGRESS", "User Initiated")
    if _remove_all(stack, list(reversed(stack.resources.values()))):
        set_status(stack, "DELETE_COMPLETE")
    else:
        set_status(stack, "DELETE_FAILED", "The following resource(s) failed to delete: "
                   + ", ".join(r.logical_id for r in stack.resources.values() if r.status == "DELETE_FAILED"))


def order(template, resolver):
    """Logical ids whose condition holds, each after what it refers to. Raises ValidationError for a circle or an unknown name."""
    resources = {name: r for name, r in template["Resources"].items() if resolver.holds(r)}
    graph = {}
    for name, resource in resources.items():
        depends = resource.get("DependsOn", [])
        # Whatever Metadata refers to comes first too; the branch of a condition that does not hold names nothing that is made.
        named = references(resource.get("Properties", {})) | references(resource.get("Metadata", {})) | set([depends] if isinstance(depends, str) else depends)
        graph[name] = [n for n in template["Resources"] if n in named and n in resources and n != name]
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        raise AwsError("ValidationError", f"Circular dependency between resources: [{', '.join(sorted(set(circle.args[1])))}]") from None


def resolver_of(stack, spec):
    def ref(name):
        return _made(stack, name).physical_id

    def attribute(name, wanted):
        made = _made(stack, name)
        if wanted not in made.attributes:
            raise AwsError("ValidationError", f"Template error: resource {name} does not support attribute type {wanted} in Fn::GetAtt")
        return made.attributes[wanted]

    def ssm(name, version):
        return client("ssm", stack.region).get_parameter(Name=f"{name}:{version}" if version else name)["Parameter"]["Value"]

    pseudo = {"AWS::AccountId": ACCOUNT, "AWS::Region": stack.region, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com",
              "AWS::StackId": stack.id, "AWS::StackName": stack.name, "AWS::NotificationARNs": list(spec.topics)}
    exports = {name: value for name, (value, _) in stacks.exports(stack.region).items()}
    return Resolver(spec.template, spec.resolved, pseudo, ref, attribute, exports, ssm,
                    lambda region: [z["ZoneName"] for z in client("ec2", region).describe_availability_zones()["AvailabilityZones"]])


def outputs_of(template, resolver):
    outputs = []
    for name, spec in template.get("Outputs", {}).items():
        if not resolver.holds(spec):
            continue
        output = {"OutputKey": name, "OutputValue": str(resolver.resolve(spec["Value"]))}
        if "Description" in spec:
            output["Description"] = spec["Description"]
        if "Export" in spec:
            output["ExportName"] = resolver.resolve(spec["Export"]["Name"])
        outputs.append(output)
    return outputs


def _made(stack, name):
    resource = stack.resources.get(name)
    if resource is None or resource.physical_id is None:
        raise AwsError("ValidationError", f"Template format error: Unresolved resource dependencies [{name}] in the Resources block of the template")
    return resource


def _make(stack, definition, logical_id, resolver):
    resource = Resource(logical_id, definition["Type"], **_deletion_policy(definition))
    resource.retained_on_replace = definition.get("UpdateReplacePolicy", "") == "Retain"
    stack.resources[logical_id] = resource
    with _step(stack, resource, "CREATE"):
        handler = handler_of(resource.type)
        resource.properties = resolver.resolve(definition.get("Properties", {}))
        resource.physical_id, resource.attributes = handler.create(Context(stack, resource), resource.properties)


def _bring_to(stack, definition, logical_id, resolver, replaced):
    old = stack.resources.get(logical_id)
    if old is None:
        return _make(stack, definition, logical_id, resolver)
    properties = resolver.resolve(definition.get("Properties", {}))
    retained = _deletion_policy(definition)
    if properties == old.properties and definition["Type"] == old.type:
        stack.resources[logical_id] = old.copy_with(**retained)
        return None
    new = old.copy_with(type=definition["Type"], properties=properties, **retained)
    new.retained_on_replace = definition.get("UpdateReplacePolicy", "") == "Retain"
    stack.resources[logical_id] = new
    with _step(stack, new, "UPDATE"):
        handler = handler_of(new.type)
        made = handler.update(Context(stack, new), old.properties, properties) if new.type == old.type else None
        if made is None:
            new.physical_id, new.attributes = None, {}
            made = handler.create(Context(stack, new), properties)
            if not old.retained_on_replace:
                replaced.append(old.copy_with(retained=False))
        new.physical_id, new.attributes = made
    return None


def _deletion_policy(definition):
    policy = definition.get("DeletionPolicy", "")
    return {"retained": policy.startswith("Retain"), "retained_once_created": policy == "RetainExceptOnCreate"}


def _not_kept(resource):
    """RetainExceptOnCreate keeps nothing of the operation that made it, once that is rolled back.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    """
    if resource.retained_once_created:
        resource.retained = False
    return resource


class _step:
    """One resource's move from IN_PROGRESS to COMPLETE or FAILED, with its events; turns any error into StepFailed."""

    def __init__(self, stack, resource, verb):
        self._stack, self._resource, self._verb = stack, resource, verb

    def __enter__(self):
        _move(self._stack, self._resource, f"{self._verb}_IN_PROGRESS")

    def __exit__(self, kind, problem, _trace):
        if problem is None:
            _move(self._stack, self._resource, f"{self._verb}_COMPLETE")
            return False
        if not isinstance(problem, Exception):
            return False
        if not isinstance(problem, (ClientError, BotoCoreError, AwsError, KeyError)):
            log.error("%s %s", self._resource.type, self._resource.logical_id, exc_info=problem)
        reason = _reason(problem)
        _move(self._stack, self._resource, f"{self._verb}_FAILED", reason)
        raise StepFailed(f"The following resource(s) failed to {self._verb.lower()}: [{self._resource.logical_id}]") from problem


def _reason(problem):
    if isinstance(problem, ClientError):
        error = problem.response["Error"]
        return f"{error.get('Message')} (Service: {problem.operation_name}, Error Code: {error.get('Code')})"
    if isinstance(problem, KeyError):
        return f"Properties validation failed: required key {problem} not found"
    return getattr(problem, "message", None) or str(problem)


def _remove_all(stack, resources):
    """Delete the resources in the given order; true if all went. One that other leftovers still use is tried again."""
    left, rounds = list(resources), 0
    while left and rounds < 4:
        rounds += 1
        left = [r for r in left if not _remove(stack, r, last=rounds == 4)]
    return not left


def _remove(stack, resource, last):
    kept = resource.retained and resource.status != "CREATE_FAILED" or resource.physical_id is None
    current = stack.resources.get(resource.logical_id) is resource
    if not kept:
        _move(stack, resource, "DELETE_IN_PROGRESS")
        try:
            handler_of(resource.type).delete(Context(stack, resource), resource.properties)
        except (ClientError, AwsError, BotoCoreError) as problem:
            if last:
                _move(stack, resource, "DELETE_FAILED", _reason(problem))
            return False
    _move(stack, resource, "DELETE_SKIPPED" if kept and resource.retained else "DELETE_COMPLETE")
    if current:
        del stack.resources[resource.logical_id]
    return True


def _go_back(stack, before, replaced):
    for logical_id in reversed(list(stack.resources)):
        now, then = stack.resources[logical_id], before.get(logical_id)
        if then is None:
            _remove(stack, _not_kept(now), last=True)
        elif now.physical_id != then.physical_id:
            stack.resources[logical_id] = then
            if now.physical_id:
                _remove(stack, now, last=True)
        elif now.properties != then.properties or now.status == "UPDATE_FAILED":
            try:
                handler_of(then.type).update(Context(stack, now), now.properties, then.properties)
            except (ClientError, AwsError) as problem:
                _move(stack, now, "UPDATE_FAILED", _reason(problem))
            stack.resources[logical_id] = then.copy_with(status="UPDATE_COMPLETE", updated=datetime.now(UTC))
    replaced.clear()


def _move(stack, resource, status, reason=None):
    resource.status, resource.reason, resource.updated = status, reason, datetime.now(UTC)
    _record(stack, resource.logical_id, resource.physical_id or "", resource.type, status, reason, resource.properties)


def set_status(stack, status, reason=None):
    """Move the stack to a status and tell it: an event of the stack and one on the default bus."""
    stack.status, stack.reason = status, reason
    _record(stack, stack.name, stack.id, "AWS::CloudFormation::Stack", status, reason, None)
    announce(stack, status, reason)


def announce(stack, status, reason=None):
    bus.publish("aws.cloudformation", "CloudFormation Stack Status Change", {
        "stack-id": stack.id, "status-details": {"status": status, "status-reason": reason or ""},
        "client-request-token": stack.token or ""}, [stack.id], stack.region)


def _record(stack, logical_id, physical_id, kind, status, reason, properties):
    event = {"StackId": stack.id, "EventId": f"{logical_id}-{status}-{uuid.uuid4()}", "StackName": stack.name,
             "LogicalResourceId": logical_id, "PhysicalResourceId": physical_id, "ResourceType": kind,
             "Timestamp": datetime.now(UTC), "ResourceStatus": status}
    if reason:
        event["ResourceStatusReason"] = reason
    if properties:
        event["ResourceProperties"] = json.dumps(_as_strings(properties))
    if stack.token:
        event["ClientRequestToken"] = stack.token
    stack.events.append(event)


def _as_strings(value):
    if isinstance(value, dict):
        return {k: _as_strings(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_as_strings(v) for v in value]
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
