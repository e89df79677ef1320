"""IAM where moto differs from AWS: a policy may leave out its version, is kept as it was written, and has conditions."""

from moto.iam.access_control import PermissionResult
from moto.iam.policy_validation import BaseIAMPolicyValidator
from moto.s3.models import FakeBucket

BaseIAMPolicyValidator._validate_version = lambda self: None

# Bucket policies are judged in `iam`, with their conditions. moto's own judgement knows none of them, and takes "refused unless it comes
# by TLS", which the bucket of `sam deploy` says, for "refused".
_without_conditions = FakeBucket.get_permission


def _permission(bucket, action, resource):
    said = _without_conditions(bucket, action, resource)
    return PermissionResult.NEUTRAL if said is PermissionResult.DENIED else said


FakeBucket.get_permission = _permission
