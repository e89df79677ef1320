"""Why each call of an event is made, and how often it must be: what is more, or is not listed, could be spared."""

NOT_DEFENDED = "**nobody has said why**"


def of(function, call):
    """The reason, fit for a table."""
    return _reason(function, call)[1]


def needed(function, call):
    """How many such calls an event needs."""
    return _reason(function, call)[0]


def _reason(function, call):
    found = _REASONS.get(function, {})
    return found.get(call) or next((reason for start, reason in _WHOLE.items() if function == "Reconcile" and call.startswith(start)), (0, NOT_DEFENDED))


_NOT_NAMED = "could be spared: the event does not name it; every look is at the whole stack"
_WHOLE = {"elasticloadbalancing:Describe": (0, _NOT_NAMED), "ec2:Describe": (0, _NOT_NAMED),
          "iam:": (0, f"{_NOT_NAMED}, and IAM describes one role at a time")}

_REASONS = {
    "Route": {
        "dynamodb:Query": (1, "whose resource it is, by the index. Once for each id that the event carries, in order, until one is known: "
                              "all at once would be one round trip"),
        "sqs:SendMessage": (1, "the work"),
    },
    "Reconcile": {
        "ssm:GetParameters": (3, "policy and pause before looking, and again right before the first write; the versioned references of the template"),
        "cloudformation:DescribeStacks": (4, "the stack before it is read, after, and right before the first write: it must stand still. "
                                             "All stacks once: which of them can name the group in a template of theirs"),
        "cloudformation:GetTemplate": (1, "what is declared"),
        "cloudformation:ListStackResources": (1, "the ids of what is declared"),
        "cloudformation:DescribeStackResources": (1, "is the rule another stack's?"),
        "cloudformation:ListExports": (1, "which stacks import the group's id"),
        "cloudtrail:LookupEvents": (1, "who made the rule, and is that somebody whose rules are left alone?"),
        "ec2:DescribeSecurityGroupRules": (2, "the look, and the proof after the repair. A third asks for the tags of the extra rule, which the look has read"),
        "ec2:DescribeSubnets": (1, "exposure: where the group's interfaces are"),
        "ec2:DescribeNetworkInterfaces": (1, "exposure: what the group is attached to"),
        "ec2:DescribeRouteTables": (1, "exposure: is there a way from the internet? The look and the judgement ask apart"),
        "ec2:DescribeNetworkAcls": (1, "exposure: what the subnet lets through. The look and the judgement ask apart"),
        "ec2:DescribeInternetGateways": (1, "exposure: is the way open?"),
        "ec2:RevokeSecurityGroupIngress": (1, "the repair"),
        "dynamodb:Query": (2, "what is open, held, agreed to and repaired lately of the stack, which are all in one partition: one query would do; "
                              "what is unsettled, afterwards"),
        "dynamodb:PutItem": (4, "the incident is opened and the intent written before the repair, its outcome and the count of repairs after it"),
        "dynamodb:DeleteItem": (1, "the intent is settled"),
        "dynamodb:GetItem": (0, "could be spared: the repairs of this drift until now, which an update could count"),
        "dynamodb:UpdateItem": (2, "the resolution is taken before it is told, and closed after"),
        "events:PutEvents": (1, "the incident on the bus"),
        "sns:Publish": (1, "the alert"),
    },
    "Probe": {
        "ssm:GetParameters": (2, "the policy, and the template's versioned references; the guard's watch and the probe ask apart"),
        "cloudformation:DescribeStacks": (1, "the stack; the guard's watch and the probe ask apart"),
        "cloudformation:GetTemplate": (1, "what is to be asked; the guard's watch and the probe ask apart"),
        "cloudformation:ListStackResources": (1, "the ids of what is to be asked; the guard's watch and the probe ask apart"),
        "elasticloadbalancing:DescribeTargetHealth": (1, "what the load balancer thinks of the targets"),
        "events:DescribeRule": (12, "is each rule of the guard switched on? One call a rule"),
        "scheduler:GetSchedule": (2, "is each schedule switched on?"),
        "lambda:GetEventSourceMapping": (1, "does Reconcile get its messages?"),
        "cloudtrail:GetTrailStatus": (1, "is the trail on?"),
        "cloudtrail:GetEventSelectors": (1, "does the trail tell of writes?"),
        "sns:ListSubscriptionsByTopic": (1, "does anybody hear alerts?"),
        "dynamodb:Query": (1, "what is open of the stack"),
        "dynamodb:UpdateItem": (2, "how often in a row the same was seen"),
    },
}
