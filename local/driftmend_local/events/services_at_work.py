"""AWS services that call other services, as CloudTrail tells it: `invokedBy`, which says nothing yet about whose the call is.

- A service-linked role is used by its service alone: its sessions are invoked by the service that its path names.
- A service uses the credentials of whoever asked it to, or an ordinary role that somebody handed to it (Systems Manager automation,
  Step Functions, EventBridge Scheduler, CodeDeploy): the identity is that principal's, with the service as `invokedBy`.
- A service calls as itself: the identity is an AWSService, without ARN, account or session.

Source: AWS CloudTrail User Guide, "CloudTrail userIdentity element"; IAM User Guide, "Forward access sessions" and "Service-linked roles".
"""

from ..api.gateway import on_reset, register
from ..api.principal import Principal

_LINKED = ":role/aws-service-role/"
_at_work = {}


@on_reset
def clear():
    _at_work.clear()


def caller(principal, access_key):
    """(the principal to record, the service that made the call with its identity or None)."""
    known = _at_work.get(access_key)
    if known and known["as"] == "AWSService":
        return Principal("AWSService", "", "", None), known["invokedBy"]
    if known:
        return principal, known["invokedBy"]
    _, linked, path = (principal.role_arn or "").partition(_LINKED)
    return principal, path.split("/")[0] if linked else None


def _local(method, payload, query):
    """POST {"accessKeyId", "invokedBy"[, "as": "AWSService"]}: the key's calls are a service's; GET lists; DELETE ends all, or ?accessKeyId=."""
    if method == "DELETE":
        for key in [query["accessKeyId"]] if "accessKeyId" in query else list(_at_work):
            _at_work.pop(key, None)
    elif method == "POST":
        wanted = payload if isinstance(payload, dict) else {}
        if not wanted.get("accessKeyId") or not str(wanted.get("invokedBy", "")).endswith(".amazonaws.com") or wanted.get("as", "AWSService") != "AWSService":
            raise ValueError('POST {"accessKeyId": "ASIA...", "invokedBy": "ssm.amazonaws.com"}, with "as": "AWSService" for a service without anybody\'s identity')
        _at_work[wanted["accessKeyId"]] = {"invokedBy": wanted["invokedBy"], "as": wanted.get("as", "owner of the key")}
    return 200, dict(_at_work)


register("/_local/services-at-work", _local)
