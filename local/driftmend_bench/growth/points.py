"""The series: what one look costs, with a drift and without, as one thing grows and the rest stays."""

import statistics
from collections import Counter
from dataclasses import asdict, dataclass

from .account import Account
from .functions import Running, batch, work
from .stacks import described, stack

WARM_UP, COUNTED = 4, 5
# An event of many rules too many is long, and warms up by itself.
WARM_UP_LONG, COUNTED_LONG = 2, 2
SERIES = {
    "resources": ("resources of the stack", (10, 100, 250, 500)),
    "rules": ("rules of one group", (5, 200, 500, 1000)),
    "extras": ("rules too many in one group", (1, 50, 200, 500)),
    "account": ("security groups of the account, 20 of them guarded", (20, 1000, 5000)),
}


@dataclass
class Point:
    """One size. Milliseconds of CPU, calls and bytes answered of an event that finds and repairs a drift (`drift_`), and of one that finds none
    (`calm_`), and of a sweep's look at the whole stack (`sweep_`); MB that are left of the heap after a full collection, and the most that any left."""

    size: int
    drift_cpu_ms: float
    drift_calls: int
    drift_bytes: int
    calm_cpu_ms: float
    calm_calls: int
    calm_bytes: int
    sweep_cpu_ms: float
    sweep_calls: int
    sweep_bytes: int
    sweep_by_call: dict
    live_mb: int
    kept_mb: int


def measure(host, keeping, code, say):
    """{series: [Point as a dict]}"""
    found = {}
    for series, (title, sizes) in SERIES.items():
        found[series] = []
        for size in sizes:
            found[series].append(asdict(_point(host, keeping, code, series, size)))
            one = found[series][-1]
            say(f"{size} {title}: {one['drift_cpu_ms']:.0f} ms of CPU and {one['drift_calls']} calls with a drift, {one['calm_cpu_ms']:.0f} ms and "
                f"{one['calm_calls']} calls without, {one['sweep_cpu_ms']:.0f} ms and {one['sweep_calls']} calls of a sweep, {one['live_mb']} MB live")
    return found


def _point(host, keeping, code, series, size):
    name = f"{series}-{size}"
    guarded, others, others_rules = stack(name, 1), (), None
    if series == "resources":
        guarded = stack(name, 1, resources=size)
    elif series == "rules":
        guarded = stack(name, 1, resources=20, widest=size)
    elif series == "account":
        guarded = stack(name, 1, resources=35)
        others, others_rules = _besides(size - len(guarded.groups))
    account = Account([guarded], keeping.url, others, others_rules)
    if series == "extras":
        # Too many to be repaired unasked: alerted as one incident, and judged at every look.
        for i in range(size - 1):
            account.open_port(guarded, 2_001 + 2 * i)
    keeping.guard([guarded.name])
    with Running(host, keeping, account, "Reconcile", guarded, code) as reconcile:
        drifts, calms, sweeps = [], [], []
        repairs = series != "extras" or size == 1
        warm_up, counted = (WARM_UP, COUNTED) if repairs else (WARM_UP_LONG, COUNTED_LONG)
        for turn in range(warm_up + counted):
            if repairs or not turn:
                account.open_port(guarded, 30_001 + 2 * turn)
            _, cost = reconcile.handle(batch([(work(guarded), guarded.name)]))
            if repairs and not account.is_as_declared(guarded):
                raise AssertionError(f"{name}: the port is still open after {', '.join(cost.calls)}")
            drifts.append(cost)
            calms.append(reconcile.handle(batch([(work(guarded), guarded.name)]))[1] if repairs else cost)
            sweeps.append(reconcile.handle(batch([(work(guarded, "SWEEP"), guarded.name)]))[1] if repairs else cost)
        return Point(size, *_middle(drifts[warm_up:]), *_middle(calms[warm_up:]), *_middle(sweeps[warm_up:]), dict(Counter(sweeps[-1].calls)),
                     reconcile.live_mb(), reconcile.most_kept_mb())


def _middle(costs):
    return (round(statistics.median(one.cpu for one in costs) * 1000, 1), int(statistics.median(len(one.calls) for one in costs)),
            int(statistics.median(one.answered for one in costs)))


def _besides(groups):
    """Ten groups of four rules in each stack that nobody guards."""
    others = [stack(f"other-{n}", 1000 + n, resources=6, rules=1) for n in range(max(0, groups) // 10)]
    others_rules = {}
    for n in range(max(0, groups)):
        group = f"sg-{0xfff:05x}{n:06x}"
        others_rules[group] = [described(None, group, f"{r}", False, 80 + r, "0.0.0.0/0") for r in range(4)]
    return others, others_rules
