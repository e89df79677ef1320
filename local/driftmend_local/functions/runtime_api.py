"""The Lambda Runtime API, version 2018-06-01, for one function process, SnapStart's restore step included.

Source: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
"""

import http.server
import json
import re
import threading
import time
from dataclasses import dataclass

STARTING, SNAPSHOT, IDLE, BUSY, FAILED, ENDED = "starting", "snapshot", "idle", "busy", "failed", "ended"
MAX_RESPONSE_BYTES = 6_291_556
_INVOCATION = re.compile(r"^/2018-06-01/runtime/invocation/([^/]+)/(response|error)$")


@dataclass(frozen=True)
class Event:
    """One event for the process. `deadline` is epoch seconds, `function_arn` the ARN with the qualifier of the caller."""

    request_id: str
    payload: bytes
    deadline: float
    function_arn: str
    trace_id: str
    client_context: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the function answered. `error` is None, or "Unhandled" as in the header X-Amz-Function-Error."""

    payload: bytes
    error: str | None = None
    error_type: str | None = None


class RuntimeApi:
    """Serves one process at `address`; the process's life is the state machine STARTING, (SNAPSHOT,) IDLE, BUSY, ... ENDED."""

    def __init__(self):
        self._changed = threading.Condition()
        self._state = STARTING
        self._restored = False
        self._event = None
        self._answer = None
        self._failure = None
        api = self

        class Handler(_Handler):
            runtime = api

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, name="runtime-api", daemon=True).start()

    # What the host of the process asks

    def await_state(self, wanted, seconds):
        """The state once it is one of `wanted`, FAILED or ENDED, or None when the seconds are over."""
        with self._changed:
            self._changed.wait_for(lambda: self._state in (*wanted, FAILED, ENDED), seconds)
            return self._state if self._state in (*wanted, FAILED, ENDED) else None

    def restore(self):
        """Let the process that waits in its snapshot go on."""
        with self._changed:
            self._restored = True
            self._changed.notify_all()

    def send(self, event):
        """Give the idle process an event."""
        with self._changed:
            if self._state != IDLE:
                raise RuntimeError(f"the process is {self._state}, not {IDLE}")
            self._event, self._answer, self._state = event, None, BUSY
            self._changed.notify_all()

    def await_answer(self, deadline):
        """The answer to the event that was sent, or None if there was none by the deadline (epoch seconds) or the process ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._answer or self._state == ENDED, max(0.0, deadline - time.time()))
            return self._answer

    @property
    def failure(self):
        """The Answer that stands for a failed INIT or restore."""
        return self._failure

    def process_ended(self):
        with self._changed:
            self._state = ENDED
            self._changed.notify_all()

    def close(self):
        self.process_ended()
        self._server.shutdown()
        self._server.server_close()

    # What the process asks

    def next_event(self):
        with self._changed:
            self._event = None
            # The Java client goes on after a failed INIT, only to answer each event with that failure. Lambda ends it here.
            if self._state != FAILED:
                self._state = IDLE
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._event or self._state == ENDED)
            return self._event

    def await_restore(self):
        with self._changed:
            self._state = SNAPSHOT
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._restored or self._state == ENDED)
            return self._restored

    def take_answer(self, request_id, answer):
        with self._changed:
            if not self._event or self._event.request_id != request_id or self._answer:
                return False
            self._answer = answer
            self._changed.notify_all()
            return True

    def take_failure(self, answer):
        with self._changed:
            self._failure, self._state = answer, FAILED
            self._changed.notify_all()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    runtime: RuntimeApi

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/2018-06-01/runtime/invocation/next":
            event = self.runtime.next_event()
            return self._event(event) if event else self._gone()
        if self.path == "/2018-06-01/runtime/restore/next":
            return self._reply(200, b"") if self.runtime.await_restore() else self._gone()
        return self._error(404, "InvalidPath", f"the Runtime API has no {self.path}")

    def do_POST(self):
        body, broken_off = self._body()
        error_type = self.headers.get("Lambda-Runtime-Function-Error-Type")
        if self.path in ("/2018-06-01/runtime/init/error", "/2018-06-01/runtime/restore/error"):
            self.runtime.take_failure(Answer(body, "Unhandled", error_type))
            return self._accepted()
        found = _INVOCATION.match(self.path)
        if not found:
            return self._error(404, "InvalidPath", f"the Runtime API has no {self.path}")
        request_id, outcome = found.groups()
        if outcome == "error" or broken_off:
            answer = Answer(broken_off or body, "Unhandled", error_type)
        elif len(body) > MAX_RESPONSE_BYTES:
            answer = _too_large(len(body))
        else:
            answer = Answer(body)
        if not self.runtime.take_answer(request_id, answer):
            return self._error(400, "InvalidRequestID", f"{request_id} is not the event in progress")
        if answer.error_type == "Function.ResponseSizeTooLarge":
            return self._error(413, "RequestEntityTooLarge", f"{len(body)} bytes are more than {MAX_RESPONSE_BYTES}")
        return self._accepted()

    def _event(self, event):
        headers = {
            "Lambda-Runtime-Aws-Request-Id": event.request_id, "Lambda-Runtime-Deadline-Ms": str(int(event.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": event.function_arn, "Lambda-Runtime-Trace-Id": event.trace_id,
        }
        if event.client_context:
            headers["Lambda-Runtime-Client-Context"] = event.client_context
        self._reply(200, event.payload, headers)

    def _body(self):
        """The body, and the error of a stream that the function broke off (named in the trailers), else None."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0)), None
        body = bytearray()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        trailers = {}
        while line := self.rfile.readline().strip():
            name, _, value = line.decode().partition(":")
            trailers[name.lower()] = value.strip()
        if "lambda-runtime-function-error-type" not in trailers:
            return bytes(body), None
        return bytes(body), json.dumps({"errorType": trailers["lambda-runtime-function-error-type"]}).encode()

    def _accepted(self):
        self._reply(202, b'{"status":"OK"}')

    def _error(self, status, kind, message):
        self._reply(status, json.dumps({"errorType": kind, "errorMessage": message}).encode())

    def _gone(self):
        self.close_connection = True

    def _reply(self, status, body, headers=()):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **dict(headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _too_large(size):
    message = f"Response payload size ({size} bytes) exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
    return Answer(json.dumps({"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"}).encode(),
                  "Unhandled", "Function.ResponseSizeTooLarge")
