"""Security groups of peered VPCs in other accounts: rules may name them, answers say whose they are, and no describe call lists them.

Source: Amazon VPC Peering Guide, "Update your security groups to reference peer security groups"; EC2 API Reference, UserIdGroupPair and
ReferencedSecurityGroup. A rule may name such a group by its id alone: EC2 finds the owner, and refuses a wrong one.
"""

import re
import secrets
from dataclasses import dataclass

from ..api.gateway import on_reset, register
from ..api.request import ACCOUNT

_groups = {}


@dataclass(frozen=True)
class PeerGroup:
    id: str
    owner_id: str
    vpc_id: str
    peering_id: str

    def as_reference(self):
        return {"GroupId": self.id, "UserId": self.owner_id, "VpcId": self.vpc_id, "VpcPeeringConnectionId": self.peering_id, "PeeringStatus": "active"}


@on_reset
def clear():
    _groups.clear()


def find(group_id, owner_id=None):
    """The peer's group of that id and, if one is named, that owner; or None."""
    found = _groups.get(group_id)
    return found if found and owner_id in (None, found.owner_id) else None


def _local(method, payload, _query):
    """POST {"account": "111122223333"} makes a group in a peered VPC of that account; GET lists them."""
    if method == "POST":
        account = str((payload or {}).get("account", ""))
        if not re.fullmatch(r"\d{12}", account) or account == ACCOUNT:
            raise ValueError('POST {"account": "<twelve digits of another account>"}')
        sg, vpc, pcx = (f"{kind}-{secrets.token_hex(9)[:17]}" for kind in ("sg", "vpc", "pcx"))
        made = PeerGroup(sg, account, vpc, pcx)
        _groups[made.id] = made
        return 200, made.as_reference()
    return 200, [group.as_reference() for group in _groups.values()]


register("/_local/peer-groups", _local)
