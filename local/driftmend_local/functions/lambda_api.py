"""Lambda's Invoke operation, answered by the host.

Source: AWS Lambda API reference, "Invoke".
"""

import base64
import json

from moto.awslambda.exceptions import UnknownFunctionException

from .function_config import function_of
from ..api.gateway import operation
from .lambda_host import Throttled
from ..api.request import AwsError

MAX_EVENT_BYTES = {"RequestResponse": 6_291_456, "Event": 1_048_576, "DryRun": 6_291_456}


class _Answered(dict):
    """An operation's result with an HTTP status of its own."""

    def __init__(self, status, **members):
        super().__init__(members, StatusCode=status)
        self.status = status


def install(host, queue_event):
    """Let Invoke reach the host. `queue_event(function_arn, payload)` takes an asynchronous invocation."""

    @operation("lambda", "Invoke")
    def invoke(call, _moto):
        name, qualifier = call.params["FunctionName"], call.params.get("Qualifier")
        kind = call.params.get("InvocationType", "RequestResponse")
        payload = _payload(call.params.get("Payload"), kind)
        _find(name, qualifier)
        if kind == "DryRun":
            return _Answered(204, Payload=b"")
        if kind == "Event":
            queue_event(f"{name}:{qualifier}" if qualifier else name, payload)
            return _Answered(202, Payload=b"")
        context = call.params.get("ClientContext")
        try:
            answer, version, tail = host.invoke(name, payload, qualifier, client_context=context and base64.b64decode(context).decode())
        except Throttled as problem:
            raise AwsError("TooManyRequestsException", f"Rate Exceeded. {problem}", 429) from problem
        result = _Answered(200, Payload=answer.payload, ExecutedVersion=version)
        if answer.error:
            result["FunctionError"] = answer.error
        if call.params.get("LogType") == "Tail":
            result["LogResult"] = base64.b64encode(tail).decode()
        return result


def _find(name, qualifier):
    try:
        return function_of(name, qualifier)
    except UnknownFunctionException as problem:
        raise AwsError("ResourceNotFoundException", problem.message, 404) from problem


def _payload(payload, kind):
    payload = payload.encode() if isinstance(payload, str) else payload or b"{}"
    if kind not in MAX_EVENT_BYTES:
        raise AwsError("InvalidParameterValueException", f"{kind} is not an invocation type: RequestResponse, Event or DryRun")
    if len(payload) > MAX_EVENT_BYTES[kind]:
        raise AwsError("RequestTooLargeException", f"{len(payload)} byte payload is too large for the {kind} invocation type (limit {MAX_EVENT_BYTES[kind]} bytes)", 413)
    try:
        json.loads(payload)
    except ValueError as problem:
        raise AwsError("InvalidRequestContentException", f"Could not parse request body into json: {problem}") from problem
    return payload
