"""A role's calls held to a list of IAM actions, whatever the resource: the proof that a list suffices and that each entry is needed."""

import fnmatch

from . import refusals
from .gateway import before, on_reset, register

_allowed = {}
_ALWAYS = ("sts:GetCallerIdentity",)


@on_reset
def clear():
    _allowed.clear()


@before
def enforce(call):
    role = call.principal.role if call.principal and not call.origin else None
    held = _allowed.get(role)
    if held is None:
        return
    for action in refusals.iam_actions(call):
        if action in _ALWAYS or any(fnmatch.fnmatch(action.lower(), pattern.lower()) for pattern in held["actions"]):
            held["used"].add(action)
        else:
            held["denied"].add(action)
            raise refusals.denied(call, action)


def _local(method, payload, query):
    """POST {"role", "actions"} holds a role to the actions; GET tells what each role used and was denied; DELETE lifts all, or ?role=."""
    if method == "DELETE":
        for role in [query["role"]] if "role" in query else list(_allowed):
            _allowed.pop(role, None)
    elif method == "POST":
        if not isinstance(payload, dict) or not payload.get("role") or not isinstance(payload.get("actions"), list):
            raise ValueError('POST {"role": "<role name>", "actions": ["ec2:DescribeSecurityGroups", ...]}')
        _allowed[payload["role"]] = {"actions": payload["actions"], "used": set(), "denied": set()}
    return 200, {role: {"actions": h["actions"], "used": sorted(h["used"]), "denied": sorted(h["denied"])} for role, h in _allowed.items()}


register("/_local/permissions", _local)
