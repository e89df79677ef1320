"""What one call asks for: each action on each resource, as AWS's services check it.

Source: AWS Service Authorization Reference, and the services' own guides for what they ask beside the call itself. A call whose resources
are not known here is not judged but refused: `of` raises Uncovered, which names what is missing.
"""

from dataclasses import dataclass, field

from ..api.request import ACCOUNT
from . import facts, needs_ec2, reference
from .conditions import Many
from .reference import Uncovered

PREFIXES = {"elbv2": "elasticloadbalancing", "stepfunctions": "states", "resourcegroupstaggingapi": "tag"}
_OTHER_NAMES = {
    ("lambda", "Invoke"): "InvokeFunction", ("sqs", "SendMessageBatch"): "SendMessage", ("sqs", "DeleteMessageBatch"): "DeleteMessage",
    ("sqs", "ChangeMessageVisibilityBatch"): "ChangeMessageVisibility", ("sns", "PublishBatch"): "Publish",
    ("s3", "ListObjectsV2"): "ListBucket", ("s3", "ListObjects"): "ListBucket", ("s3", "HeadObject"): "GetObject",
    ("s3", "HeadBucket"): "ListBucket"}
_TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem"}
_FREE = {"sts:GetCallerIdentity", "sts:GetSessionToken"}


@dataclass(frozen=True)
class Asked:
    """An action on a resource. `about` are the request's own condition keys, in lower case. `through` is the service that asks in turn."""

    action: str
    resource: str
    about: dict = field(default_factory=dict)
    through: str | None = None


def of(call):
    """All that the call needs, a list of Asked; empty for what needs no permission. Raises Uncovered."""
    asked = [one for action in actions(call) if action not in _FREE for one in _of_action(call, action)]
    return asked + _beside(call)


def actions(call):
    """The IAM actions that the call needs itself, such as ec2:DescribeSecurityGroups."""
    prefix = PREFIXES.get(call.service, call.service)
    if call.service == "dynamodb" and call.action in ("TransactWriteItems", "TransactGetItems"):
        return sorted({f"dynamodb:{_TRANSACTED[kind]}" for item in call.params.get("TransactItems", []) for kind in item})
    return [f"{prefix}:{_OTHER_NAMES.get((call.service, call.action), call.action)}"]


def _of_action(call, name):
    action = reference.action(name)
    if not action.types:
        return [Asked(name, "*", about) for about in _about(call)]
    found = _resources(call, action)
    types = {action.type_of(arn) for arn in found}
    strange = [arn for arn in found if arn != "*" and not action.type_of(arn)]
    missing = {_family(one.name) for one in action.types if one.required} - {_family(one.name) for one in types if one} - _instead(types)
    if strange or missing and found != ["*"] or not found:
        what = f"which {' and '.join(sorted(missing)) or 'resource'} it is about" if not strange else f"what {strange[0]} is"
        raise Uncovered(f"{what} (add it to local/driftmend_local/iam/needs.py)")
    return [Asked(name, arn, about) for arn in found for about in _about(call)]


def _family(type_name):
    """ELB has one type for each kind of load balancer; a call is about one of them."""
    return type_name.split("/")[0]


def _instead(types):
    """An index is asked in its table's stead."""
    return {"table"} if any(one and one.name == "index" for one in types) else set()


def _resources(call, action):
    if call.service == "ec2":
        return needs_ec2.resources(call, action)
    find = _RESOURCES.get(call.service)
    if not find:
        raise Uncovered(f"what calls of {call.service} are about (add it to local/driftmend_local/iam/needs.py)")
    return list(dict.fromkeys(arn for arn in find(call.params, _Here(call), call.action) if arn))


class _Here:
    """ARNs of the call's region."""

    def __init__(self, call):
        self.region = call.region

    def arn(self, service, resource, region=None, account=ACCOUNT):
        return f"arn:aws:{service}:{self.region if region is None else region}:{account}:{resource}"

    def named(self, service, kind, name):
        """By name or ARN; nothing for neither."""
        return None if not name else name if str(name).startswith("arn:") else self.arn(service, f"{kind}{name}")


def _elbv2(p, _here, _action):
    for key in ("LoadBalancerArn", "ListenerArn", "RuleArn", "TargetGroupArn"):
        yield p.get(key)
    yield from p.get("ResourceArns", [])
    for one in p.get("RulePriorities", []):
        yield one.get("RuleArn")


def _dynamodb(p, here, action):
    tables = [p.get("TableName"), *p.get("RequestItems", {})]
    if action.startswith("Transact"):
        tables += [inner.get("TableName") for item in p.get("TransactItems", []) for inner in item.values()]
    for table in tables:
        arn = here.named("dynamodb", "table/", table)
        yield f"{arn}/index/{p['IndexName']}" if p.get("IndexName") else arn


def _ssm(p, here, action):
    if action not in ("GetParameter", "GetParameters", "PutParameter", "DeleteParameter", "DeleteParameters", "GetParameterHistory"):
        raise Uncovered(f"what ssm:{action} is about (add it to local/driftmend_local/iam/needs.py)")
    for name in [*p.get("Names", []), *([p["Name"]] if "Name" in p else [])]:
        # Versions and labels are no part of the resource; AWS's own parameters belong to no account.
        bare = (name.split(":parameter", 1)[1] if name.startswith("arn:") else name).split(":")[0].lstrip("/")
        yield here.arn("ssm", f"parameter/{bare}", account="" if bare.startswith("aws/service/") else ACCOUNT)


def _sqs(p, here, _action):
    yield here.arn("sqs", p["QueueName"] if "QueueName" in p else p.get("QueueUrl", "").rstrip("/").split("/")[-1])


def _sns(p, _here, _action):
    yield p.get("TopicArn") or p.get("TargetArn") or p.get("ResourceArn")


def _events(p, here, action):
    if action == "PutEvents":
        for entry in p.get("Entries", []):
            yield here.named("events", "event-bus/", entry.get("EventBusName", "default"))
        return
    bus = p.get("EventBusName", "default").split("event-bus/")[-1]
    yield here.arn("events", f"rule/{'' if bus == 'default' else bus + '/'}{p.get('Name') or p.get('Rule')}")


def _scheduler(p, here, _action):
    yield here.arn("scheduler", f"schedule/{p.get('GroupName', 'default')}/{p.get('Name')}")


def _lambda(p, here, action):
    if "UUID" in p:
        yield here.arn("lambda", f"event-source-mapping:{p['UUID']}")
    elif "FunctionName" in p:
        name = p["FunctionName"].split(":function:")[-1]
        qualifier = f":{p['Qualifier']}" if p.get("Qualifier") and ":" not in name and action == "Invoke" else ""
        yield here.arn("lambda", f"function:{name}{qualifier}")


def _cloudtrail(p, here, _action):
    yield here.named("cloudtrail", "trail/", p.get("Name") or p.get("TrailName"))


def _cloudformation(p, here, action):
    name = p.get("StackName")
    if not name:
        # All stacks: DescribeStacks asks as ListStacks does, which knows no resource.
        # Whose a physical id is, DescribeStackResources is asked to find out; the caller may not know what it asks for.
        yield "*" if action == "DescribeStacks" or "PhysicalResourceId" in p else None
    else:
        yield name if name.startswith("arn:") else facts.stack_arn(name, here.region) or here.arn("cloudformation", f"stack/{name}/*")


def _iam(p, here, _action):
    if "RoleName" in p:
        yield facts.role_arn(p["RoleName"]) or here.arn("iam", f"role/{p['RoleName']}", region="")
    if "InstanceProfileName" in p:
        yield here.arn("iam", f"instance-profile/{p['InstanceProfileName']}", region="")
    if "PolicyArn" in p and "RoleName" not in p:
        yield p["PolicyArn"]
    if "UserName" in p:
        yield here.arn("iam", f"user/{p['UserName']}", region="")


def _logs(p, here, _action):
    if p.get("logGroupName"):
        stream = f":log-stream:{p['logStreamName']}" if p.get("logStreamName") else ""
        yield here.arn("logs", f"log-group:{p['logGroupName']}{stream}")


def _kms(p, here, _action):
    yield facts.key_arn(p.get("KeyId", ""), here.region)


def _s3(p, _here, action):
    if "Bucket" in p:
        yield f"arn:aws:s3:::{p['Bucket']}" + (f"/{p['Key']}" if p.get("Key") else "/*" if action == "DeleteObjects" else "")


def _sts(p, _here, _action):
    yield p.get("RoleArn")


_RESOURCES = {"elbv2": _elbv2, "dynamodb": _dynamodb, "ssm": _ssm, "sqs": _sqs, "sns": _sns, "events": _events, "scheduler": _scheduler,
              "lambda": _lambda, "cloudtrail": _cloudtrail, "cloudformation": _cloudformation, "iam": _iam, "logs": _logs, "kms": _kms,
              "s3": _s3, "sts": _sts}


def _about(call):
    """The condition keys that the request itself fills in; several for a request that holds several."""
    if call.service == "events" and call.action == "PutEvents":
        return [{"events:source": Many([e.get("Source", "")]), "events:detail-type": Many([e.get("DetailType", "")])} for e in call.params.get("Entries", [])]
    if call.service == "elbv2":
        named = {"elasticloadbalancing:subnet": call.params.get("Subnets"), "elasticloadbalancing:securitygroup": call.params.get("SecurityGroups")}
        return [{key: value and Many(value) for key, value in named.items()}]
    if call.service == "lambda" and "UUID" in call.params:
        return [{"lambda:functionarn": facts.function_of_mapping(call.params["UUID"], call.region)}]
    return [{}]


def _beside(call):
    """What the service asks for in the caller's name, once it has let the call itself in."""
    p = call.params
    if call.service == "sns" and call.action in ("Publish", "PublishBatch"):
        return under_key(facts.key_of_topic(p.get("TopicArn") or p.get("TargetArn"), call.region), "sns", call.region)
    if call.service == "sqs" and call.action in ("SendMessage", "SendMessageBatch", "ReceiveMessage"):
        return under_key(facts.key_of_queue(p.get("QueueUrl", ""), call.region), "sqs", call.region, sends=call.action != "ReceiveMessage")
    if call.service == "ssm" and p.get("WithDecryption"):
        keys = facts.keys_of_parameters([*p.get("Names", []), *([p["Name"]] if "Name" in p else [])], call.region)
        return [asked for key in keys for asked in under_key(key, "ssm", call.region, sends=False)]
    if call.service == "scheduler" and p.get("Target", {}).get("RoleArn"):
        return [Asked("iam:PassRole", p["Target"]["RoleArn"], {"iam:passedtoservice": ["scheduler.amazonaws.com"]})]
    if call.service == "cloudformation" and call.action == "DescribeStacks" and not p.get("StackName"):
        return [Asked("cloudformation:ListStacks", "*")]
    return []


def under_key(key, service, region, sends=True):
    """The key's part in writing to (or only reading from) what a service keeps under a customer's key; nothing without one."""
    if not key:
        return []
    via = {"kms:viaservice": [f"{service}.{region}.amazonaws.com"], "kms:calleraccount": [ACCOUNT]}
    return [Asked(action, key, via, through=service) for action in (("kms:GenerateDataKey", "kms:Decrypt") if sends else ("kms:Decrypt",))]
