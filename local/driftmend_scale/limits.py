"""AWS's limits and prices of us-east-1 with where they are published; what is not published anywhere is assumed, and says so."""

from dataclasses import dataclass

ASSUMED = "assumed"
_DOCS = "https://docs.aws.amazon.com"


@dataclass(frozen=True)
class Bucket:
    """A token bucket of one account and region: it holds `size` requests and gets `refill` more each second. `calls` is a prefix of what it holds for."""

    name: str
    calls: tuple
    size: float
    refill: float
    source: str
    alone: bool = False


_EC2 = f"{_DOCS}/ec2/latest/devguide/ec2-api-throttling.html"
_ELB = f"{_DOCS}/elasticloadbalancing/latest/userguide/elb-api-throttling.html"

# The first whose prefix fits. `alone`: each API of it has such a bucket for itself.
BUCKETS = (
    Bucket("EC2, each Describe", ("ec2:Describe", "ec2:Get"), 100, 20, _EC2, alone=True),
    Bucket("EC2, each change", ("ec2:",), 50, 5, _EC2, alone=True),
    Bucket("load balancers, all Describes", ("elasticloadbalancing:Describe",), 40, 10, _ELB),
    Bucket("CloudTrail LookupEvents", ("cloudtrail:LookupEvents",), 2, 2, f"{_DOCS}/awscloudtrail/latest/APIReference/API_LookupEvents.html"),
    Bucket("CloudFormation, each read", ("cloudformation:",), 10, 5, ASSUMED, alone=True),
    Bucket("Parameter Store", ("ssm:",), 40, 40, f"{_DOCS}/general/latest/gr/ssm.html"),
    Bucket("IAM, each read", ("iam:",), 20, 10, ASSUMED, alone=True),
    Bucket("EventBridge PutEvents", ("events:PutEvents",), 10_000, 10_000, f"{_DOCS}/eventbridge/latest/userguide/eb-quota.html"),
    Bucket("SNS Publish", ("sns:Publish",), 30_000, 30_000, f"{_DOCS}/general/latest/gr/sns.html"),
    Bucket("one DynamoDB partition", ("dynamodb:",), 1_000, 1_000, f"{_DOCS}/amazondynamodb/latest/developerguide/bp-partition-key-design.html"),
    Bucket("one message group of the FIFO queue", ("sqs:",), 300, 300,
           f"{_DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html"),
)


@dataclass(frozen=True)
class Fact:
    """A figure that the simulation stands on."""

    what: str
    value: float
    unit: str
    source: str


def _from(path):
    return f"{_DOCS}/{path}"


FACTS = {one.what: one for one in (
    Fact("memory of one CPU", 1769, "MB", _from("lambda/latest/dg/configuration-memory.html")),
    Fact("new environments of a function", 1000, "in 10 s", _from("lambda/latest/dg/scaling-behavior.html")),
    Fact("concurrent runs of an account", 1000, "runs", _from("lambda/latest/dg/gettingstarted-limits.html")),
    Fact("invocations by EventBridge", 18_750, "a second", _from("eventbridge/latest/userguide/eb-quota.html")),
    Fact("idle environment kept", 600, "s", ASSUMED),
    Fact("one API call there and back", 0.05, "s", ASSUMED),
    Fact("restoring a snapshot", 0.8, "s", ASSUMED),
    Fact("call to event, median", 5, "s", ASSUMED),
    Fact("call to event, p99", 60, "s", ASSUMED),
    Fact("calls whose event never comes", 0.001, "of all", ASSUMED),
    Fact("tokens that other callers use", 0.3, "of the refill", ASSUMED),
    Fact("retry of a throttled call", 1.0, "s, doubled each time, jittered", _from("sdkref/latest/guide/feature-retry-behavior.html")),
)}


def fact(what):
    return FACTS[what].value


def bucket_of(call):
    """The Bucket that a call takes a token of; None if none is known."""
    return next((one for one in BUCKETS if call.startswith(one.calls)), None)


@dataclass(frozen=True)
class Price:
    """Dollars for `per` of a unit, without free tiers, of us-east-1."""

    dollars: float
    per: float
    unit: str
    source: str


_PRICING = "https://aws.amazon.com"
PRICES = {
    "Lambda, time": Price(0.0000133334, 1, "GB-second, arm64", f"{_PRICING}/lambda/pricing/"),
    "Lambda, requests": Price(0.20, 1e6, "requests", f"{_PRICING}/lambda/pricing/"),
    "SQS": Price(0.50, 1e6, "FIFO requests", f"{_PRICING}/sqs/pricing/"),
    "DynamoDB, writes": Price(0.625, 1e6, "write units", f"{_PRICING}/dynamodb/pricing/on-demand/"),
    "DynamoDB, reads": Price(0.125, 1e6, "read units", f"{_PRICING}/dynamodb/pricing/on-demand/"),
    "CloudWatch, metrics": Price(0.30, 1, "metrics", f"{_PRICING}/cloudwatch/pricing/"),
    "CloudWatch, alarms": Price(0.10, 1, "alarms", f"{_PRICING}/cloudwatch/pricing/"),
    "CloudWatch, dashboards": Price(3.00, 1, "dashboards", f"{_PRICING}/cloudwatch/pricing/"),
    "CloudWatch, logs": Price(0.50, 1, "GB", f"{_PRICING}/cloudwatch/pricing/"),
    "X-Ray": Price(5.00, 1e6, "traces", f"{_PRICING}/xray/pricing/"),
    "Scheduler": Price(1.00, 1e6, "schedules", f"{_PRICING}/eventbridge/pricing/"),
    "EventBridge": Price(1.00, 1e6, "own events", f"{_PRICING}/eventbridge/pricing/"),
    "SNS": Price(0.50, 1e6, "requests", f"{_PRICING}/sns/pricing/"),
    "SNS, e-mails": Price(2.00, 1e5, "e-mails", f"{_PRICING}/sns/pricing/"),
    "KMS": Price(1.00, 1, "keys", f"{_PRICING}/kms/pricing/"),
    "CloudTrail, files": Price(0.005, 1e3, "files into S3", f"{_PRICING}/s3/pricing/"),
}
