"""Lambda's settings that moto drops or mixes up; moto never runs a function and never takes messages for one."""

from datetime import UTC, datetime

from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.sqs.models import Queue

from ..api.gateway import on_reset, operation
from ..api.request import AwsError

_KEPT = ("SnapStart", "LoggingConfig", "DeadLetterConfig", "KMSKeyArn")
_invoke_configs = {}

Queue.lambda_event_source_mappings = property(lambda queue: {}, lambda queue, value: None)

_init, _update, _shown = LambdaFunction.__init__, LambdaFunction.update_configuration, LambdaFunction.get_configuration


@on_reset
def _forget():
    _invoke_configs.clear()


def _created(self, account_id, spec, region, version=1):
    _init(self, account_id, spec, region, version)
    self.kept = {name: spec[name] for name in _KEPT if name in spec}


def _updated(self, changes):
    # A new dict, because published versions share the old one.
    self.kept = self.kept | {name: changes[name] for name in _KEPT if name in changes}
    if "TracingConfig" in changes:
        self.tracing_config = changes["TracingConfig"]
    if "EphemeralStorage" in changes:
        self.ephemeral_storage = changes["EphemeralStorage"]["Size"]
    return _update(self, changes)


def _configuration(self, on_create=False):
    shown = _shown(self, on_create) | self.kept
    apply_on = self.kept.get("SnapStart", {}).get("ApplyOn", "None")
    published = len(self.function_arn.split(":")) == 8
    shown["SnapStart"] = {"ApplyOn": apply_on, "OptimizationStatus": "On" if published and apply_on == "PublishedVersions" else "Off"}
    shown["LoggingConfig"] = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}", **self.kept.get("LoggingConfig", {})}
    return shown


LambdaFunction.__init__ = _created
LambdaFunction.update_configuration = _updated
LambdaFunction.get_configuration = _configuration


def function_key(name, qualifier=None):
    """(function name, qualifier) of a name, a partial or a full ARN, with the qualifier in either place; $LATEST by default."""
    parts = name.split(":function:")[-1].split(":")
    return parts[0], qualifier or (parts[1] if len(parts) > 1 else "$LATEST")


@operation("lambda", "CreateEventSourceMapping")
def create_mapping(call, moto):
    return _with_alias(call, moto(call))


@operation("lambda", "UpdateEventSourceMapping")
def update_mapping(call, moto):
    answer = moto(call)
    return _with_alias(call, answer) if "FunctionName" in call.params else answer


def _with_alias(call, answer):
    """A mapping made for an alias stays with the alias, whichever version it points to."""
    name, qualifier = function_key(call.params["FunctionName"])
    if qualifier != "$LATEST":
        arn = f"arn:aws:lambda:{call.region}:{call.account}:function:{name}:{qualifier}"
        lambda_backends[call.account][call.region].get_event_source_mapping(answer["UUID"]).function_arn = arn
        answer["FunctionArn"] = arn
    return answer


def invoke_config(name, qualifier=None):
    """The asynchronous invocation settings of a function, version or alias: MaximumRetryAttempts, DestinationConfig, ...; {} if none."""
    return _invoke_configs.get(function_key(name, qualifier), {})


def _shown_config(call, key):
    if key not in _invoke_configs:
        raise AwsError("ResourceNotFoundException", f"The function arn:aws:lambda:{call.region}:{call.account}:function:{':'.join(key)} doesn't have an EventInvokeConfig", 404)
    name, qualifier = key
    return {"FunctionArn": f"arn:aws:lambda:{call.region}:{call.account}:function:{name}:{qualifier}", **_invoke_configs[key]}


def _key(call):
    return function_key(call.params["FunctionName"], call.params.get("Qualifier"))


@operation("lambda", "PutFunctionEventInvokeConfig")
def put_config(call, _moto):
    _invoke_configs[_key(call)] = {k: v for k, v in call.params.items() if k not in ("FunctionName", "Qualifier")} | {"LastModified": datetime.now(UTC)}
    return _shown_config(call, _key(call))


@operation("lambda", "UpdateFunctionEventInvokeConfig")
def update_config(call, _moto):
    _shown_config(call, _key(call))
    _invoke_configs[_key(call)] |= {k: v for k, v in call.params.items() if k not in ("FunctionName", "Qualifier")} | {"LastModified": datetime.now(UTC)}
    return _shown_config(call, _key(call))


@operation("lambda", "GetFunctionEventInvokeConfig")
def get_config(call, _moto):
    return _shown_config(call, _key(call))


@operation("lambda", "DeleteFunctionEventInvokeConfig")
def delete_config(call, _moto):
    _shown_config(call, _key(call))
    del _invoke_configs[_key(call)]
    return {}


@operation("lambda", "ListFunctionEventInvokeConfigs")
def list_configs(call, _moto):
    name, _ = _key(call)
    return {"FunctionEventInvokeConfigs": [_shown_config(call, key) for key in _invoke_configs if key[0] == name]}
