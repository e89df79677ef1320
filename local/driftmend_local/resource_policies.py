"""Whether a queue, a topic or a function lets a service send to it: the policies that a template must not forget.

Source: IAM User Guide, "Policy evaluation logic" for resource-based policies; only the conditions that services use here are known.
"""

import fnmatch
import json

from moto.awslambda.models import lambda_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from .request import ACCOUNT

_ACTIONS = {"lambda": "lambda:InvokeFunction", "sqs": "sqs:SendMessage", "sns": "sns:Publish"}


class NotAllowed(PermissionError):
    """The target's own policy does not let the service in."""


def require(target_arn, service, source_arn):
    """Raises NotAllowed unless `service`, acting for `source_arn`, may send to the function, queue or topic."""
    kind, region = target_arn.split(":")[2:4]
    policy = {"lambda": _of_function, "sqs": _of_queue, "sns": _of_topic}[kind](target_arn, region)
    context = {"aws:sourcearn": source_arn, "aws:sourceaccount": ACCOUNT, "aws:securetransport": "true", "aws:principalisawsservice": "true"}
    statements = policy.get("Statement", [])
    matching = [s for s in (statements if isinstance(statements, list) else [statements]) if _applies(s, service, _ACTIONS[kind], target_arn, context)]
    if any(s["Effect"] == "Deny" for s in matching) or not any(s["Effect"] == "Allow" for s in matching):
        raise NotAllowed(f"the policy of {target_arn} does not let {service} {_ACTIONS[kind]} for {source_arn}")


def _of_function(arn, region):
    return {"Statement": lambda_backends[ACCOUNT][region].get_function(arn).policy.statements}


def _of_queue(arn, region):
    queue = sqs_backends[ACCOUNT][region].queues.get(arn.split(":")[-1])
    if queue is None:
        raise LookupError(f"there is no queue {arn}")
    policy = queue.policy or {}
    return json.loads(policy) if isinstance(policy, str) else policy


def _of_topic(arn, region):
    topic = sns_backends[ACCOUNT][region].topics.get(arn)
    if topic is None:
        raise LookupError(f"there is no topic {arn}")
    return json.loads(topic.policy)


def _applies(statement, service, action, resource, context):
    return (_principal(statement.get("Principal"), service) and _any_matches(statement.get("Action", []), action)
            and _any_matches(statement.get("Resource", "*"), resource, whole=True) and _conditions(statement.get("Condition", {}), context))


def _principal(principal, service):
    if principal == "*" or isinstance(principal, dict) and "*" in _listed(principal.get("AWS", [])):
        return True
    return isinstance(principal, dict) and service in _listed(principal.get("Service", []))


def _any_matches(patterns, value, whole=False):
    fold = (lambda text: text) if whole else str.lower
    return any(fnmatch.fnmatchcase(fold(value), fold(pattern)) for pattern in _listed(patterns))


def _conditions(conditions, context):
    for operator, tests in conditions.items():
        for key, wanted in tests.items():
            value = context.get(key.lower())
            if value is None:
                if operator.endswith("IfExists"):
                    continue
                return False
            like = operator.startswith(("Arn", "StringLike"))
            met = any(fnmatch.fnmatchcase(value, str(w)) if like else value.lower() == str(w).lower() if operator.startswith("Bool") else value == str(w)
                      for w in _listed(wanted))
            if met == ("Not" in operator):
                return False
    return True


def _listed(value):
    return value if isinstance(value, list) else [value]
