"""Lambda's asynchronous invocation: queued, retried, and at last given to the failure destination or dead letter queue.

Source: AWS Lambda developer guide, "Invoking a Lambda function asynchronously" and "Capturing records of asynchronous invocations".
"""

import concurrent.futures
import datetime
import json
import logging
import threading
import time
import uuid
from dataclasses import dataclass, field

from moto.awslambda.exceptions import UnknownFunctionException

from ..events import destinations
from . import underway
from .function_config import function_of, latest_of, read_config
from ..iam import judgement
from ..iam.needs import Asked
from .lambda_host import Throttled
from .lambda_settings import invoke_config

log = logging.getLogger("driftmend.local")
RETRY_DELAYS = (1.0, 2.0)
_SENDS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}
DEFAULT_RETRIES, DEFAULT_AGE_SECONDS = 2, 6 * 3600


@dataclass
class _Queued:
    function: str
    payload: bytes
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    since: float = field(default_factory=time.time)
    attempts: int = 0


class AsyncInvoker:
    """Takes events for functions and sees each to its end. `retry_delays` are seconds where Lambda waits 60 and 120."""

    def __init__(self, host, retry_delays=RETRY_DELAYS):
        self._host, self._retry_delays = host, retry_delays
        self._workers, self._timers = {}, set()
        self._lock = threading.Lock()
        self._closed = False

    def invoke_async(self, function_arn, payload, dead_letter=None, retry=None):
        """Take an event for a function. Raises LookupError if there is no such function: the hand-over has failed then.

        `dead_letter` and `retry` are the sender's, for a hand-over that fails; here it succeeds or fails at once.
        """
        try:
            name = function_of(function_arn).function_name
        except UnknownFunctionException as problem:
            raise LookupError(problem.message) from problem
        self._submit(name, _Queued(function_arn, payload))

    def close(self):
        self._closed = True
        with self._lock:
            workers, timers = list(self._workers.values()), list(self._timers)
        for timer in timers:
            timer.cancel()
        for worker in workers:
            worker.shutdown(wait=False, cancel_futures=True)

    def _submit(self, name, queued):
        with self._lock:
            if self._closed:
                return
            underway.begin("invocations")
            if name not in self._workers:
                self._workers[name] = concurrent.futures.ThreadPoolExecutor(
                    max(1, self._host.concurrency(name)), thread_name_prefix=f"async-{name}")
            self._workers[name].submit(self._attempt, name, queued)

    def _attempt(self, name, queued):
        try:
            function = function_of(queued.function)
            config = invoke_config(queued.function)
            if time.time() - queued.since > config.get("MaximumEventAgeInSeconds", DEFAULT_AGE_SECONDS):
                return self._give_up(function, config, queued, "EventAgeExceeded", None, None)
            queued.attempts += 1
            try:
                answer, version, _ = self._host.invoke(queued.function, queued.payload, wait=True, request_id=queued.request_id)
            except Throttled:
                queued.attempts -= 1
                return self._later(name, queued, self._retry_delays[0])
            if not answer.error:
                return self._deliver(config.get("DestinationConfig", {}).get("OnSuccess", {}), function, queued, "Success", answer, version)
            retries = config.get("MaximumRetryAttempts", DEFAULT_RETRIES)
            if queued.attempts <= retries:
                return self._later(name, queued, self._retry_delays[min(queued.attempts, len(self._retry_delays)) - 1])
            return self._give_up(function, config, queued, "RetriesExhausted", answer, version)
        except Exception:
            if not self._closed:
                log.exception("an event for %s was lost by the local AWS", queued.function)
        finally:
            underway.end("invocations")

    def _later(self, name, queued, seconds):
        def again():
            self._timers.discard(timer)
            self._submit(name, queued)
            underway.end("invocations")
        timer = threading.Timer(seconds, again)
        timer.daemon = True
        underway.begin("invocations")
        with self._lock:
            self._timers.add(timer)
        timer.start()

    def _give_up(self, function, config, queued, condition, answer, version):
        on_failure = config.get("DestinationConfig", {}).get("OnFailure", {})
        dead_letter = latest_of(function).kept.get("DeadLetterConfig", {}).get("TargetArn")
        if on_failure.get("Destination"):
            self._deliver(on_failure, function, queued, condition, answer, version)
        if dead_letter:
            error = json.loads(answer.payload or b"{}") if answer else {}
            if _may_send(function, dead_letter):
                destinations.send(dead_letter, queued.payload.decode(), {
                    "RequestID": queued.request_id, "ErrorCode": 200, "ErrorMessage": str(error.get("errorMessage", condition))[:1024]})
        if not on_failure.get("Destination") and not dead_letter:
            log.warning("%s failed %d times and has no failure destination: the event is gone", queued.function, queued.attempts)

    def _deliver(self, destination, function, queued, condition, answer, version):
        target = destination.get("Destination")
        if not target or not _may_send(function, target):
            return
        record = json.dumps(_record(function, queued, condition, answer, version))
        if target.split(":")[2] == "lambda":
            self.invoke_async(target, record.encode())
        else:
            destinations.send(target, record)


def _may_send(function, target):
    """Whether the function's role may write to its own failure destination: without that Lambda drops the record."""
    try:
        judgement.require_role(function.role, Asked(_SENDS[target.split(":")[2]], target))
    except judgement.Denied:
        return False
    return True


def _record(function, queued, condition, answer, version):
    now = datetime.datetime.now(datetime.timezone.utc)
    record = {
        "version": "1.0", "timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z",
        "requestContext": {"requestId": queued.request_id, "functionArn": f"{read_config(function).arn}:{version or function.version}",
                           "condition": condition, "approximateInvokeCount": queued.attempts},
        "requestPayload": json.loads(queued.payload or b"{}"),
    }
    if answer:
        record["responseContext"] = {"statusCode": 200, "executedVersion": version}
        if answer.error:
            record["responseContext"]["functionError"] = answer.error
        record["responsePayload"] = json.loads(answer.payload) if answer.payload else None
    return record
