"""Who signed a call: the owner of an access key, as CloudTrail names it in `userIdentity`."""

from dataclasses import dataclass

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from .request import ACCOUNT


@dataclass(frozen=True)
class Principal:
    """`kind` is CloudTrail's userIdentity type, AWSService without more. `role` is set for the session of a role, `user` for an IAM user."""

    kind: str
    arn: str
    principal_id: str
    access_key: str | None
    user: str | None = None
    role: str | None = None
    role_arn: str | None = None
    role_id: str | None = None

    def as_user_identity(self):
        if self.kind == "AWSService":
            return {"type": self.kind}
        identity = {"type": self.kind, "principalId": self.principal_id, "arn": self.arn, "accountId": ACCOUNT}
        if self.access_key:
            identity["accessKeyId"] = self.access_key
        if self.user:
            identity["userName"] = self.user
        if self.role:
            identity["sessionContext"] = {
                "sessionIssuer": {"type": "Role", "principalId": self.role_id, "arn": self.role_arn,
                                  "accountId": ACCOUNT, "userName": self.role},
                "attributes": {"mfaAuthenticated": "false"}}
        return identity


def principal_of(access_key):
    """The IAM user or assumed role that owns the key. A key that nobody created here is the account's root."""
    for session in sts_backends[ACCOUNT]["aws"].assumed_roles:
        if session.access_key_id == access_key:
            role_id, _, _ = session.user_id.partition(":")
            return Principal("AssumedRole", session.arn, f"{role_id}:{session.session_name}", access_key,
                             role=session.role_arn.split("/")[-1], role_arn=session.role_arn, role_id=role_id)
    for user in list(iam_backends[ACCOUNT]["aws"].users.values()):
        if any(key.access_key_id == access_key for key in user.access_keys):
            return Principal("IAMUser", user.arn, user.id, access_key, user=user.name)
    return Principal("Root", f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, access_key)
