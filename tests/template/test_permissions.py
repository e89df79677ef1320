import fnmatch
import json
import re
from pathlib import Path

import pytest
from deployed import denials, evaluate, inline, statement, with_names
from graph import references

DRIFTS = Path(__file__).resolve().parents[2] / "docs" / "drifts.md"
READS = re.compile(r"^[a-z0-9-]+:(Describe|Get|List|Lookup)[A-Za-z]*$")
# Actions that AWS defines without a resource.
WITHOUT_RESOURCE = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
ROLES = ("RouteRole", "ReconcileRole", "ProbeRole")


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def statements(resources: dict, role: str, effect: str = "Allow") -> list[dict]:
    """Of the role's own policies and of the managed one attached to it; conditional ones included."""
    properties = resources[role]["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    documents += [
        resources[arn["Ref"]]["Properties"]["PolicyDocument"] for arn in properties["ManagedPolicyArns"] if "Ref" in arn
    ]
    found = [one for document in documents for one in document["Statement"]]
    found = [one["Fn::If"][1] if "Fn::If" in one else one for one in found]
    return [one for one in found if one["Effect"] == effect]


def actions(resources: dict, role: str) -> set[str]:
    return {action for one in statements(resources, role) for action in as_list(one["Action"])}


@pytest.mark.parametrize("role", ROLES)
def test_actions_are_named_one_by_one(resources, role):
    assert not [action for action in actions(resources, role) if "*" in action]


def size(document) -> int:
    """As IAM counts: without white space."""
    return len(re.sub(r"\s", "", json.dumps(document, separators=(",", ":"))))


STACKS = [f"a-stack-with-a-name-{i:02}" for i in range(30)]
BALANCERS = [f"app/shop-LoadB-ABCDEFGHI{i:03}/{i:016x}" for i in range(5)]
VPCS = [f"vpc-{i:017x}" for i in range(5)]


@pytest.mark.parametrize("workload", [True, False])
@pytest.mark.parametrize("role", ROLES)
def test_the_policies_fit_with_room_for_the_names_of_guarded_stacks(resources, role, workload):
    """IAM allows 10,240 characters for all inline policies of a role and 6,144 for a managed one, each without white space."""
    named = {"stacks": STACKS, "balancers": BALANCERS, "vpcs": VPCS, "workload": workload}
    assert sum(size(one) for one in inline(resources, role, **named)) < 10_240
    assert size(denials(resources, **named)) < 6_144


@pytest.mark.parametrize("workload", [True, False])
def test_each_guarded_stack_costs_its_name_and_the_same_few_characters(resources, workload):
    """By which it is known, before a deployment, how many fit: docs/configure.md names the numbers."""

    def inline_size(**names):
        return sum(size(one) for one in inline(resources, "ReconcileRole", workload=workload, **names))

    def managed_size(**names):
        return size(denials(resources, workload=workload, **names))

    assert inline_size(stacks=STACKS[:3]) - inline_size(stacks=STACKS[:2]) == len(STACKS[0]) + len('"arn:*:cloudformation:*:*:stack//*",')
    listener, rule = len('"arn:*:elasticloadbalancing:*:*:listener//*",'), len('"arn:*:elasticloadbalancing:*:*:listener-rule//*",')
    for measured in (inline_size, managed_size):
        assert measured(balancers=BALANCERS[:3]) - measured(balancers=BALANCERS[:2]) == 2 * len(BALANCERS[0]) + listener + rule
    assert inline_size(vpcs=VPCS[:3]) - inline_size(vpcs=VPCS[:2]) == 2 * (len(VPCS[0]) + len('"arn:*:ec2:*:*:vpc/",'))


@pytest.mark.parametrize("role", ROLES)
def test_only_reads_are_allowed_on_everything(resources, role):
    for one in statements(resources, role):
        if "*" in as_list(one["Resource"]):
            writes = {action for action in as_list(one["Action"]) if not READS.match(action)} - WITHOUT_RESOURCE
            assert not writes, one["Sid"]


def denied_outright(resources: dict, role: str, action: str) -> bool:
    return any(
        fnmatch.fnmatchcase(action, pattern)
        for one in statements(resources, role, "Deny")
        if one.get("Resource") == "*" and "Condition" not in one
        for pattern in as_list(one["Action"])
    )


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "action",
    """
    iam:AttachRolePolicy iam:PutRolePolicy iam:CreateRole iam:DeleteRole iam:UpdateAssumeRolePolicy
    ec2:CreateSecurityGroup ec2:DeleteNetworkAcl ec2:DeleteRouteTable ec2:DeleteTags ec2:RunInstances ec2:TerminateInstances
    elasticloadbalancing:CreateListener elasticloadbalancing:CreateRule
    cloudformation:UpdateStack cloudformation:DeleteStack cloudformation:CreateStack cloudformation:ExecuteChangeSet
    cloudformation:SetStackPolicy cloudformation:CancelUpdateStack
    """.split(),
)
def test_what_must_never_happen_is_denied_outright(resources, role, action):
    assert denied_outright(resources, role, action)


@pytest.mark.parametrize(
    ("action", "resource", "spared"),
    [
        ("ec2:DeleteSecurityGroup", "security-group/sg-0aaaaaaaaaaaaaaa1", False),
        ("ec2:DeleteSubnet", "subnet/subnet-0aaaaaaaaaaaaaaa1", False),
        ("ec2:DeleteNatGateway", "natgateway/nat-0aaaaaaaaaaaaaaa1", False),
        ("ec2:DeleteRoute", "route-table/rtb-0aaaaaaaaaaaaaaa1", True),
        ("ec2:DeleteNetworkAclEntry", "network-acl/acl-0aaaaaaaaaaaaaaa1", True),
        ("elasticloadbalancing:DeleteLoadBalancer", "loadbalancer/app/shop/0123456789abcdef", False),
        ("elasticloadbalancing:DeleteTargetGroup", "targetgroup/shop/0123456789abcdef", False),
        ("elasticloadbalancing:DeleteListener", "listener/app/shop/0123456789abcdef/0123456789abcdef", False),
        ("elasticloadbalancing:DeleteListener", "listener/app/own/0123456789abcdef/0123456789abcdef", True),
        ("elasticloadbalancing:DeleteListener", "listener/net/named/0123456789abcdef/0123456789abcdef", True),
        ("elasticloadbalancing:DeleteRule", "listener-rule/app/own/0123456789abcdef/0123456789abcdef/0123456789abcdef", True),
        ("elasticloadbalancing:DeleteRule", "listener-rule/app/shop/0123456789abcdef/0123456789abcdef/0123456789abcdef", False),
    ],
)
def test_a_deletion_is_denied_but_for_routes_entries_and_the_listeners_and_rules_of_the_own_and_the_named_load_balancers(resources, action, resource, spared):
    """By this denial alone; tables and lists as such are denied by another one."""
    arn = f"arn:aws:{action.split(':')[0]}:ap-southeast-2:111122223333:{resource}"
    balancers = ["app/another/0123456789abcdef", "net/named/0123456789abcdef"]
    denial = statement([denials(resources, balancers=balancers)], "NeverDeleteElsewhere")
    but = denial["NotResource"]
    if "named" not in resource:
        alone = statement([denials(resources)], "NeverDeleteElsewhere")["NotResource"]
        assert any(fnmatch.fnmatchcase(arn, pattern) for pattern in alone) is spared
    for names in ({}, {"balancers": balancers}):
        without = statement([denials(resources, workload=False, **names)], "NeverDeleteElsewhere")["NotResource"]
        is_named = "named" in resource and bool(names)
        assert any(fnmatch.fnmatchcase(arn, pattern) for pattern in without) is (spared and (resource.startswith(("route-table", "network-acl")) or is_named))
    assert any(fnmatch.fnmatchcase(action, pattern) for pattern in denial["Action"])
    assert any(fnmatch.fnmatchcase(arn, pattern) for pattern in but) is spared


@pytest.mark.parametrize("role", ["RouteRole", "ProbeRole"])
@pytest.mark.parametrize("action", ["ec2:DeleteRoute", "ec2:DeleteNetworkAclEntry", "elasticloadbalancing:DeleteListener", "elasticloadbalancing:DeleteRule"])
def test_route_and_probe_delete_nothing_at_all(resources, role, action):
    assert denied_outright(resources, role, action)


@pytest.mark.parametrize("role", ROLES)
def test_no_denial_takes_away_what_is_allowed(resources, role):
    denied = {
        pattern
        for one in statements(resources, role, "Deny")
        if one.get("Resource") == "*" and "Condition" not in one
        for pattern in as_list(one["Action"])
    }
    taken = {
        action for action in actions(resources, role) for pattern in denied if fnmatch.fnmatchcase(action, pattern)
    }
    assert not taken


@pytest.mark.parametrize("role", ["RouteRole", "ProbeRole"])
def test_route_and_probe_cannot_write_to_the_network_or_the_load_balancer(resources, role):
    assert not [
        action
        for action in actions(resources, role)
        if action.split(":")[0] in {"ec2", "elasticloadbalancing"} and not READS.match(action)
    ]


OF_BALANCERS = {
    "elasticloadbalancing:DeleteListener": "listener",
    "elasticloadbalancing:ModifyListener": "listener",
    "elasticloadbalancing:ModifyListenerAttributes": "listener",
    "elasticloadbalancing:DeleteRule": "listener-rule",
    "elasticloadbalancing:ModifyRule": "listener-rule",
    "elasticloadbalancing:SetRulePriorities": "listener-rule",
}
TAG = "aws:ResourceTag/aws:cloudformation:stack-id"
OWN_VPC = "arn:aws:ec2:ap-southeast-2:111122223333:vpc/vpc-0aaaaaaaaaaaaaaa1"
OF_NO_STACK = {"Null": {TAG: "true"}}


@pytest.mark.parametrize(
    ("names", "balancers", "vpcs"),
    [
        ({}, ["app/own/0123456789abcdef"], OWN_VPC),
        (
            {"balancers": ["app/shop/0123456789abcdef", "net/blog/0123456789abcdef"], "vpcs": ["vpc-0bbbbbbbbbbbbbbb2"]},
            ["app/own/0123456789abcdef", "app/shop/0123456789abcdef", "net/blog/0123456789abcdef"],
            [OWN_VPC, "arn:*:ec2:*:*:vpc/vpc-0bbbbbbbbbbbbbbb2"],
        ),
        ({"workload": False}, None, None),
        (
            {"workload": False, "balancers": ["app/shop/0123456789abcdef", "net/blog/0123456789abcdef"], "vpcs": ["vpc-0bbbbbbbbbbbbbbb2"]},
            ["app/shop/0123456789abcdef", "net/blog/0123456789abcdef"],
            ["arn:*:ec2:*:*:vpc/vpc-0bbbbbbbbbbbbbbb2"],
        ),
    ],
)
def test_every_repair_is_bound_to_what_is_guarded(resources, names, balancers, vpcs):
    """By the tag that CloudFormation sets, by load balancers, or by VPCs: the own ones and those that the deployment names; never by hope."""
    for one in [one for document in inline(resources, "ReconcileRole", **names) for one in document["Statement"]]:
        writes = [
            action
            for action in as_list(one["Action"])
            if action.split(":")[0] in {"ec2", "elasticloadbalancing"} and not READS.match(action)
        ]
        if not writes:
            continue
        if writes[0] in OF_BALANCERS:
            assert balancers, "a guard alone has no load balancer of its own, and a statement needs a resource"
            [kind] = {OF_BALANCERS[action] for action in writes}
            assert [arn.split(":")[-1] for arn in as_list(one["Resource"])] == [f"{kind}/{name}/*" for name in balancers]
        elif one["Sid"] == "KeepGroupsOfOthers":
            assert writes == ["ec2:ModifyInstanceAttribute"]
            assert one["Resource"].endswith(":security-group/*"), "the instance itself needs its tag"
        elif one["Sid"] == "EndpointsOnPartsOfOthers":
            assert writes == ["ec2:ModifyVpcEndpoint"]
            kinds = {arn.rpartition(":")[2] for arn in one["Resource"]}
            assert kinds == {"route-table/*", "security-group/*", "subnet/*"}, "the endpoint itself needs its tag"
        elif one["Sid"] == "RepairDefaultAclInVpc":
            assert vpcs and one["Resource"].endswith(":network-acl/*")
            assert one["Condition"] == {"ArnLike": {"ec2:Vpc": vpcs}} | OF_NO_STACK
        elif writes == ["ec2:AssociateAddress", "ec2:DisassociateAddress"]:
            assert vpcs, "without a VPC there is no interface that an address may be taken from"
            assert one["Condition"] in ({"ArnLike": {"ec2:Vpc": vpcs}}, OF_NO_STACK)
        else:
            assert one["Condition"].keys() == {"StringLike"}
            assert one["Condition"]["StringLike"].keys() == {TAG}


def test_the_policy_parameter_says_what_the_role_may_touch(resources):
    """Both come from the same parameters, so that a plan knows what AWS would refuse."""
    value = resources["PolicyParameter"]["Properties"]["Value"]

    def written(**names):
        return json.loads(evaluate(value, {**with_names(**names), "Mode": "repair", "MostWrites": "20", "MostShare": "0.5"}))

    assert written()["reach"] == {"loadBalancers": ["app/own/0123456789abcdef"], "vpcs": ["vpc-0aaaaaaaaaaaaaaa1"]}
    both = written(stacks=["shop", "blog"], balancers=["app/shop/1", "net/blog/2"], vpcs=["vpc-1", "vpc-2"])
    assert both["guardedStacks"] == ["shop", "blog"]
    assert both["reach"] == {
        "loadBalancers": ["app/own/0123456789abcdef", "app/shop/1", "net/blog/2"],
        "vpcs": ["vpc-0aaaaaaaaaaaaaaa1", "vpc-1", "vpc-2"],
    }
    assert written(workload=False)["reach"] == {"loadBalancers": [], "vpcs": []}
    alone = written(workload=False, balancers=["app/shop/1", "net/blog/2"], vpcs=["vpc-1"])
    assert alone["reach"] == {"loadBalancers": ["app/shop/1", "net/blog/2"], "vpcs": ["vpc-1"]}


# Calls that only take back a repair, and the association of a subnet that has lost every one; docs/drifts.md has the others.
NOT_SHOWN = {"ec2:AssociateAddress", "ec2:AssociateRouteTable", "ec2:DetachInternetGateway"}


def test_the_repairs_are_those_of_the_kinds_and_no_other(resources):
    writes = {a for a in actions(resources, "ReconcileRole") if a.split(":")[0] in {"ec2", "elasticloadbalancing"} and not READS.match(a)}
    repairs = set()
    for section in re.split(r"^### Drifts of ", DRIFTS.read_text(), flags=re.MULTILINE)[1:]:
        service = "ec2" if section.startswith("AWS::EC2::") else "elasticloadbalancing"
        repairs |= {f"{service}:{call}" for call in re.findall(r"`(\w+)` \((?:restore|change|remove)\)", section)}
    assert len(repairs) > 30
    assert writes >= NOT_SHOWN
    assert writes - NOT_SHOWN == repairs - NOT_SHOWN


# What each call needs to be allowed on, by the Service Authorization Reference: every resource type that is marked as required,
# and those that the call names beside them.
NEEDED = {
    "ec2:AssociateAddress": ["instance"],
    "ec2:AssociateRouteTable": ["route-table", "subnet"],
    "ec2:AttachInternetGateway": ["internet-gateway", "vpc"],
    "ec2:CreateNetworkAclEntry": ["network-acl"],
    "ec2:CreateRoute": ["route-table"],
    "ec2:DeleteNetworkAclEntry": ["network-acl"],
    "ec2:DeleteRoute": ["route-table"],
    "ec2:DetachInternetGateway": ["internet-gateway", "vpc"],
    "ec2:ModifyInstanceAttribute": ["instance", "security-group"],
    "ec2:ModifyInstanceMetadataOptions": ["instance"],
    "ec2:ModifySubnetAttribute": ["subnet"],
    "ec2:ModifyVpcAttribute": ["vpc"],
    "ec2:ModifyVpcEndpoint": ["route-table", "security-group", "subnet", "vpc-endpoint"],
    "ec2:ReplaceNetworkAclAssociation": ["network-acl", "subnet"],
    "ec2:ReplaceNetworkAclEntry": ["network-acl"],
    "ec2:ReplaceRoute": ["route-table"],
    "ec2:ReplaceRouteTableAssociation": ["route-table", "subnet"],
    "ec2:StartInstances": ["instance"],
    "elasticloadbalancing:ModifyLoadBalancerAttributes": ["loadbalancer/app", "loadbalancer/gwy", "loadbalancer/net"],
    "elasticloadbalancing:ModifyTargetGroupAttributes": ["targetgroup"],
    "elasticloadbalancing:SetSecurityGroups": ["loadbalancer/app", "loadbalancer/net"],
    "elasticloadbalancing:SetSubnets": ["loadbalancer/app", "loadbalancer/gwy", "loadbalancer/net"],
}


@pytest.mark.parametrize("action", NEEDED)
def test_a_repair_is_allowed_on_every_resource_that_the_call_is_checked_for(resources, action):
    tagged = next(one for one in statements(resources, "ReconcileRole") if one["Sid"] == "RepairTagged")
    allowed = {one["Fn::Sub"].split("${AWS::AccountId}:")[1].removesuffix("/*") for one in tagged["Resource"]}
    assert action in tagged["Action"]
    assert allowed >= set(NEEDED[action])


def test_a_group_of_somebody_else_may_stay_in_an_instances_list(resources):
    """The list is set as a whole, so the call is checked for each group in it; a foreign one has no tag of a guarded stack."""
    [keep] = [one for one in statements(resources, "ReconcileRole") if one["Action"] == "ec2:ModifyInstanceAttribute"]
    assert keep["Resource"]["Fn::Sub"].endswith(":security-group/*")
    assert "Condition" not in keep


@pytest.mark.parametrize(
    ("guarded", "written", "refused"),
    [
        ([], ["driftmend/11"], ["shop/22", "driftmend/33", "driftmend-2/11"]),
        (["shop"], ["driftmend/11", "shop/22", "shop/23"], ["shop-2/22", "workshop/22"]),
        (["shop", "blog"], ["driftmend/11", "shop/22", "blog/44"], ["log/44", "shop-blog/22"]),
    ],
)
def test_the_tag_condition_holds_for_this_stack_and_the_guarded_ones_only(resources, guarded, written, refused):
    def stack(path):
        return f"arn:aws:cloudformation:us-east-1:111122223333:stack/{path}"

    condition = next(one for one in statements(resources, "ReconcileRole") if one["Sid"] == "RepairTagged")["Condition"]
    patterns = as_list(
        evaluate(
            condition["StringLike"]["aws:ResourceTag/aws:cloudformation:stack-id"],
            {"AWS::StackId": stack("driftmend/11"), "GuardedStacks": guarded, "HasGuardedStacks": bool(guarded)},
        )
    )

    def allowed(path):
        return any(fnmatch.fnmatchcase(stack(path), pattern) for pattern in patterns)

    assert all(allowed(path) for path in written)
    assert not any(allowed(path) for path in refused)


def test_the_probe_can_enable_every_rule_of_the_guard(resources, of_type):
    enable = next(one for one in statements(resources, "ProbeRole") if one["Action"] == "events:EnableRule")
    assert {arn["Fn::GetAtt"][0] for arn in enable["Resource"]} == of_type("AWS::Events::Rule").keys()


def test_the_probe_can_pass_the_role_of_the_schedules_to_scheduler_and_no_other(resources):
    allow = next(one for one in statements(resources, "ProbeRole") if one["Action"] == "iam:PassRole")
    deny = next(one for one in statements(resources, "ProbeRole", "Deny") if one["Action"] == "iam:PassRole")
    assert allow["Resource"] == deny["NotResource"] == {"Fn::GetAtt": ["ScheduleRole", "Arn"]}
    assert allow["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


def test_the_probe_can_enable_the_schedules_by_the_names_that_they_have(resources, of_type):
    enable = next(one for one in statements(resources, "ProbeRole") if one["Action"] == "scheduler:UpdateSchedule")
    names = {schedule["Name"]["Fn::Sub"] for schedule in of_type("AWS::Scheduler::Schedule").values()}
    assert {arn["Fn::Sub"].rpartition("/")[2] for arn in enable["Resource"]} == names


@pytest.mark.parametrize("role", [*ROLES, "ScheduleRole", "WebInstanceRole"])
def test_a_role_is_trusted_to_one_service(resources, role):
    trust = resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert len(trust) == 1
    assert isinstance(trust[0]["Principal"]["Service"], str)


def test_announcements_can_only_bear_the_own_name(resources):
    for role in ("ReconcileRole", "ProbeRole"):
        put = next(one for one in statements(resources, role) if one["Action"] == "events:PutEvents")
        assert put["Condition"] == {
            "ForAllValues:StringEquals": {"events:source": "driftmend"},
            "Null": {"events:source": "false"},
        }
        assert "AWS::AccountId" in references(put["Resource"])
