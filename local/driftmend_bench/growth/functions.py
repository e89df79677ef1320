"""Route and Reconcile as they are deployed, over an account of generated answers, with a heap of 128 MB and no more."""

import datetime
import json
import re
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import boto3
import yaml
from driftmend_demo.system import ROOT
from driftmend_local.api import server
from driftmend_local.functions.function_config import REGION

from ..contenders import KEYS, Function
from ..measuring import Differs

HEAP_MB = 128
# A sweep that indexes two hundred stacks.
PATIENCE = 600
CALLER = {"principal": "arn:aws:iam::123456789012:user/deployer", "sourceIp": "203.0.113.7", "userAgent": "aws-cli", "invokedBy": None}
_PAUSE = re.compile(r"Pause (Full|Young).*?->(\d+)M\(")


class _Yaml(yaml.SafeLoader):
    pass


_Yaml.add_multi_constructor("!", lambda loader, suffix, node: None)


def _options():
    """The JVM's options, as template.yaml gives them to every function."""
    template = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), _Yaml)
    return template["Globals"]["Function"]["Environment"]["Variables"]["JAVA_TOOL_OPTIONS"]


class Keeping:
    """Ledger, work queue, policy, topic: kept by the local AWS of this process. `url` is where it answers."""

    def __init__(self):
        self._server = server.start()
        self.url = self._server.url
        self.sqs = self._client("sqs")
        self.queue = self.sqs.create_queue(QueueName="growth.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        for function in ("Route", "Reconcile"):
            # Apart, because the local AWS copies a whole table for each transaction, and Reconcile does not read Route's index.
            self._client("dynamodb").create_table(
                TableName=f"growth-{function}", BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")])
        self.topic = self._client("sns").create_topic(Name="growth")["TopicArn"]

    def close(self):
        self._server.stop()
        server.empty()

    def guard(self, names):
        policy = {"mode": "repair", "guardedStacks": list(names), "rules": []}
        self._client("ssm").put_parameter(Name="growth", Type="String", Value=json.dumps(policy), Overwrite=True)

    def _client(self, service):
        return boto3.client(service, region_name=REGION, endpoint_url=self.url, aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
                            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"], aws_session_token=KEYS["AWS_SESSION_TOKEN"])


@dataclass
class Cost:
    """Of one event, or of a batch: seconds of CPU and wall, [names of calls], bytes answered."""

    cpu: float
    wall: float
    calls: list
    answered: int


class Running:
    """A process of one function on `account`; use it as a context manager."""

    def __init__(self, host, keeping, account, name, own, code):
        self._host, self._account = host, account
        variables = {"DRIFTMEND_STACK": own.id, "DRIFTMEND_LEDGER": f"growth-{name}", "DRIFTMEND_QUEUE_URL": keeping.queue,
                     "DRIFTMEND_ALERT_TOPIC": keeping.topic, "DRIFTMEND_POLICY": "growth", "JAVA_TOOL_OPTIONS": _options()}
        self._directory = tempfile.TemporaryDirectory(prefix="growth-")
        self._log = Path(self._directory.name, "gc")
        function = Function(f"growth-{name}", f"dev.driftmend.lambda.{name}Handler::handleRequest", 1024, variables, code)
        self._process = host.java_process(function, flags=(f"-Xmx{HEAP_MB}m", f"-Xlog:gc:file={self._log}"))

    def __enter__(self):
        self._process.__enter__()
        self._host.stub.source = self._account
        self._host.stub.begin()
        self._process.await_init()
        return self

    def __exit__(self, *_):
        self._process.__exit__()
        self._directory.cleanup()

    def handle(self, event):
        """(answer, Cost). Raises Differs if something was asked that no answer is generated for, or an item failed."""
        stub = self._host.stub
        stub.begin()
        self._account.begin()
        answer = json.loads(self._process.invoke(json.dumps(event).encode(), PATIENCE))
        if stub.problems:
            raise Differs(f"no answer is generated for {', '.join(sorted(set(stub.problems)))}")
        if answer.get("batchItemFailures"):
            raise Differs("\n".join([f"messages failed: {answer}", *self._process.said[-5:]]))
        used = self._process.marks["answered"] - self._process.marks["given"]
        return answer, Cost(used.cpu, used.wall, list(self._account.calls), self._account.answered)

    def live_mb(self):
        """What is left of the heap after a full collection, in MB."""
        jcmd = Path(self._host.java).resolve().with_name("jcmd")
        subprocess.run([jcmd, str(self._process.pid), "GC.run"], check=True, capture_output=True, timeout=30)
        return [int(after) for kind, after in _PAUSE.findall(self._log.read_text()) if kind == "Full"][-1]

    def most_kept_mb(self):
        """The most that any collection until now has left of the heap, in MB: what a smaller heap could not hold."""
        return max((int(after) for _, after in _PAUSE.findall(self._log.read_text())), default=0)


def work(stack, origin="API_CALL"):
    """The body of a work message that tells of an opened port, or of a sweep."""
    named = {"event": "AuthorizeSecurityGroupIngress", "caller": CALLER} if origin == "API_CALL" else {"event": "Sweep", "caller": None}
    cause = {"origin": origin, "eventId": str(uuid.uuid4()), "time": _now(), **named}
    return json.dumps({"schema": "driftmend.work/v1", "stack": stack.id, "cause": cause})


def batch(bodies):
    """The event that Lambda's poller makes of messages, (body, group) each."""
    return {"Records": [{"messageId": str(uuid.uuid4()), "receiptHandle": "", "body": body, "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": group},
                         "messageAttributes": {}, "eventSource": "aws:sqs", "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:growth.fifo",
                         "awsRegion": REGION} for body, group in bodies]}


def call(stack, number):
    """EventBridge's event of a port that is opened in the stack's first group."""
    group = stack.groups[0]
    rule = {"ipProtocol": "tcp", "fromPort": 30_000 + number, "toPort": 30_000 + number, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}
    identity = {"type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": CALLER["principal"], "accountId": "123456789012", "userName": "deployer"}
    detail = {"eventVersion": "1.10", "userIdentity": identity, "eventTime": _now(), "eventSource": "ec2.amazonaws.com",
              "eventName": "AuthorizeSecurityGroupIngress", "awsRegion": REGION, "sourceIPAddress": "203.0.113.7", "userAgent": "aws-cli",
              "requestParameters": {"groupId": group, "ipPermissions": {"items": [rule]}}, "responseElements": {"_return": True},
              "eventID": str(uuid.uuid4()), "readOnly": False, "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": "123456789012"}
    return {"version": "0", "id": str(uuid.uuid4()), "detail-type": "AWS API Call via CloudTrail", "source": "aws.ec2", "account": "123456789012",
            "time": _now(), "region": REGION, "resources": [], "detail": detail}


def sweep():
    return {"version": "0", "id": str(uuid.uuid4()), "source": "driftmend.schedule", "detail-type": "Sweep", "time": _now(), "account": "123456789012",
            "region": REGION, "resources": [], "detail": {}}


def _now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
