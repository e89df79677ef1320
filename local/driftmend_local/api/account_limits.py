"""What the account may use at once, as Lambda and EC2 tell it and hold to it; a new account may use less.

https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html,
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html,
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
"""

from moto.awslambda.models import lambda_backends
from moto.cloudtrail.models import cloudtrail_backends

from ..ec2.backends import backend_of
from .gateway import on_reset, operation, register
from .request import AwsError

# An account that somebody has worked with: its quotas of addresses and networks were raised from 5.
_DEFAULTS = {"concurrentExecutions": 1000, "elasticAddresses": 1000, "vpcs": 1000}
_TRAILS = 5
# Lambda keeps so many for functions that reserve nothing.
_UNRESERVED = 100
_limits = dict(_DEFAULTS)


@on_reset
def _forget():
    _limits.update(_DEFAULTS)


def _local(method, payload, _query):
    """GET the limits; POST {"concurrentExecutions": 10} makes the account a new one; DELETE ends that."""
    if method == "DELETE":
        _forget()
    for name, limit in (payload or {}).items():
        if name not in _DEFAULTS or not isinstance(limit, int) or limit < 0:
            raise ValueError(f"{name} is no limit, or {limit} no number; there is: {', '.join(_DEFAULTS)}")
        _limits[name] = limit
    return 200, dict(_limits)


register("/_local/limits", _local)


def _functions(call):
    return lambda_backends[call.account][call.region].list_functions()


def _reserved(call, but=None):
    return sum(int(one.reserved_concurrency or 0) for one in _functions(call) if one.function_name != but)


@operation("lambda", "GetAccountSettings")
def account_settings(call, _moto):
    limit = _limits["concurrentExecutions"]
    functions = _functions(call)
    return {
        "AccountLimit": {"TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000, "CodeSizeZipped": 52428800,
                         "ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": limit - _reserved(call)},
        "AccountUsage": {"TotalCodeSize": sum(one.code_size for one in functions), "FunctionCount": len(functions)}}


@operation("lambda", "PutFunctionConcurrency")
def reserve(call, moto):
    name = call.params["FunctionName"].split(":function:")[-1].split(":")[0]
    left = _limits["concurrentExecutions"] - _reserved(call, but=name) - call.params["ReservedConcurrentExecutions"]
    # Zero stops a function and takes nothing away.
    if call.params["ReservedConcurrentExecutions"] and left < _UNRESERVED:
        least = min(_UNRESERVED, _limits["concurrentExecutions"])
        raise AwsError("InvalidParameterValueException", "Specified ReservedConcurrentExecutions for function decreases account's "
                       f"UnreservedConcurrentExecution below its minimum value of [{least}].")
    return moto(call)


@operation("ec2", "DescribeAccountAttributes")
def account_attributes(call, moto):
    answer, wanted = moto(call), call.params.get("AttributeNames")
    for one in answer["AccountAttributes"]:
        if one["AttributeName"] in ("max-elastic-ips", "vpc-max-elastic-ips"):
            one["AttributeValues"] = [{"AttributeValue": str(_limits["elasticAddresses"])}]
    return {"AccountAttributes": [one for one in answer["AccountAttributes"] if not wanted or one["AttributeName"] in wanted]}


@operation("ec2", "AllocateAddress")
def allocate(call, moto):
    if len(backend_of(call).addresses) >= _limits["elasticAddresses"]:
        raise AwsError("AddressLimitExceeded", "The maximum number of addresses has been reached.")
    return moto(call)


@operation("ec2", "CreateVpc")
def create_vpc(call, moto):
    if len(backend_of(call).vpcs) >= _limits["vpcs"]:
        raise AwsError("VpcLimitExceeded", "The maximum number of VPCs has been reached.")
    return moto(call)


@operation("cloudtrail", "CreateTrail")
def create_trail(call, moto):
    everywhere = [trail for backend in list(cloudtrail_backends[call.account].values()) for trail in list(backend.trails.values())]
    here = [trail for trail in everywhere if trail.is_multi_region or trail.region_name == call.region]
    if len(here) >= _TRAILS:
        raise AwsError("MaximumNumberOfTrailsExceededException", f"User: {call.account} already has {len(here)} trails in {call.region}.")
    return moto(call)
