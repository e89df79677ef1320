"""Every call that is signed by a function's role is judged by the policies as they are deployed, and refused as AWS refuses.

Judged are the roles that functions run under, and AWS's services where they act by a role or a resource's policy. Root, users and roles
that no function has may do everything: they are the people and the tools beside the system under test.
"""

import logging
from collections import deque
from datetime import UTC, datetime

from moto.awslambda.models import lambda_backends

from ..api.request import ACCOUNT
from . import facts, needs, reference
from .evaluation import ALLOWED, Decision, Need, Who, decide, effect
from .reference import Uncovered

log = logging.getLogger("driftmend.local")
# What AWS fills in for every request, and the local AWS cannot.
_UNKNOWN_GLOBALS = {"aws:tokenissuetime", "aws:sourceip", "aws:useragent", "aws:userid", "lambda:sourcefunctionarn"}
_IDS = {"securitygroupid", "subnetid", "networkaclid", "routetableid", "vpcid", "instanceid", "networkinterfaceid", "internetgatewayid",
        "allocationid", "natgatewayid", "prefixlistid", "vpcendpointid"}
_TAG_KEYS = ("aws:resourcetag/", "ec2:resourcetag/", "elasticloadbalancing:resourcetag/")
_refusals = deque(maxlen=2000)


class Denied(Exception):
    """`asked` is what may not be done; `why` ends the sentence; `uncovered` names what the local AWS would have to know."""

    def __init__(self, asked, why, uncovered=None):
        super().__init__(f"{asked.action} on {asked.resource} {why}")
        self.asked, self.why, self.uncovered = asked, why, uncovered


def is_judged(principal):
    """Whether the caller is the session of a role that a function runs under."""
    return bool(principal and principal.role_arn) and any(
        one.role == principal.role_arn for backend in list(lambda_backends[ACCOUNT].values()) for one in backend.list_functions())


def require(call):
    """Raises Denied unless the role that signed the call may do it. Answers what was asked for."""
    who = principal_of_role(call.principal.role_arn, call.principal.arn)
    asked = []
    try:
        asked = needs.of(call)
    except Uncovered as missing:
        _refuse(who, needs.Asked(needs.actions(call)[0], "*"), f"because the local AWS does not know {missing}", str(missing))
    for one in asked:
        require_of(who, one, call.region)
    return asked


def require_role(role_arn, *asked, region="us-east-1"):
    """The same for what a service does with a role: Lambda with its function's, Scheduler with its schedule's."""
    who = principal_of_role(role_arn)
    for one in asked:
        require_of(who, one, region)


def principal_of_role(role_arn, session_arn=None):
    return Who((role_arn, session_arn or role_arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")), ACCOUNT)


def require_of(who, asked, region):
    try:
        decision = _decide(who, asked, region)
    except Uncovered as missing:
        _refuse(who, asked, f"because the local AWS does not know {missing}", str(missing))
    if not decision.allowed:
        _refuse(who, asked, decision.why)


def require_service(service, asked, source_arn, region="us-east-1"):
    """Raises Denied unless the resource's own policy lets an AWS service in that acts for `source_arn`."""
    who, own = Who(service=service), facts.policies_of(asked.resource)[0]
    about = {"aws:sourcearn": [source_arn], "aws:sourceaccount": [ACCOUNT], "aws:principalisawsservice": ["true"],
             "aws:principalservicename": [service], **asked.about}
    need = Need(asked.action, asked.resource, _values(asked, region, about, session=False))
    try:
        said = effect(own, need, who)
    except Uncovered as missing:
        _refuse(who, asked, f"because the local AWS does not know {missing}", str(missing))
    if said != "Allow":
        _refuse(who, asked, "with an explicit deny in a resource-based policy" if said == "Deny"
                else f"because no resource-based policy allows {service} the {asked.action} action for {source_arn}")


def require_trust(role_arn, service, source_arn=None):
    """Raises Denied unless the role's trust policy lets the service assume it."""
    asked = needs.Asked("sts:AssumeRole", role_arn)
    about = {"aws:sourceaccount": [ACCOUNT], **({"aws:sourcearn": [source_arn]} if source_arn else {})}
    said = effect(facts.trust_of_role(role_arn), Need("sts:AssumeRole", role_arn, _values(asked, "us-east-1", about, session=False)), Who(service=service))
    if said != "Allow":
        _refuse(Who(service=service), asked, f"because the role's trust policy does not let {service} assume it")


def _decide(who, asked, region):
    identity, boundary = facts.documents_of_role(who.arns[0])
    own, must = facts.policies_of(asked.resource)
    return decide(identity, boundary, own, Need(asked.action, asked.resource, _values(asked, region, asked.about, who.arns[0])), who, must) or ALLOWED


def _values(asked, region, about, session):
    """The request's context: what a condition key has for a value. None for one that AWS does not know for the action either."""
    action = reference.action(asked.action)
    kind = action.type_of(asked.resource)

    def value_of(written):
        key = written.lower()
        if key in about:
            return about[key]
        if key in _UNKNOWN_GLOBALS and session:
            raise Uncovered(f"the condition key {written}")
        common = _common(key, region, session)
        if common is not None:
            return common
        if not action.knows(key, kind):
            return None
        if key.startswith(_TAG_KEYS):
            name = key.split("/", 1)[1]
            return next(([value] for tag, value in facts.tags(asked.resource).items() if tag.lower() == name), None)
        if key.startswith("aws:requesttag/") or key == "aws:tagkeys":
            return None
        if key == "ec2:vpc":
            found = facts.vpc(asked.resource)
            return [found] if found else None
        if key == "ec2:region":
            return [region]
        if key.startswith("ec2:") and key[4:] in _IDS:
            return [asked.resource.split("/")[-1]]
        raise Uncovered(f"the condition key {written} of {asked.action} (add it to local/driftmend_local/iam/judgement.py)")
    return value_of


def _common(key, region, session):
    now = datetime.now(UTC)
    known = {
        "aws:securetransport": "true", "aws:requestedregion": region, "aws:currenttime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:epochtime": str(int(now.timestamp())), "aws:resourceaccount": ACCOUNT}
    if session:
        known |= {"aws:principalarn": session, "aws:principalaccount": ACCOUNT, "aws:principaltype": "AssumedRole",
                  "aws:viaawsservice": "false", "aws:principalisawsservice": "false"}
        if key.startswith("aws:principaltag/"):
            return next(([value] for tag, value in facts.tags(session).items() if tag.lower() == key.split("/", 1)[1]), None)
    return [known[key]] if key in known else None


def _refuse(who, asked, why, uncovered=None):
    by = who.arns[-1] if who.arns else who.service
    _refusals.append({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "principal": by, "action": asked.action,
                      "resource": asked.resource, "why": why, "uncovered": uncovered})
    log.warning("%s may not %s on %s %s", by, asked.action, asked.resource, why)
    raise Denied(asked, why, uncovered)


def refusals():
    """Everything that was refused, oldest first."""
    return list(_refusals)


def forget():
    _refusals.clear()
