"""A template body as submitted, and what CloudFormation makes of it before it deploys: parsed, SAM-transformed."""

import copy
import json

from ..api import inside
from ..api.request import AwsError

SAM = "AWS::Serverless-2016-10-31"
LOCAL_CODE_BUCKET = "local-code"
_BASIC = "arn:aws:iam::aws:policy/service-role/"
_MANAGED_POLICIES = {name: _BASIC + name for name in (
    "AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole", "AWSLambdaVPCAccessExecutionRole",
    "AWSLambdaDynamoDBExecutionRole", "AWSLambdaKinesisExecutionRole")} | {
    "AWSXRayDaemonWriteAccess": "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
    "AWSXrayWriteOnlyAccess": "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"}


def parse(body):
    """The template as a dict; YAML short tags become their long form. Raises ValidationError."""
    try:
        template = json.loads(body)
    except ValueError:
        from samtranslator.yaml_helper import yaml_parse
        try:
            template = yaml_parse(body)
        except Exception as problem:
            raise AwsError("ValidationError", f"Template format error: YAML not well-formed. {problem}") from problem
    if not isinstance(template, dict):
        raise AwsError("ValidationError", "Template format error: unsupported structure.")
    template = json.loads(json.dumps(template, default=str))
    if not template.get("Resources"):
        raise AwsError("ValidationError", "Template format error: At least one Resources member must be defined.")
    return template


def uses_sam(template):
    transforms = template.get("Transform", [])
    transforms = [transforms] if isinstance(transforms, str) else transforms
    for name in transforms:
        if name != SAM:
            raise AwsError("ValidationError", f"The local AWS does not run the transform {name}; it runs {SAM} only.")
    return bool(transforms)


def transformed(template, parameters):
    """The template after AWS's own SAM translator. A local CodeUri stands for code that `sam package` would upload."""
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    template = _with_packaged_code(copy.deepcopy(template))
    values = {name: spec.get("Default") for name, spec in template.get("Parameters", {}).items()} | parameters
    try:
        result = Translator(_MANAGED_POLICIES, Parser(), boto_session=inside.session()).translate(template, values)
    except InvalidDocumentException as problem:
        causes = "; ".join(str(cause.message) for cause in problem.causes)
        raise AwsError("ValidationError", f"Transform {SAM} failed with: Invalid Serverless Application Specification document. {causes}") from problem
    result.pop("Transform", None)
    return json.loads(json.dumps(result, default=str))


def _with_packaged_code(template):
    holders = [r.get("Properties", {}) for r in template["Resources"].values() if r.get("Type", "").startswith("AWS::Serverless::")]
    holders.append(template.get("Globals", {}).get("Function", {}))
    for holder in holders:
        for key in ("CodeUri", "ContentUri"):
            uri = holder.get(key)
            if isinstance(uri, str) and not uri.startswith("s3://"):
                holder[key] = {"Bucket": LOCAL_CODE_BUCKET, "Key": uri}
    return template
