"""What happens once on the local AWS, written down: the drift's event, each function's work on it, and the peers' as far as they do any."""

import contextlib
import http.server
import json
import tempfile
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from driftmend_demo.system import System, within

from .contenders import Function, write_custodian
from .stub import Recorder

OUR_FUNCTIONS = {"Route": "RouteFunction", "Reconcile": "ReconcileFunction", "Probe": "ProbeFunction"}
AIMS = {"Route": "sqs:SendMessage", "Reconcile": "ec2:RevokeSecurityGroupIngress", "Custodian": "ec2:RevokeSecurityGroupIngress"}
SWEEP = "Sweep"
PORT = 5000
PATHS = ("/", "/health")


@dataclass(frozen=True)
class Scene:
    """One event for one contender. `aim` names the call that the event is for; None if it is for none. `answer` is what was answered."""

    event: bytes
    before: list
    during: list
    aim: str | None
    answer: bytes

    def calls(self):
        return [one.name for one in self.during]


class NotRecorded(Exception):
    """The functions did not do on the local AWS what is to be measured."""


@dataclass
class Recording:
    """`scenes`: {(build, contender): Scene}. `functions`: {(build, name): Function}. `pages`: {path: (status, body)} of the workload at `endpoint`. `url` is the
    local AWS's."""

    scenes: dict
    functions: dict
    endpoint: str
    pages: dict
    url: str


def record(host, builds, say, peers=True):
    """A Recording of these builds, {name: directory of what ships}, on a local AWS that is gone afterwards. `host.stub` is left without a source."""
    with System(say=lambda line: None if line.startswith("CREATE_COMPLETE") else say(line)) as system:
        stage = _Stage(host, system)
        scenes, functions = {}, {}
        for build, code in builds.items():
            for name in OUR_FUNCTIONS:
                functions[build, name] = stage.function(name, code)
            event = stage.drift()
            routed = scenes[build, "Route"] = stage.scene(functions[build, "Route"], event, "Route")
            batch = _batch(routed)
            scenes[build, "Reconcile"] = stage.scene(functions[build, "Reconcile"], batch, "Reconcile")
            scenes[build, SWEEP] = stage.scene(functions[build, "Reconcile"], _swept(batch), SWEEP)
            # Or Probe would find the guard's own parts switched off.
            system.switch_rules(on=True)
            scenes[build, "Probe"] = stage.scene(functions[build, "Probe"], b"{}", "Probe")
            system.switch_rules(on=False)
            system.forget_repairs()
        if peers:
            scenes["", "Custodian"] = stage.custodian()
        pages = {path: _page(system.endpoint + path) for path in PATHS}
        endpoint, url = system.endpoint, system.url
    host.stub.source = None
    return Recording(scenes, functions, endpoint, pages, url)


class _Stage:
    def __init__(self, host, system):
        self._host, self._system = host, system
        self._ids = system.resources()
        self._client = system.client("ec2")
        host.stub.source = self._recorder = Recorder(system.url)
        host.keys = {name: system.exports[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        system.fire("SweepSchedule")
        if not system.control("underway?wait=60")["idle"]:
            raise NotRecorded("the system did not come to rest after its deployment")
        system.switch_rules(on=False)
        # Nobody but the bench works on its messages.
        self._queue = system.client("sqs").create_queue(QueueName="bench.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]

    def function(self, name, code):
        deployed = self._system.client("lambda").get_function_configuration(FunctionName=self._ids[OUR_FUNCTIONS[name]])
        variables = dict(deployed["Environment"]["Variables"])
        if "DRIFTMEND_QUEUE_URL" in variables:
            variables["DRIFTMEND_QUEUE_URL"] = self._queue
        return Function(deployed["FunctionName"], deployed["Handler"], deployed["MemorySize"], variables, code)

    def drift(self):
        """Open the port that no template has; the event that tells of it, as EventBridge delivers it."""
        self._system.control("events", method="DELETE")
        self._client.authorize_security_group_ingress(
            GroupId=self._ids["WebSecurityGroup"], IpProtocol="tcp", FromPort=PORT, ToPort=PORT, CidrIp="0.0.0.0/0")
        event, _ = within(20, lambda: next((one for one in self._system.control("events")
                                            if one["detail"].get("eventName") == "AuthorizeSecurityGroupIngress"), None))
        if not event:
            raise NotRecorded("no event tells of the opened port")
        return json.dumps(event).encode()

    def scene(self, function, event, name):
        return self._scene(self._host.java_process(function), event, name)

    def custodian(self):
        event = self.drift()
        with tempfile.TemporaryDirectory(prefix="bench-") as directory:
            write_custodian(directory)
            return self._scene(self._host.python_process("custodian", "c7n.handler.dispatch_event", directory), event, "Custodian")

    def _scene(self, process, event, name):
        self._recorder.take()
        with process:
            process.await_init()
            before = self._recorder.take()
            answer = process.invoke(event)
            during, aim = self._recorder.take(), AIMS.get(name)
            called = [one.name for one in during if one.status < 300]
            if aim and aim not in called:
                raise NotRecorded(f"{name} did not call {aim} but {', '.join(called) or 'nothing'}; it said: {' '.join(process.said[-5:])}")
        return Scene(event, before, during, aim, answer)


def _batch(routed):
    """The event that SQS makes of the message that Route sent."""
    sent = next(one for one in routed.during if one.name == AIMS["Route"])
    record = {"messageId": "19dd0b57-b21e-4ac1-bd88-01bbb068cb78", "receiptHandle": "bench", "body": sent.params["MessageBody"],
              "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": sent.params["MessageGroupId"]}, "messageAttributes": {},
              "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:bench.fifo", "awsRegion": "us-east-1"}
    return json.dumps({"Records": [record]}).encode()


def _swept(batch):
    """The same for a sweep, which looks at all of the stack and finds it in sync."""
    record = json.loads(batch)["Records"][0]
    body = json.loads(record["body"])
    body["cause"] |= {"origin": "SWEEP", "event": "Sweep", "caller": None, "made": []}
    return json.dumps({"Records": [record | {"body": json.dumps(body)}]}).encode()


def _page(url):
    answer = requests.get(url, timeout=10)
    return answer.status_code, answer.content


@contextlib.contextmanager
def workload(recording):
    """What Probe asks when the local AWS is gone: the pages as the workload gave them, at the same address."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            status, body = recording.pages.get(self.path, (404, b""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    at = urlsplit(recording.endpoint)
    server = http.server.ThreadingHTTPServer((at.hostname, at.port or 80), Handler)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
