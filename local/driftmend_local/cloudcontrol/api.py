"""GetResource: the model of one resource by its type's identifier. What no reader is there for is refused as what AWS cannot read."""

import json

from botocore.exceptions import ClientError

from ..api.gateway import operation
from ..api.inside import Origin, acting_as
from ..api.request import AwsError
from .readers import READERS, Missing


@operation("cloudcontrol", "GetResource")
def get_resource(call, _moto):
    kind, identifier = call.params["TypeName"], call.params["Identifier"]
    if kind not in READERS:
        raise AwsError("UnsupportedActionException", f"Resource type {kind} does not support READ action")
    try:
        with acting_as(Origin(None)):
            model = READERS[kind](identifier, call.region)
    except Missing:
        raise AwsError("ResourceNotFoundException", f"Resource of type '{kind}' with identifier '{identifier}' was not found.") from None
    except ClientError as problem:
        raise AwsError("GeneralServiceException", str(problem)) from problem
    return {"TypeName": kind, "ResourceDescription": {"Identifier": identifier, "Properties": json.dumps(_without_nothing(model))}}


def _without_nothing(model):
    """What is not set is not in a model."""
    return {name: value for name, value in model.items() if value not in (None, [], {})}
