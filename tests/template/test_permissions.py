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


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "action",
    """
    iam:AttachRolePolicy iam:PutRolePolicy iam:CreateRole iam:DeleteRole iam:UpdateAssumeRolePolicy
    ec2:DeleteSecurityGroup ec2:DeleteRoute ec2:TerminateInstances ec2:CreateSecurityGroup ec2:RunInstances
    elasticloadbalancing:DeleteListener elasticloadbalancing:DeleteTargetGroup elasticloadbalancing:CreateListener
    cloudformation:UpdateStack cloudformation:DeleteStack cloudformation:CreateStack cloudformation:ExecuteChangeSet
    cloudformation:SetStackPolicy cloudformation:CancelUpdateStack
    """.split(),
)
def test_what_must_never_happen_is_denied_outright(resources, role, action):
    denied = {
        pattern
        for one in statements(resources, role, "Deny")
        if one.get("Resource") == "*" and "Condition" not in one
        for pattern in as_list(one["Action"])
    }
    assert any(fnmatch.fnmatchcase(action, pattern) for pattern in denied)


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


def test_every_repair_is_bound_to_what_is_guarded(resources):
    """By the tag that CloudFormation sets, by the own load balancer's listeners, or by the own VPC; never by hope."""
    for one in statements(resources, "ReconcileRole"):
        writes = [
            action
            for action in as_list(one["Action"])
            if action.split(":")[0] in {"ec2", "elasticloadbalancing"} and not READS.match(action)
        ]
        if not writes:
            continue
        if writes == ["elasticloadbalancing:ModifyListener"]:
            assert "listener/${LoadBalancer.LoadBalancerFullName}/*" in one["Resource"]["Fn::Sub"]
        elif writes == ["ec2:DisassociateAddress"]:
            assert one["Condition"] in (
                {"ArnEquals": {"ec2:Vpc": {"Fn::Sub": OWN_VPC}}},
                {"Null": {"aws:ResourceTag/aws:cloudformation:stack-id": "true"}},
            )
        else:
            assert one["Condition"].keys() == {"StringLike"}
            assert one["Condition"]["StringLike"].keys() == {"aws:ResourceTag/aws:cloudformation:stack-id"}


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
