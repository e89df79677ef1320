"""Stacks of any size, deployed as their templates say, with one group in which drift is made."""

import ipaddress
import json
import uuid
from dataclasses import dataclass, field

from driftmend_local.functions.function_config import REGION
from driftmend_local.api.request import ACCOUNT

UPDATED = "2026-01-01T00:00:00Z"
_ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
# Of a hundred resources beside those that every stack has. What is left are groups, and rules of their own.
_SHARES = {"Subnet": 5, "Uses": 5, "Targets": 4, "Role": 2, "Topic": 4, "Rule": 30}


@dataclass
class Stack:
    """One stack: `resources` are (logical id, type, properties, physical id), `rules` {group id: [rule as EC2 describes it]}."""

    name: str
    number: int
    resources: list = field(default_factory=list)
    rules: dict = field(default_factory=dict)

    def __post_init__(self):
        self.id = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.name}/{uuid.uuid5(uuid.NAMESPACE_URL, self.name)}"
        self.vpc = self.physical("vpc", 0)

    def physical(self, prefix, i):
        return f"{prefix}-{self.number:05x}{i:06x}"

    @property
    def groups(self):
        return list(self.rules)

    @property
    def template(self):
        """YAML is a superset of JSON."""
        return json.dumps({"Resources": {name: {"Type": kind, "Properties": properties} for name, kind, properties, _ in self.resources}})

    def of(self, kind):
        return [one for one in self.resources if one[1] == kind]

    def add(self, name, kind, physical, **properties):
        self.resources.append((name, f"AWS::{kind}", properties, physical))


def stack(name, number, resources=10, rules=5, widest=None):
    """A Stack of so many resources, each group with so many ingress rules, the first one with `widest` if that is given."""
    made = Stack(name, number)
    made.add("Vpc", "EC2::VPC", made.vpc, CidrBlock="10.0.0.0/16")
    made.add("Gateway", "EC2::InternetGateway", made.physical("igw", 0))
    made.add("Attached", "EC2::VPCGatewayAttachment", f"IGW|{made.vpc}", VpcId=_ref("Vpc"), InternetGatewayId=_ref("Gateway"))
    made.add("Table", "EC2::RouteTable", made.physical("rtb", 0), VpcId=_ref("Vpc"))
    made.add("Route", "EC2::Route", f"{made.physical('rtb', 0)}|0.0.0.0/0", RouteTableId=_ref("Table"), DestinationCidrBlock="0.0.0.0/0",
             GatewayId=_ref("Gateway"))
    left = resources - len(made.resources)
    counts = {kind: max(left * share // 100, 1 if kind in ("Subnet", "Uses") else 0) for kind, share in _SHARES.items()}
    groups = left - sum(counts.values())
    for i in range(counts["Subnet"]):
        made.add(f"Subnet{i}", "EC2::Subnet", made.physical("subnet", i), VpcId=_ref("Vpc"), CidrBlock=f"10.0.{i}.0/24")
        made.add(f"Uses{i}", "EC2::SubnetRouteTableAssociation", made.physical("rtbassoc", i), SubnetId=_ref(f"Subnet{i}"), RouteTableId=_ref("Table"))
    for i in range(counts["Targets"]):
        made.add(f"Targets{i}", "ElasticLoadBalancingV2::TargetGroup", f"{_ELB}:targetgroup/{made.name}-{i}/{i:016x}", Port=80, Protocol="HTTP",
                 VpcId=_ref("Vpc"))
    for i in range(counts["Role"]):
        made.add(f"Role{i}", "IAM::Role", f"{made.name}-Role{i}", AssumeRolePolicyDocument=TRUST, ManagedPolicyArns=[])
    for i in range(counts["Topic"]):
        made.add(f"Topic{i}", "SNS::Topic", f"arn:aws:sns:{REGION}:{ACCOUNT}:{made.name}-{i}")
    for i in range(groups):
        _add_group(made, i, widest if widest and i == 0 else rules)
    for i in range(counts["Rule"]):
        _add_rule(made, i, i % groups)
    return made


TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def _add_group(made, i, rules):
    group = made.physical("sg", i)
    ingress = [{"IpProtocol": "tcp", "FromPort": 1024 + 2 * r, "ToPort": 1024 + 2 * r, "CidrIp": f"{_address(r)}/32"} for r in range(rules)]
    egress = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}]
    made.add(f"Group{i}", "EC2::SecurityGroup", group, GroupDescription="growth", VpcId=_ref("Vpc"), SecurityGroupIngress=ingress,
             SecurityGroupEgress=egress)
    made.rules[group] = [described(made, group, f"{n:x}", False, one["FromPort"], one["CidrIp"]) for n, one in enumerate(ingress)]
    made.rules[group].append(described(made, group, "e", True, 443, "0.0.0.0/0"))


def _add_rule(made, i, of):
    group, port = made.groups[of], 20_000 + i
    made.add(f"Rule{i}", "EC2::SecurityGroupIngress", f"sgr-{group[3:]}s{i:x}", GroupId=_ref(f"Group{of}"), IpProtocol="tcp", FromPort=port,
             ToPort=port, CidrIp="198.51.100.0/24")
    made.rules[group].append(described(made, group, f"s{i:x}", False, port, "198.51.100.0/24"))


def described(made, group, number, egress, port, cidr):
    return {"SecurityGroupRuleId": f"sgr-{group[3:]}{number}", "GroupId": group, "GroupOwnerId": ACCOUNT, "IsEgress": egress, "IpProtocol": "tcp",
            "FromPort": port, "ToPort": port, "CidrIpv4": cidr, "Tags": []}


def _address(number):
    return ipaddress.ip_address("203.0.113.0") + number % 256


def _ref(name):
    return {"Ref": name}
