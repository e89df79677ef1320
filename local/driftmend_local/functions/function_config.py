"""What a deployed function version is: read from moto's Lambda, with the settings that lambda_settings keeps there."""

from dataclasses import dataclass, field

from moto.awslambda.models import lambda_backends

from ..api.request import ACCOUNT

REGION = "us-east-1"


@dataclass(frozen=True)
class FunctionConfig:
    """One version of a function. `timeout` is in seconds, `memory` in MiB; `code` is (bucket, key) of its archive."""

    name: str
    version: str
    arn: str
    handler: str
    role: str
    timeout: int
    memory: int
    snap_start: bool
    log_format: str
    log_level: str | None
    log_group: str
    code: tuple
    environment: dict = field(hash=False)

    @property
    def initialization(self):
        """SnapStart holds for published versions only: $LATEST always starts on demand."""
        return "snap-start" if self.snap_start and self.version != "$LATEST" else "on-demand"


def backend():
    return lambda_backends[ACCOUNT][REGION]


def split_name(name_or_arn, qualifier=None):
    """(function name, version or alias or None) of a name, a partial ARN or an ARN, each with or without a qualifier."""
    parts = name_or_arn.split(":")
    if "function" in parts[:-1]:
        parts = parts[parts.index("function") + 1:]
    return parts[0], qualifier or (parts[1] if len(parts) > 1 else None)


def function_of(name_or_arn, qualifier=None):
    """moto's function version of that name. Raises moto's ResourceNotFound."""
    return backend()._lambdas.get_function_by_name_with_qualifier(*split_name(name_or_arn, qualifier))


def latest_of(function):
    """The unpublished function: it carries what holds for all versions, e.g. reserved concurrency."""
    return backend()._lambdas.get_function_by_name_or_arn_with_qualifier(function.function_name)


def read_config(function):
    """The FunctionConfig of moto's function version."""
    kept = function.kept
    logging = kept.get("LoggingConfig", {})
    base_arn = ":".join(function.function_arn.split(":")[:7])
    return FunctionConfig(
        name=function.function_name, version=str(function.version), arn=base_arn, handler=function.handler, role=function.role,
        timeout=int(function.timeout), memory=int(function.memory_size),
        snap_start=kept.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions",
        log_format=logging.get("LogFormat", "Text"), log_level=logging.get("ApplicationLogLevel"),
        log_group=logging.get("LogGroup") or f"/aws/lambda/{function.function_name}",
        code=(function.code.get("S3Bucket"), function.code.get("S3Key")),
        environment={name: str(value) for name, value in (function.environment_vars or {}).items()})


def published_aliases():
    """(function name, version) of every alias of every function, and of $LATEST where a function has no alias."""
    lambdas = backend()._lambdas
    found = []
    for function in lambdas.latest():
        aliases = lambdas.list_aliases(function.function_name)
        found += [(function.function_name, alias.function_version) for alias in aliases] or [(function.function_name, "$LATEST")]
    return found
