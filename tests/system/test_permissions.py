"""Each function runs with the actions of its own role alone, and with any of them taken away it says so.

Which actions a role has is read from the deployed role; which of them a scene uses is seen by playing it.
"""

import contextlib
import json
import re

import network_scenes
import pytest
from scenes import SCENES, Unknowing, granted

SCENES = {**SCENES, "ReconcileRole": SCENES["ReconcileRole"] + network_scenes.SCENES}

# Actions that no scene here uses, with the reason why the role has them.
PLATFORM = "used by Lambda itself with the function's role"
TAKES_BACK = "takes back a repair that made it worse, which none here does"
NOT_HERE = {
    "RouteRole": {
        "logs:CreateLogStream": PLATFORM,
        "logs:PutLogEvents": PLATFORM,
        "xray:PutTelemetryRecords": PLATFORM,
        "xray:PutTraceSegments": PLATFORM,
    },
    "ReconcileRole": {
        "logs:CreateLogStream": PLATFORM,
        "logs:PutLogEvents": PLATFORM,
        "xray:PutTelemetryRecords": PLATFORM,
        "xray:PutTraceSegments": PLATFORM,
        "sqs:DeleteMessage": PLATFORM,
        "sqs:GetQueueAttributes": PLATFORM,
        "sqs:ReceiveMessage": PLATFORM,
        "ec2:AssociateAddress": TAKES_BACK,
        "ec2:DetachInternetGateway": TAKES_BACK,
    },
    "ProbeRole": {
        "logs:CreateLogStream": PLATFORM,
        "logs:PutLogEvents": PLATFORM,
        "xray:PutTelemetryRecords": PLATFORM,
        "xray:PutTraceSegments": PLATFORM,
        "ec2:DescribeSecurityGroups": "used where a group has no rule left, to tell whether it is there",
        "ec2:GetManagedPrefixListEntries": "used where a rule of the template names a prefix list, which none does",
        "elasticloadbalancing:DescribeListenerAttributes": "used where the template sets attributes of a listener, which none does",
        "cloudformation:ListExports": "used where a probed template imports a value, which none does",
        "cloudtrail:DescribeTrails": "used where the stack has no trail of its own, which is a parameter",
    },
}
ROLES = tuple(NOT_HERE)

# Without it no run says so by its name.
SAYS_NOTHING = {
    "cloudformation:ListStacks": "goes with DescribeStacks without a name: it is that call which is refused",
    "iam:PassRole": "goes with UpdateSchedule: it is that call which is refused",
    "ssm:GetParameters": "what it would read is not known then, and the rest of the look is as it was",
}

# Asked once in a process while a stack stays in its state, or once a minute.
REMEMBERED = {f"cloudformation:{action}" for action in ("GetTemplate", "ListStackResources", "ListExports", "ListImports")}


class Played:
    """The scenes of a role, played once with everything that its role allows: what each one used."""

    def __init__(self, bench, role):
        self.granted = granted(bench, role)
        self.used = {}
        for scene in SCENES[role]:
            self.used[scene] = play(bench, role, scene, self.granted)
            assert not self.used[scene].denied, f"{scene.__name__} needs what {role} does not have: {self.used[scene].denied}"

    def scene_for(self, action):
        using = [scene for scene, seen in self.used.items() if action in seen.used]
        unknowing = [scene for scene in using if isinstance(scene, Unknowing)]
        return next(iter(unknowing or using if action in REMEMBERED else using), None)


class Seen:
    def __init__(self, said, used, denied):
        self.said, self.used, self.denied = said, used, denied


def play(bench, role, scene, actions):
    """Prepare a scene, let the function run it with these actions alone, undo it with all of them."""
    bench.begin()
    undo = scene.prepare(bench)
    bench.system.control("permissions", {"role": bench.ids[role], "actions": sorted(actions)})
    said = scene.run(bench)
    now = bench.system.control("permissions")[bench.ids[role]]
    bench.system.control("permissions", method="DELETE")
    said += "".join(json.dumps(one["json"]) + one["text"] for one in bench.system.alerts()[bench.seen:])
    undo(bench)
    return Seen(said, set(now["used"]), set(now["denied"]))


@pytest.fixture(scope="module")
def played():
    return {}


@pytest.fixture
def alone(bench, played, role):
    """The role's scenes, played once. No event is heard, the scenes call the functions themselves; what Probe would mend is left on."""
    with contextlib.ExitStack() as around:
        if role != "ProbeRole":
            around.enter_context(bench.deaf())
        if role == "ReconcileRole":
            # The role may write to a stack that the deployment names, whatever the policy says.
            around.enter_context(bench.guarding("elsewhere"))
        if role not in played:
            played[role] = Played(bench, role)
        yield played[role]


@pytest.mark.parametrize("role", ROLES)
def test_the_actions_of_the_role_suffice(bench, alone, role):
    assert alone.used


@pytest.mark.parametrize("role", ROLES)
def test_each_action_is_used_or_has_a_reason(bench, alone, role):
    unused = alone.granted - set().union(*(one.used for one in alone.used.values()))
    assert not unused - set(NOT_HERE[role]), f"granted, and no scene uses it: {sorted(unused - set(NOT_HERE[role]))}"
    assert not set(NOT_HERE[role]) - unused, f"a reason is given for what is used or not granted: {sorted(set(NOT_HERE[role]) - unused)}"


@pytest.mark.parametrize("role", ROLES)
def test_without_any_one_action_a_run_says_so(bench, alone, role):
    silent = []
    for action in sorted(alone.granted - set(NOT_HERE[role]) - set(SAYS_NOTHING)):
        scene = alone.scene_for(action)
        if scene is None:
            continue
        seen = play(bench, role, scene, alone.granted - {action})
        if seen.denied != {action}:
            silent.append(f"{action}: {scene.__name__} was denied {seen.denied or 'nothing'}")
        elif not re.search(rf"\b{action.split(':')[1]}\b", seen.said):
            silent.append(f"{action}: {scene.__name__} said nothing of it")
    assert not silent, "\n".join(silent)
