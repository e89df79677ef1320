import fnmatch
import json
import re

import pytest
from graph import references

READS = re.compile(r"^[a-z0-9-]+:(Describe|Get|List|Lookup)[A-Za-z]*$")
# Actions that AWS defines without a resource.
WITHOUT_RESOURCE = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
OWN_VPC = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:vpc/${Vpc}"
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


@pytest.mark.parametrize("role", ROLES)
def test_a_policy_fits_with_room_for_the_names_of_guarded_stacks(resources, role):
    """IAM allows 10,240 characters for the inline policies of a role and 6,144 for a managed one."""
    inline = json.dumps(resources[role]["Properties"]["Policies"], separators=(",", ":"))
    managed = json.dumps(resources["GuardDenials"]["Properties"]["PolicyDocument"], separators=(",", ":"))
    assert len(inline) < 7_000
    assert len(managed) < 6_144


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
        ("elasticloadbalancing:DeleteRule", "listener-rule/app/own/0123456789abcdef/0123456789abcdef/0123456789abcdef", True),
        ("elasticloadbalancing:DeleteRule", "listener-rule/app/shop/0123456789abcdef/0123456789abcdef/0123456789abcdef", False),
    ],
)
def test_a_deletion_is_denied_but_for_routes_entries_and_the_own_listeners_and_rules(resources, action, resource, spared):
    """By this denial alone; tables and lists as such are denied by another one."""
    denial = next(one for one in statements(resources, "ReconcileRole", "Deny") if one["Sid"] == "NeverDeleteElsewhere")
    arn = f"arn:aws:{action.split(':')[0]}:us-east-1:111122223333:{resource}"
    but = [said["Fn::Sub"] for said in denial["NotResource"]]
    for name, value in {
        "AWS::Partition": "aws",
        "AWS::Region": "us-east-1",
        "AWS::AccountId": "111122223333",
        "LoadBalancer.LoadBalancerFullName": "app/own/0123456789abcdef",
    }.items():
        but = [text.replace(f"${{{name}}}", value) for text in but]
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


OWN_PARTS = {
    "elasticloadbalancing:DeleteListener": "listener",
    "elasticloadbalancing:ModifyListener": "listener",
    "elasticloadbalancing:ModifyListenerAttributes": "listener",
    "elasticloadbalancing:DeleteRule": "listener-rule",
    "elasticloadbalancing:ModifyRule": "listener-rule",
    "elasticloadbalancing:SetRulePriorities": "listener-rule",
}
TAG = "aws:ResourceTag/aws:cloudformation:stack-id"
IN_OWN_VPC = {"ArnEquals": {"ec2:Vpc": {"Fn::Sub": OWN_VPC}}}
OF_NO_STACK = {"Null": {TAG: "true"}}


def test_every_repair_is_bound_to_what_is_guarded(resources):
    """By the tag that CloudFormation sets, by the own load balancer, or by the own VPC; never by hope."""
    for one in statements(resources, "ReconcileRole"):
        writes = [
            action
            for action in as_list(one["Action"])
            if action.split(":")[0] in {"ec2", "elasticloadbalancing"} and not READS.match(action)
        ]
        if not writes:
            continue
        if writes[0] in OWN_PARTS:
            assert {OWN_PARTS[action] for action in writes} == {
                one["Resource"]["Fn::Sub"].split(":")[-1].removesuffix("/${LoadBalancer.LoadBalancerFullName}/*")
            }
        elif one["Sid"] == "KeepGroupsOfOthers":
            assert writes == ["ec2:ModifyInstanceAttribute"]
            assert one["Resource"]["Fn::Sub"].endswith(":security-group/*"), "the instance itself needs its tag"
        elif one["Sid"] == "RepairDefaultAclInVpc":
            assert one["Resource"]["Fn::Sub"].endswith(":network-acl/*")
            assert one["Condition"] == IN_OWN_VPC | OF_NO_STACK
        elif writes == ["ec2:AssociateAddress", "ec2:DisassociateAddress"]:
            assert one["Condition"] in (IN_OWN_VPC, OF_NO_STACK)
        else:
            assert one["Condition"].keys() == {"StringLike"}
            assert one["Condition"]["StringLike"].keys() == {TAG}


def test_the_repairs_are_those_of_the_kinds_and_no_other(resources):
    """docs/drifts.md says which calls a repair may be; `AssociateAddress` and `DetachInternetGateway` only take back a repair."""
    writes = {a for a in actions(resources, "ReconcileRole") if a.split(":")[0] in {"ec2", "elasticloadbalancing"} and not READS.match(a)}
    assert writes == {
        f"{service}:{name}"
        for service, names in {
            "ec2": """
                AssociateAddress AssociateRouteTable AttachInternetGateway AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateNetworkAclEntry
                CreateRoute DeleteNetworkAclEntry DeleteRoute DetachInternetGateway DisassociateAddress ModifyInstanceAttribute
                ModifyInstanceMetadataOptions ModifySubnetAttribute ModifyVpcAttribute ReplaceNetworkAclAssociation ReplaceNetworkAclEntry
                ReplaceRoute ReplaceRouteTableAssociation RevokeSecurityGroupEgress RevokeSecurityGroupIngress StartInstances
                UpdateSecurityGroupRuleDescriptionsEgress UpdateSecurityGroupRuleDescriptionsIngress
            """,
            "elasticloadbalancing": """
                DeleteListener DeleteRule DeregisterTargets ModifyListener ModifyListenerAttributes ModifyLoadBalancerAttributes ModifyRule
                ModifyTargetGroup ModifyTargetGroupAttributes RegisterTargets SetRulePriorities SetSecurityGroups SetSubnets
            """,
        }.items()
        for name in names.split()
    }


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
    "ec2:ReplaceNetworkAclAssociation": ["network-acl", "subnet"],
    "ec2:ReplaceNetworkAclEntry": ["network-acl"],
    "ec2:ReplaceRoute": ["route-table"],
    "ec2:ReplaceRouteTableAssociation": ["route-table", "subnet"],
    "ec2:StartInstances": ["instance"],
    "elasticloadbalancing:ModifyLoadBalancerAttributes": ["loadbalancer/app"],
    "elasticloadbalancing:ModifyTargetGroupAttributes": ["targetgroup"],
    "elasticloadbalancing:SetSecurityGroups": ["loadbalancer/app"],
    "elasticloadbalancing:SetSubnets": ["loadbalancer/app"],
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


def evaluate(node, values: dict):
    """The few intrinsics of the tag condition, evaluated as CloudFormation does."""
    match node:
        case {"Ref": name}:
            return values[name]
        case {"Fn::If": [condition, yes, no]}:
            return evaluate(yes if values[condition] else no, values)
        case {"Fn::Join": [delimiter, parts]}:
            return delimiter.join(evaluate(part, values) for part in evaluate(parts, values))
        case {"Fn::Split": [delimiter, text]}:
            return evaluate(text, values).split(delimiter)
        case _:
            return node


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
        assert put["Condition"] == {"StringEquals": {"events:source": "driftmend"}}
        assert "AWS::AccountId" in references(put["Resource"])
