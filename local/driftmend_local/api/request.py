"""One HTTP request to an AWS API, understood by botocore's service models, and the answer in the same protocol."""

import functools
import io
import json
import re
import uuid
import warnings
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote

import botocore.parsers
from botocore.model import OperationNotFoundError
from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.wrappers import Request

ACCOUNT = "123456789012"
SERVICE_OF_SIGNING_NAME = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch", "cloudcontrolapi": "cloudcontrol"}
warnings.filterwarnings("ignore", message=".*does not match an error shape.*")
_CREDENTIAL = re.compile(r"Credential=([^/\s]+)/\d+/([^/]+)/([^/]+)/aws4_request")


class AwsError(ServiceException):
    """An error as AWS answers it: code, message and HTTP status."""

    def __init__(self, code, message, status=400):
        super().__init__(code, message)
        self.status = status


@dataclass
class Call:
    """One API call. `params` has the member names and types of botocore's model, only what the caller sent."""

    service: str
    action: str
    params: dict
    region: str
    access_key: str
    operation: object
    protocol: str
    environ: dict
    body: bytes
    origin: object = None
    principal: object = None
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def account(self):
        return ACCOUNT

    @property
    def dry_run(self):
        return bool(self.params.get("DryRun"))


def read_call(environ):
    """The call that a WSGI environ carries, or None if it is not a signed call of a service that botocore knows.

    The body stays readable for whoever handles the environ next.
    """
    signed = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    body = _take_body(environ)
    if not signed:
        return None
    access_key, region, signing_name = signed.groups()
    service = SERVICE_OF_SIGNING_NAME.get(signing_name, signing_name)
    try:
        model = get_service_model(service)
    except Exception:
        return None
    request = Request(dict(environ, **{"wsgi.input": io.BytesIO(body)}))
    action, url_params = _action_of(model, request, environ)
    try:
        operation = model.operation_model(action)
    except (OperationNotFoundError, TypeError):
        return None
    protocol = _protocol_of(model, request)
    params = _params_of(model, operation, protocol, request, environ, body, url_params)
    return Call(service, action, params, region, access_key, operation, protocol, environ, body)


def _take_body(environ):
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        body = environ["wsgi.input"].read()
    else:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return body


def _protocol_of(model, request):
    protocol = str(model.protocol)
    if protocol.startswith("rest") or protocol == "ec2":
        return protocol
    if request.headers.get("X-Amz-Target"):
        return "json"
    return "query"


def _action_of(model, request, environ):
    if request.headers.get("X-Amz-Target"):
        return request.headers["X-Amz-Target"].split(".")[-1], {}
    action = request.values.get("Action")
    if action:
        return action, {}
    if not str(model.protocol).startswith("rest"):
        return None, {}
    query = set(parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    raw_path = environ.get("RAW_URI", request.path).split("?")[0]
    best, best_rank, found = None, (-1, -1), {}
    for name, method, pattern, fixed, weight in _routes(model.service_name):
        if method != request.method or not fixed <= query:
            continue
        match = pattern.match(raw_path)
        if match and (len(fixed), weight) > best_rank:
            best, best_rank = name, (len(fixed), weight)
            found = {k: unquote(v) for k, v in match.groupdict().items() if v is not None}
    return best, found


@functools.cache
def _routes(service):
    model, routes = get_service_model(service), []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        parts = []
        for piece in re.split(r"(\{[^}]+\})", path.rstrip("/")):
            label = piece.startswith("{") and re.sub(r"\W", "_", piece.strip("{}+"))
            parts.append((f"(?P<{label}>.+)" if piece.endswith("+}") else f"(?P<{label}>[^/]+)") if label else re.escape(piece))
        fixed = {k.split("=")[0] for k in query.split("&") if k}
        routes.append((name, http["method"], re.compile("".join(parts) + "/?$"), fixed, len(re.sub(r"\{[^}]+\}", "", path))))
    return routes


def _params_of(model, operation, protocol, request, environ, body, url_params):
    if model.service_name == "s3" and body and not body.lstrip().startswith(b"<"):
        return dict(url_params)
    try:
        return PROTOCOL_PARSERS[protocol](operation).parse({
            "method": request.method, "values": request.values, "headers": request.headers,
            "body": body if protocol.startswith("rest") else body or b"{}",
            "url_path": request.path, "url_params": url_params,
        }) or {}
    except Exception as problem:
        return {"UnreadableRequest": str(problem)}


def answer(call, result):
    """(status, headers, body bytes) of a result dict or an AwsError, in the protocol of the call."""
    status = getattr(result, "status", None)
    serializer = get_serializer_class(call.service, call.protocol)(
        operation_model=call.operation, context=SerializationContext(call.request_id))
    written = serializer.serialize(result)
    body = written["body"]
    headers = dict(written["headers"], **{"x-amzn-RequestId": call.request_id})
    if "X-Amzn-Errortype" in headers:
        # Only the body's __type carries a namespace on AWS; the SDK for Java would take it here for a part of the code.
        headers["X-Amzn-Errortype"] = headers["X-Amzn-Errortype"].rpartition("#")[2]
    return status or written["status_code"], headers, body if isinstance(body, bytes) else body.encode()


def read_answer(call, status, headers, body):
    """The answer as botocore would hand it to a program: a dict, with `Error` if the call failed."""
    parser = botocore.parsers.create_parser(call.protocol)
    return parser.parse({"status_code": status, "headers": headers, "body": body}, call.operation.output_shape)


def environ_with_body(environ, body, **changes):
    changed = dict(environ, **changes)
    changed.update({"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
    return changed


def json_answer(status, value):
    return status, {"Content-Type": "application/json"}, json.dumps(value, indent=1, default=str).encode() + b"\n"
