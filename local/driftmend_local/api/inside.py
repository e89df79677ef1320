"""boto3 clients whose calls reach the gateway without a socket: for CloudFormation and the other parts in here."""

import contextlib
import contextvars
import functools
import io
import threading
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from werkzeug.test import run_wsgi_app

_origin = contextvars.ContextVar("origin", default=None)
_gateway = None
_making = threading.Lock()
_host = "127.0.0.1"


@dataclass(frozen=True)
class Origin:
    """On whose behalf the local AWS calls itself. `service` is CloudTrail's invokedBy; None leaves no record."""

    service: str | None = None
    principal: object = None


def bind(gateway):
    global _gateway
    _gateway = gateway


def answer_as(host):
    """The host and port that answers name, for instance in the URL of a queue."""
    global _host
    _host = host


@contextlib.contextmanager
def acting_as(origin):
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


@functools.cache
def session():
    """One session for all, because each reads botocore's data anew; moto's own use of boto3 shares it."""
    boto3.setup_default_session(region_name="us-east-1")
    return boto3.DEFAULT_SESSION


def client(service, region="us-east-1"):
    with _making:
        return _client(service, region)


@functools.cache
def _client(service, region):
    made = session().client(
        service, region_name=region, endpoint_url="http://127.0.0.1", aws_access_key_id="LOCALAWSINSIDE000000",
        aws_secret_access_key="inside", config=Config(retries={"total_max_attempts": 1}))
    made.meta.events.register("before-send", _send)
    return made


def _send(request, **_):
    url = urlsplit(request.url)
    body = request.body or b""
    body = body.read() if hasattr(body, "read") else body.encode() if isinstance(body, str) else bytes(body)
    environ = {
        "REQUEST_METHOD": request.method, "SCRIPT_NAME": "", "PATH_INFO": _unquoted(url.path or "/"), "QUERY_STRING": url.query,
        "RAW_URI": request.url[len(f"{url.scheme}://{url.netloc}"):] or "/", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": False,
        "wsgi.run_once": False, "CONTENT_LENGTH": str(len(body)), "driftmend.origin": _origin.get() or Origin(),
    }
    for name, value in request.headers.items():
        value = value.decode() if isinstance(value, bytes) else str(value)
        key = name.upper().replace("-", "_")
        if key != "CONTENT_LENGTH":
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    environ["HTTP_HOST"] = _host
    chunks, status, headers = run_wsgi_app(_gateway, environ, buffered=True)
    return AWSResponse(request.url, int(status.split()[0]), headers, _Body(b"".join(chunks)))


def _unquoted(path):
    return unquote(path).encode().decode("latin-1")


class _Body(io.BytesIO):
    def stream(self, *_args, **_kwargs):
        yield self.read()
