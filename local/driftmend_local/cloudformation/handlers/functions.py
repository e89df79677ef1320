"""Lambda functions and what belongs to them."""

import io
import zipfile

from .base import Handler, changed, handles

_CONFIGURATION = {"Description", "Environment", "Handler", "Layers", "LoggingConfig", "MemorySize", "Role", "Runtime", "SnapStart",
                  "Timeout", "TracingConfig", "VpcConfig", "DeadLetterConfig", "EphemeralStorage", "KmsKeyArn", "FileSystemConfigs"}


@handles("AWS::Lambda::Function")
class Function(Handler):
    def create(self, ctx, p):
        made = ctx.call("lambda", "create_function", p, FunctionName=p.get("FunctionName") or ctx.name(64), Code=_code(p), Tags=ctx.tag_map(p))
        name = ctx.keep(made["FunctionName"])
        self._concurrency(ctx, name, p)
        return name, {"Arn": made["FunctionArn"]}

    def update(self, ctx, old, new):
        differing = changed(old, new)
        if differing & {"FunctionName", "PackageType"}:
            return None
        if differing & {"Code", "Architectures"}:
            code = _code(new)
            ctx.call("lambda", "update_function_code", code, FunctionName=ctx.id, Architectures=new.get("Architectures"))
        if differing & _CONFIGURATION:
            cleared = {"Environment": {"Variables": {}}} if "Environment" in old and "Environment" not in new else {}
            ctx.call("lambda", "update_function_configuration", new, FunctionName=ctx.id, **cleared)
        if "ReservedConcurrentExecutions" in differing:
            self._concurrency(ctx, ctx.id, new)
        if "Tags" in differing:
            ctx.call("lambda", "tag_resource", Resource=ctx.resource.attributes["Arn"], Tags=ctx.tag_map(new))
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("lambda", "delete_function", FunctionName=ctx.id)

    def _concurrency(self, ctx, name, p):
        if "ReservedConcurrentExecutions" in p:
            ctx.call("lambda", "put_function_concurrency", p, FunctionName=name)
        elif ctx.resource.attributes:
            ctx.call("lambda", "delete_function_concurrency", FunctionName=name)


@handles("AWS::Lambda::Version")
class Version(Handler):
    def create(self, ctx, p):
        made = ctx.call("lambda", "publish_version", p)
        arn = made["FunctionArn"]
        arn = arn if arn.split(":")[7:] else f"{arn}:{made['Version']}"
        return arn, {"Version": made["Version"], "FunctionArn": arn}

    def delete(self, ctx, p):
        ctx.call("lambda", "delete_function", FunctionName=p["FunctionName"], Qualifier=ctx.resource.attributes["Version"])


@handles("AWS::Lambda::Alias")
class Alias(Handler):
    def create(self, ctx, p):
        made = ctx.call("lambda", "create_alias", p, RoutingConfig=_routing(p))["AliasArn"]
        return made, {"AliasArn": made}

    def update(self, ctx, old, new):
        if changed(old, new) & {"Name", "FunctionName"}:
            return None
        ctx.call("lambda", "update_alias", new, RoutingConfig=_routing(new))
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("lambda", "delete_alias", p)


def _routing(p):
    weights = p.get("RoutingConfig", {}).get("AdditionalVersionWeights")
    return {"AdditionalVersionWeights": {w["FunctionVersion"]: w["FunctionWeight"] for w in weights}} if weights else None


@handles("AWS::Lambda::Permission")
class Permission(Handler):
    def create(self, ctx, p):
        name, qualifier = _split(p["FunctionName"])
        sid = ctx.name(100)
        ctx.call("lambda", "add_permission", p, FunctionName=name, Qualifier=qualifier, StatementId=sid)
        return sid, {"Id": sid}

    def delete(self, ctx, p):
        name, qualifier = _split(p["FunctionName"])
        ctx.call("lambda", "remove_permission", FunctionName=name, Qualifier=qualifier, StatementId=ctx.id)


@handles("AWS::Lambda::EventInvokeConfig")
class EventInvokeConfig(Handler):
    def create(self, ctx, p):
        ctx.call("lambda", "put_function_event_invoke_config", p)
        return f"{p['FunctionName']}|{p['Qualifier']}", {}

    def update(self, ctx, old, new):
        if changed(old, new) & {"FunctionName", "Qualifier"}:
            return None
        ctx.call("lambda", "put_function_event_invoke_config", new)
        return ctx.id, {}

    def delete(self, ctx, p):
        ctx.call("lambda", "delete_function_event_invoke_config", p)


@handles("AWS::Lambda::EventSourceMapping")
class EventSourceMapping(Handler):
    def create(self, ctx, p):
        made = ctx.call("lambda", "create_event_source_mapping", p)["UUID"]
        return made, {"Id": made, "EventSourceMappingArn": f"arn:aws:lambda:{ctx.region}:{ctx.stack.id.split(':')[4]}:event-source-mapping:{made}"}

    def update(self, ctx, old, new):
        if changed(old, new) & {"EventSourceArn"}:
            return None
        ctx.call("lambda", "update_event_source_mapping", new, UUID=ctx.id)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("lambda", "delete_event_source_mapping", UUID=ctx.id)


@handles("AWS::Lambda::LayerVersion")
class LayerVersion(Handler):
    def create(self, ctx, p):
        made = ctx.call("lambda", "publish_layer_version", p, LayerName=p.get("LayerName") or ctx.name(64))["LayerVersionArn"]
        return made, {"LayerVersionArn": made}


def _split(function):
    parts = function.split(":")
    if len(parts) == 8:
        return ":".join(parts[:7]), parts[7]
    return (parts[0], parts[1]) if len(parts) == 2 else (function, None)


def _code(p):
    code = p.get("Code", {})
    if isinstance(code.get("ZipFile"), str):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("index.py" if "python" in p.get("Runtime", "python") else "index.js", code["ZipFile"])
        return {"ZipFile": packed.getvalue()}
    return code
