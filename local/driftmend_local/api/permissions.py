"""Calls of functions' roles, judged by the deployed policies; and a role held to a list of actions besides, to prove that each is needed."""

import fnmatch

from . import refusals
from .gateway import before, on_reset, register
from ..iam import judgement, needs

_held = {}


@on_reset
def clear():
    _held.clear()
    judgement.forget()


@before
def enforce(call):
    if call.origin or not call.principal or not call.principal.role:
        return
    held = _held.get(call.principal.role)
    asked = [needs.Asked(action, "*") for action in needs.actions(call)]
    if judgement.is_judged(call.principal):
        try:
            asked = judgement.require(call)
        except judgement.Denied as denied:
            if held:
                held["denied"].add(denied.asked.action)
            raise refusals.denied(call, denied.asked, denied.why) from denied
    for one in asked if held else []:
        if one.action == "sts:GetCallerIdentity" or any(fnmatch.fnmatch(one.action.lower(), pattern.lower()) for pattern in held["actions"]):
            held["used"].add(one.action)
        else:
            held["denied"].add(one.action)
            raise refusals.denied(call, one)


def _local(method, payload, query):
    """POST {"role", "actions"} holds a role to the actions; GET tells what each role used and was denied; DELETE lifts all, or ?role=.

    GET /refused tells what the deployed policies refused.
    """
    if query.get("rest") == "refused":
        if method == "DELETE":
            judgement.forget()
        return 200, judgement.refusals()
    if method == "DELETE":
        for role in [query["role"]] if "role" in query else list(_held):
            _held.pop(role, None)
    elif method == "POST":
        if not isinstance(payload, dict) or not payload.get("role") or not isinstance(payload.get("actions"), list):
            raise ValueError('POST {"role": "<role name>", "actions": ["ec2:DescribeSecurityGroups", ...]}')
        _held[payload["role"]] = {"actions": payload["actions"], "used": set(), "denied": set()}
    return 200, {role: {"actions": h["actions"], "used": sorted(h["used"]), "denied": sorted(h["denied"])} for role, h in _held.items()}


register("/_local/permissions", _local)
