"""Whether a queue, a topic or a function lets a service send to it: the policies that a template must not forget.

Source: Amazon SNS developer guide, "Enable compatibility between event sources from AWS services and encrypted topics"; Amazon
EventBridge user guide, "Using resource-based policies".
"""

from ..iam import facts, judgement
from ..iam.judgement import Denied as NotAllowed  # noqa: F401  (what `require` raises)
from ..iam.needs import Asked, under_key
from ..api.request import ACCOUNT

_ACTIONS = {"lambda": "lambda:InvokeFunction", "sqs": "sqs:SendMessage", "sns": "sns:Publish"}
# The key of a topic's first policy, which alarms fill in and rules do not.
_TELLS = {"cloudwatch.amazonaws.com": {"aws:sourceowner": [ACCOUNT]}}
# EventBridge says to SNS and SQS for which rule it sends; KMS does not hear of it.
_TELLS_NO_SOURCE_TO_KMS = {"events.amazonaws.com"}


def require(target_arn, service, source_arn):
    """Raises NotAllowed unless `service`, acting for `source_arn`, may send to the function, queue or topic, and use its key."""
    kind, region = target_arn.split(":")[2:4]
    if not facts.is_there(target_arn):
        raise LookupError(f"there is no {target_arn}")
    judgement.require_service(service, Asked(_ACTIONS[kind], target_arn, _TELLS.get(service, {})), source_arn, region)
    key = facts.key_of_topic(target_arn, region) if kind == "sns" else facts.key_of_queue(target_arn.split(":")[-1], region) if kind == "sqs" else None
    hidden = {"aws:sourcearn": None, "aws:sourceaccount": None} if service in _TELLS_NO_SOURCE_TO_KMS else {}
    for asked in under_key(key, kind, region):
        judgement.require_service(service, Asked(asked.action, asked.resource, {**asked.about, **hidden}), source_arn, region)
