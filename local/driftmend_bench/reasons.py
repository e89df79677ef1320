"""Why each call of an event is made, and how often it must be: what is more, or is not listed, could be spared."""

NOT_DEFENDED = "**nobody has said why**"


def of(function, call):
    """The reason, fit for a table."""
    return _reason(function, call)[1]


def needed(function, call):
    """How many such calls an event needs."""
    return _reason(function, call)[0]


def _reason(function, call):
    return _REASONS.get(function, {}).get(call, (0, NOT_DEFENDED))


_REASONS = {
    "Route": {
        "dynamodb:Query": (1, "whose resource it is, by the index"),
        "sqs:SendMessage": (1, "the work"),
    },
    "Reconcile": {
        "ssm:GetParameters": (3, "policy and pause before looking, and again right before the first write; the versioned references of the template, "
                                     "once in a process"),
        "dynamodb:Query": (1, "all that is open, held, agreed to, repaired lately and unsettled of the stack"),
        "cloudformation:GetTemplate": (1, "what is declared; once in a process while the stack is in the same state"),
        "cloudformation:ListStackResources": (1, "the ids of what is declared; likewise"),
        "cloudformation:DescribeStacks": (3, "the stack before it is looked at, and right before the first write: it must stand still. All stacks, at most "
                                             "once a minute: which of them can name the group in a template of theirs"),
        "cloudformation:DescribeStackResources": (1, "is the rule another stack's?"),
        "cloudformation:ListExports": (1, "which stacks import the group's id; at most once a minute"),
        "ec2:DescribeSecurityGroupRules": (2, "the look, at all groups of the stack, and the proof after the repair"),
        "ec2:DescribeNetworkInterfaces": (1, "exposure: what the group is attached to"),
        "ec2:DescribeRouteTables": (1, "exposure: is there a way from the internet?"),
        "ec2:DescribeNetworkAcls": (1, "exposure: what the subnet lets through"),
        "dynamodb:PutItem": (2, "the incident is opened and the intent written before the repair"),
        "ec2:RevokeSecurityGroupIngress": (1, "the repair"),
        "dynamodb:TransactWriteItems": (1, "what became of the intent, and how often this was repaired lately"),
        "dynamodb:UpdateItem": (2, "the resolution is taken before it is alerted, and closed after: alerted once if two runs meet, and again if one dies"),
        "events:PutEvents": (1, "the incident on the bus"),
        "sns:Publish": (1, "the alert"),
    },
    "Probe": {
        "ssm:GetParameters": (3, "the policy; the guard's watch and the probe ask apart. The template's versioned references, once in a process"),
        "cloudformation:DescribeStacks": (2, "the stack; the guard's watch and the probe ask apart"),
        "cloudformation:GetTemplate": (1, "what is to be asked"),
        "cloudformation:ListStackResources": (1, "the ids of what is to be asked"),
        "elasticloadbalancing:DescribeTargetHealth": (1, "what the load balancer thinks of the targets"),
        "events:ListRules": (1, "is each rule of the guard switched on? One list, a page for each hundred"),
        "scheduler:GetSchedule": (2, "is each schedule switched on?"),
        "lambda:GetEventSourceMapping": (1, "does Reconcile get its messages?"),
        "cloudtrail:GetTrailStatus": (1, "is the trail on?"),
        "cloudtrail:GetEventSelectors": (1, "does the trail tell of writes?"),
        "sns:ListSubscriptionsByTopic": (1, "does anybody hear alerts?"),
        "dynamodb:Query": (1, "what is open of the stack"),
        "dynamodb:UpdateItem": (2, "how often in a row the same was seen"),
    },
}
