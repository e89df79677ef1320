"""How each kind of service says "denied", "slow down" and "something broke here"."""

from .request import AwsError

_IAM_PREFIX = {"elbv2": "elasticloadbalancing"}
_IAM_ACTIONS = {
    ("lambda", "Invoke"): ["InvokeFunction"], ("sqs", "SendMessageBatch"): ["SendMessage"], ("sqs", "DeleteMessageBatch"): ["DeleteMessage"],
    ("sqs", "ChangeMessageVisibilityBatch"): ["ChangeMessageVisibility"], ("sns", "PublishBatch"): ["Publish"],
    ("s3", "ListObjectsV2"): ["ListBucket"], ("s3", "ListObjects"): ["ListBucket"], ("s3", "HeadObject"): ["GetObject"],
    ("s3", "HeadBucket"): ["ListBucket"], ("dynamodb", "TransactGetItems"): ["GetItem"]}
_TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


def iam_actions(call):
    """The IAM actions that the call needs, such as ec2:DescribeSecurityGroups."""
    names = _IAM_ACTIONS.get((call.service, call.action), [call.action])
    if call.service == "dynamodb" and call.action == "TransactWriteItems":
        names = sorted({_TRANSACTED[kind] for item in call.params.get("TransactItems", []) for kind in item})
    return [f"{_IAM_PREFIX.get(call.service, call.service)}:{name}" for name in names]


def denied(call, action=None, code=None):
    action = action or iam_actions(call)[0]
    said = f"{call.principal.arn} is not authorized to perform: {action} because no identity-based policy allows the {action} action"
    if call.protocol == "ec2":
        return AwsError(code or "UnauthorizedOperation", f"You are not authorized to perform this operation. User: {said}", 403)
    if call.protocol in ("query", "rest-xml"):
        return AwsError(code or "AuthorizationError" if call.service == "sns" else code or "AccessDenied", f"User: {said}", 403)
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
