"""The way of one API call through the local AWS: understood, refused or delayed where a test asks for it, handled, and passed to observers."""

import contextlib
import json
import logging
import threading
import time
from urllib.parse import parse_qsl, urlencode

from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request

from . import principal as principals
from .request import AwsError, answer, environ_with_body, json_answer, read_answer, read_call

log = logging.getLogger("driftmend.local")

_routes = {}
_operations = {}
_before = []
_after = []
_resets = []
_ONE_AT_A_TIME = {"ec2": threading.RLock(), "elbv2": threading.RLock()}
_network = threading.RLock()


def register(path, handler):
    """`handler(method, payload, query) -> (status, JSON value)` answers `path` and below it, e.g. /_local/ready.

    `payload` is the decoded JSON body or None. A ValueError becomes a 400 with its text.
    """
    _routes[path] = handler


def operation(service, action):
    """Decorator: `handler(call, moto) -> dict` answers this API operation in moto's stead.

    `moto(call, **other_params) -> dict` asks moto; an AwsError is answered in the call's protocol.
    """
    def keep(handler):
        _operations[service, action] = handler
        return handler
    return keep


def before(hook):
    """`hook(call)` runs before the call is handled and refuses it by raising an AwsError."""
    _before.append(hook)
    return hook


def after(hook):
    """`hook(call, status, read, milliseconds)` runs once a call is answered; `read()` gives the answer as a dict."""
    _after.append(hook)
    return hook


def network_at_rest():
    """A context in which no change of EC2 or ELBv2 is half done: whoever asks what passes must not meet a subnet between two route tables.

    Calls that only read do not keep it waiting: a sweep makes many of them, and clients go on asking meanwhile. It comes after the lock of a
    service, never before it: a change that waits for its turn would keep every client waiting too.
    """
    return _network


def _meets_the_network(call):
    """Does it change something, or ask what passes, as the health of targets does?"""
    return not call.action.startswith(("Describe", "Get", "Search")) or call.action == "DescribeTargetHealth"


def on_reset(hook):
    """`hook()` forgets everything that the part remembers; runs at start and on POST /moto-api/reset."""
    _resets.append(hook)
    return hook


def reset():
    for hook in _resets:
        hook()


class Gateway:
    """The WSGI application in front of moto's."""

    def __init__(self, moto_app):
        self._moto_app = moto_app

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path.startswith("/_local"):
            reply = self._local(environ, path)
        elif path.startswith("/moto-api"):
            if path == "/moto-api/reset" and environ["REQUEST_METHOD"] == "POST":
                reset()
            return self._moto_app(environ, start_response)
        else:
            call = read_call(environ)
            if call is None:
                return self._moto_app(environ, start_response)
            reply = self._handle(call)
        status, headers, body = reply
        length = next((v for k, v in headers.items() if k.lower() == "content-length"), None)
        headers = {k: str(v) for k, v in headers.items() if k.lower() not in ("content-length", "connection", "transfer-encoding")}
        if environ["REQUEST_METHOD"] != "HEAD" or not length:
            length = str(len(body))
        headers["Content-Length"] = length
        start_response(f"{status} {'OK' if status < 400 else 'Error'}", list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _local(self, environ, path):
        request = Request(environ)
        matches = [known for known in _routes if path == known or path.startswith(known + "/")]
        if not matches:
            return json_answer(404, {"error": f"nothing is at {path}; there is: {', '.join(sorted(_routes))}"})
        try:
            payload = json.loads(request.data) if request.data else None
            query = dict(request.args, rest=path[len(max(matches, key=len)):].strip("/"))
            return json_answer(*_routes[max(matches, key=len)](request.method, payload, query))
        except ValueError as problem:
            return json_answer(400, {"error": str(problem)})

    def _handle(self, call):
        call.origin = call.environ.get("driftmend.origin")
        call.principal = call.origin.principal if call.origin else principals.principal_of(call.access_key)
        began = time.monotonic()
        try:
            for hook in _before:
                hook(call)
            if call.service in _ONE_AT_A_TIME:
                with _ONE_AT_A_TIME[call.service], _network if _meets_the_network(call) else contextlib.nullcontext():
                    status, headers, body = self._carry_out(call)
            else:
                status, headers, body = self._carry_out(call)
        except AwsError as refused:
            status, headers, body = answer(call, refused)
        except Exception as problem:
            log.exception("%s %s failed in the local AWS", call.service, call.action)
            status, headers, body = answer(call, AwsError("InternalFailure", f"the local AWS failed in {call.service} {call.action}: {problem!r}", 500))
        took = int((time.monotonic() - began) * 1000)
        read = _once(lambda: read_answer(call, status, headers, body))
        for hook in _after:
            try:
                hook(call, status, read, took)
            except Exception:
                log.exception("after %s %s", call.service, call.action)
        return status, headers, body

    def _carry_out(self, call):
        handler = _operations.get((call.service, call.action))
        if handler:
            return answer(call, handler(call, self._ask_moto))
        return self._forward(call.environ)

    def _ask_moto(self, call, without=()):
        """moto's answer to the call as a dict; `without` names top-level parameters that moto must not see."""
        body = _body_without(call, without) if without else call.body
        environ = environ_with_body(call.environ, body)
        status, headers, body = self._forward(environ)
        result = read_answer(call, status, headers, body)
        if status >= 400 or "Error" in result:
            error = result.get("Error", {})
            raise AwsError(error.get("Code", "InternalFailure"), error.get("Message", body.decode(errors="replace")), max(status, 400))
        result.pop("ResponseMetadata", None)
        return result

    def _forward(self, environ):
        chunks, status, headers = run_wsgi_app(self._moto_app, environ, buffered=True)
        return int(status.split()[0]), dict(headers), b"".join(chunks)


def _body_without(call, names):
    if call.protocol in ("query", "ec2"):
        kept = [(k, v) for k, v in parse_qsl(call.body.decode(), keep_blank_values=True) if k.split(".")[0] not in names]
        return urlencode(kept).encode()
    return json.dumps({k: v for k, v in json.loads(call.body or b"{}").items() if k not in names}).encode()


def _once(make):
    made = []

    def get():
        if not made:
            made.append(make())
        return made[0]
    return get

