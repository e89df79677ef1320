"""How each kind of service says "denied", "slow down" and "something broke here"."""

from ..iam import needs
from .request import AwsError

# What a service answers where KMS refuses what it asks for in the caller's name; ("code", status).
_KMS_CODES = {"sns": ("KMSAccessDenied", 400), "sqs": ("KMS.AccessDeniedException", 400)}


def denied(call, asked=None, why=None, code=None):
    """The refusal of a call. `asked` is what it would need; the call itself if it is not said."""
    asked = asked or needs.Asked(needs.actions(call)[0], "*")
    on = "" if asked.resource == "*" else f" on resource: {asked.resource}"
    said = f"{call.principal.arn} is not authorized to perform: {asked.action}{on} {why or f'because no identity-based policy allows the {asked.action} action'}"
    if asked.through in _KMS_CODES:
        kms, status = _KMS_CODES[asked.through]
        return AwsError(code or kms, f"User: {said}", status)
    if call.protocol == "ec2":
        return AwsError(code or "UnauthorizedOperation", f"You are not authorized to perform this operation. User: {said}", 403)
    if call.protocol in ("query", "rest-xml"):
        return AwsError(code or ("AuthorizationError" if call.service == "sns" else "AccessDenied"), f"User: {said}", 403)
    return AwsError(code or "AccessDeniedException", f"User: {said}", 403 if call.protocol == "rest-json" else 400)


def throttled(call, status=None, code=None):
    if call.protocol == "ec2":
        return AwsError(code or "RequestLimitExceeded", "Request limit exceeded.", status or 503)
    if call.protocol == "query":
        return AwsError(code or "Throttling", "Rate exceeded", status or 400)
    if call.protocol == "rest-xml":
        return AwsError(code or "SlowDown", "Please reduce your request rate.", status or 503)
    return AwsError(code or "ThrottlingException", "Rate exceeded", status or (429 if call.protocol == "rest-json" else 400))


def broken(call, status=None, code=None):
    default = "InternalError" if call.protocol in ("ec2", "rest-xml") else "InternalFailure"
    return AwsError(code or default, "An internal error has occurred", status or 500)
