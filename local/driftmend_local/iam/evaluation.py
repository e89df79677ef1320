"""Whether policy documents allow one action on one resource.

Source: IAM User Guide, "Policy evaluation logic": an explicit deny wins; without it one statement must allow, within the boundary
if there is one; a resource's own policy can allow by itself within an account, but for a key's and a role's, which must.
"""

from dataclasses import dataclass

from . import conditions
from .reference import Uncovered


@dataclass(frozen=True)
class Need:
    """One action on one resource. `value_of(key)` answers the condition key's values, None for one that is not in the request.

    `value_of` raises Uncovered for a key that AWS would fill in and the local AWS cannot.
    """

    action: str
    resource: str
    value_of: object


@dataclass(frozen=True)
class Who:
    """A caller as a Principal element may name it: the ARNs of a session and its role, the account, or a service."""

    arns: tuple = ()
    account: str | None = None
    service: str | None = None


@dataclass(frozen=True)
class Decision:
    """`why` ends the sentence that starts with who may not do what; it is None if the answer is yes."""

    allowed: bool
    why: str | None = None


ALLOWED = Decision(True)


def effect(documents, need, who=None):
    """"Deny", "Allow" or None: what the statements of these documents say. With `who` they are a resource's, which name principals.

    Raises Uncovered if that depends on something the local AWS does not know.
    """
    allowed, unknown = False, None
    for document in documents:
        for statement in listed(document.get("Statement", [])):
            denies = statement["Effect"] == "Deny"
            if allowed and not denies:
                continue
            try:
                if _applies(statement, need, who):
                    if denies:
                        return "Deny"
                    allowed = True
            except Uncovered as missing:
                if denies:
                    raise
                unknown = missing
    if allowed:
        return "Allow"
    if unknown:
        raise unknown
    return None


def decide(identity, boundary, of_resource, need, who, must=False):
    """The answer for a caller of the resource's own account.

    `identity`, `of_resource` are lists of documents; `boundary` is one or None. `must`: the resource's policy has to allow, itself or
    by trusting the account, as a key's has.
    """
    said = effect(of_resource, need, who)
    if said == "Deny":
        return Decision(False, "with an explicit deny in a resource-based policy")
    own = effect(identity, need)
    if own == "Deny":
        return Decision(False, "with an explicit deny in an identity-based policy")
    within = effect([boundary], need) if boundary else "Allow"
    if within == "Deny":
        return Decision(False, "with an explicit deny in a permissions boundary")
    named = said == "Allow" and effect(of_resource, need, Who(who.arns, None, who.service)) == "Allow"
    if must and said != "Allow":
        return Decision(False, f"because no resource-based policy allows the {need.action} action")
    if named:
        return ALLOWED
    if own != "Allow":
        return Decision(False, f"because no identity-based policy allows the {need.action} action")
    if within != "Allow":
        return Decision(False, f"because no permissions boundary allows the {need.action} action")
    return ALLOWED


def listed(value):
    return value if isinstance(value, list) else [value]


def _applies(statement, need, who):
    return (_names("Action", statement, need.action, need, True) and _names("Resource", statement, need.resource, need, False)
            and (who is None or _is_principal(statement, who)) and conditions.met(statement.get("Condition"), need.value_of))


def _names(element, statement, value, need, fold):
    """A statement without the element is a role's trust policy, which names no resource."""
    patterns, but = statement.get(element), statement.get(f"Not{element}")
    if patterns is None and but is None:
        return True
    found = any(conditions.matches(one, value, need.value_of, fold) for one in listed(but if patterns is None else patterns))
    return found != (patterns is None)


def _is_principal(statement, who):
    if "NotPrincipal" in statement:
        raise Uncovered("NotPrincipal")
    named = statement.get("Principal")
    if named == "*":
        return True
    aws = listed(named.get("AWS", []))
    if "*" in aws or who.service and who.service in listed(named.get("Service", [])):
        return True
    return any(one in who.arns or who.account and one in (who.account, f"arn:aws:iam::{who.account}:root") for one in aws)
