"""What `make bench` measured, and what template.yaml deploys, as the simulation needs it."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

from .limits import fact

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "docs" / "performance.json"
# What is asked only because a drift was found, or comes after the repair.
_OF_A_DRIFT = ("cloudtrail:LookupEvents", "cloudformation:DescribeStackResources", "cloudformation:ListExports", "ec2:DescribeNetworkInterfaces", "sns:",
               "events:PutEvents")
# Of the stacks that are swept.
RESOURCES = 100
_READS = ("Describe", "Get", "List", "Query", "BatchGet")
# A look reads once what a repair reads before, right before its first write and afterwards.
_ONCE = ("ssm:GetParameters", "ec2:DescribeSecurityGroupRules", "ec2:DescribeRouteTables", "ec2:DescribeNetworkAcls")


class NotMeasured(Exception):
    """The figures are not there; the text says what writes them."""


@dataclass(frozen=True)
class Function:
    """Seconds of the CPU that the function has, warm and after a restore; {call: times} of its work."""

    warm: float
    restored: float
    calls: dict


@dataclass(frozen=True)
class Deployed:
    """The figures of template.yaml: runs at a time, seconds, messages of a batch, receives before the dead letter queue."""

    memory_mb: int
    routes: int
    reconciles: int
    timeout: float
    visibility: float
    batch: int
    receives: int
    sweep: float
    probe: float
    metrics: int
    alarms: int
    route_timeout: float = 30.0


@dataclass(frozen=True)
class Measured:
    """`look` are the calls of an event's look that finds nothing, `repair` those that a drift adds, `sweep` those of a look at the whole stack.

    `look_s`, `repair_s`, `sweep_s`: seconds warm, without throttling.
    """

    deployed: Deployed
    route: Function
    reconcile: Function
    probe: Function
    look: dict
    repair: dict
    sweep: dict
    look_s: float
    repair_s: float
    sweep_s: float


def read(path=FIGURES):
    """Measured. Raises NotMeasured if the bench has not written its figures."""
    try:
        known = json.loads(Path(path).read_text(encoding="utf-8"))
        events, growth = known["events"], known["growth"]
    except (OSError, KeyError) as missing:
        raise NotMeasured(f"{path} lacks {missing}: make bench writes it") from missing
    deployed = template()
    share = min(1.0, deployed.memory_mb / fact("memory of one CPU"))
    functions = {name: _function(one, share) for name, one in events.items()}
    reconcile = functions["Reconcile"]
    look = look_of(reconcile.calls)
    repair = dict(Counter(reconcile.calls) - Counter(look))
    waits = events["Reconcile"]["round_trips"] * fact("one API call there and back")
    small = growth["series"]["resources"][0]
    typical = next(one for one in growth["series"]["resources"] if one["size"] >= RESOURCES)
    part = min(1.0, small["calm_cpu_ms"] / small["drift_cpu_ms"])
    swept = events["Reconcile"].get("sweep_round_trips", events["Reconcile"]["round_trips"] * part) * fact("one API call there and back")
    sweep_s = typical["sweep_cpu_ms"] / 1000 / share + swept
    return Measured(deployed, functions["Route"], reconcile, functions["Probe"], look, repair, typical["sweep_by_call"],
                    (reconcile.warm + waits) * part, (reconcile.warm + waits) * (1 - part), sweep_s)


def look_of(calls):
    """{call: times} of an event's calls that a look at the stack makes as well when nothing has changed."""
    look = {}
    for call, times in calls.items():
        reads = call.partition(":")[2].startswith(_READS)
        if reads and not call.startswith(_OF_A_DRIFT):
            look[call] = 1 if call in _ONCE else min(times, 2) if call == "cloudformation:DescribeStacks" else times
    return look


def _function(figures, share):
    return Function(figures["warm_cpu_s"] / share, figures["restored_cpu_s"] / share, figures["calls"])


class _Yaml(yaml.SafeLoader):
    pass


_Yaml.add_multi_constructor("!", lambda loader, suffix, node: loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else
                            loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else loader.construct_mapping(node, deep=True))


def template():
    """Deployed, from template.yaml."""
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    parsed = yaml.load(text, _Yaml)
    resources, parameters = parsed["Resources"], parsed["Parameters"]
    reconcile, queue = resources["ReconcileFunction"]["Properties"], resources["WorkQueue"]["Properties"]
    work = reconcile["Events"]["Work"]["Properties"]
    metrics = len(set(re.findall(r'\["Driftmend", "(\w+)"', text)))
    return Deployed(
        parsed["Globals"]["Function"]["MemorySize"], resources["RouteFunction"]["Properties"]["ReservedConcurrentExecutions"][1],
        work["ScalingConfig"]["MaximumConcurrency"], reconcile["Timeout"], queue["VisibilityTimeout"], work["BatchSize"],
        queue["RedrivePolicy"]["maxReceiveCount"], _seconds(parameters["SweepRate"]["Default"]), _seconds(parameters["ProbeRate"]["Default"]), metrics,
        sum(one["Type"] == "AWS::CloudWatch::Alarm" for one in resources.values()), resources["RouteFunction"]["Properties"]["Timeout"])


def _seconds(rate):
    number, unit = re.fullmatch(r"rate\((\d+) (minute|hour)s?\)", rate).groups()
    return int(number) * {"minute": 60, "hour": 3600}[unit]
