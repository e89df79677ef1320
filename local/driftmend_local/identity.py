"""IAM where moto differs from AWS: a policy may leave out its version, and is kept as it was written."""

from moto.iam.policy_validation import BaseIAMPolicyValidator

BaseIAMPolicyValidator._validate_version = lambda self: None
