"""The section `Growth` of docs/performance.md, its curves, and the figures that the simulation of scale starts from."""

import json

from driftmend_demo.system import ROOT

from ..curves import Panel, drawn
from .bursts import BATCH
from .functions import HEAP_MB
from .points import SERIES

DOCUMENT = ROOT / "docs" / "performance.md"
FIGURES = ROOT / "docs" / "performance.json"
PICTURES = ROOT / "docs" / "pictures"
HEADING = "## Growth"
_CURVES = {
    "growth-cpu.svg": ("CPU of one event", "CPU of one event, ms", "cpu_ms"),
    "growth-calls.svg": ("API calls of one event", "API calls of one event", "calls"),
}
_NAMES = {"resources": "Larger stacks", "rules": "More rules in one group", "extras": "More rules too many", "account": "A larger account"}
_LINES = (("drift", "with a drift"), ("calm", "without"), ("sweep", "a sweep"))


def write(figures):
    """The section at the end of the document, the curves, and the figures."""
    for file, (title, up, measure) in _CURVES.items():
        panels = [Panel(_NAMES[series], SERIES[series][0], up, _lines(points, measure), tuple(one["size"] for one in points))
                  for series, points in _series(figures)]
        (PICTURES / file).write_text(drawn(f"{title}, as stacks, groups and accounts grow", panels), encoding="utf-8")
    before = DOCUMENT.read_text(encoding="utf-8").partition(f"\n{HEADING}\n")[0]
    keep("growth", figures)
    DOCUMENT.write_text(with_growth(before), encoding="utf-8")


def with_growth(text):
    """The rest of the document, and the section with the figures that are known."""
    figures = json.loads(FIGURES.read_text(encoding="utf-8")).get("growth") if FIGURES.exists() else None
    return text if figures is None else text.rstrip("\n") + f"\n\n{section(figures)}"


def keep(part, figures):
    """One part of the figures' file; the others stay."""
    known = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    known[part] = figures
    FIGURES.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def section(figures):
    """The text."""
    live = max(one["live_mb"] for points in figures["series"].values() for one in points)
    kept = max(one["kept_mb"] for points in figures["series"].values() for one in points)
    tables = "\n\n".join(f"**{_NAMES[series]}**\n\n{_table(series, points)}" for series, points in _series(figures))
    return f"""{HEADING}

Written by `make bench`, or alone by `make bench-growth`. Reconcile as it ships, on answers that are generated: with the filters, ids and pages of AWS
(1,000 results at most), so that what a call answers grows as it would there; ledger and queue are those of the local AWS. Each row is a fresh process with a heap of
{HEAP_MB} MB on one CPU, warmed up; medians. *With a drift* an event tells of a port that was opened in one group: it is closed and alerted. *Without* the same event finds
nothing. *A sweep* looks at the whole stack and finds nothing. Of many rules too many nothing is repaired unasked: the plan is held and alerted as one,
and of no more than two dozen of them it is asked whose they are. The most that was left of the heap by any collection was {kept} MB, by a full
one {live} MB.

![CPU of one event](pictures/growth-cpu.svg)

![API calls of one event](pictures/growth-calls.svg)

{tables}

{_of_account(figures)}

### Bursts

A thousand events at once. Each runs through Route; the messages that it puts on a FIFO queue are given to Reconcile in batches of {BATCH}, formed as SQS documents it: as many of
one stack as there are, then the next stack's. All messages of one stack in a batch are one reconcile.

{_bursts(figures["bursts"])}
"""


def _series(figures):
    """(name, points), in the order in which they are measured."""
    return [(series, figures["series"][series]) for series in SERIES if series in figures["series"]]


def _lines(points, measure):
    """One line where nothing is repaired: all looks are the same then."""
    lines = [(label, [(one["size"], one[f"{kind}_{measure}"]) for one in points]) for kind, label in _LINES]
    return [("held", lines[0][1])] if len(points) > 1 and len({tuple(points[1:]) for _, points in lines}) == 1 else lines


def _table(series, points):
    lines = [[SERIES[series][0], "CPU ms, with a drift", "without", "sweep", "calls, with a drift", "without", "sweep", "KB answered, with a drift", "without", "sweep", "MB of live heap"]]
    looks = ("drift", "calm", "sweep")
    lines += [[f"{one['size']:,}", *(f"{one[f'{look}_cpu_ms']:.0f}" for look in looks), *(str(one[f"{look}_calls"]) for look in looks),
               *(f"{one[f'{look}_bytes'] / 1000:,.0f}" for look in looks), str(one["live_mb"])] for one in points]
    return _markdown(lines)


def _of_account(figures):
    least, *_, most = figures["series"]["account"]
    more = {kind: most[f"{kind}_calls"] - least[f"{kind}_calls"] for kind in ("drift", "calm", "sweep")}
    if not any(more.values()):
        return f"What exists in the account and is not guarded costs nothing: among {most['size']:,} groups each look makes the calls that it makes in a stack alone."
    return f"Among {most['size']:,} groups, those of the stack alone are guarded: {more['drift']} calls more with a drift, {more['calm']} without, " \
           f"{more['sweep']} of a sweep than in a stack alone."


def _bursts(bursts):
    lines = [["events", "in stacks", "messages", "batches", "reconciles", "repairs", "Route's calls an event", "Reconcile's", "Route's CPU ms an event", "Reconcile's",
              "MB of live heap"]]
    lines += [[f"{one['events']:,}", str(one["stacks"]), f"{one['messages']:,}", str(one["batches"]), str(one["reconciles"]), str(one["repaired"]),
               f"{one['route_calls']:.1f}", f"{one['reconcile_calls']:.1f}", f"{one['route_cpu_ms']:.1f}", f"{one['reconcile_cpu_ms']:.1f}", str(one["live_mb"])]
              for one in bursts]
    return _markdown(lines)


def _markdown(lines):
    head, *rest = lines
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rest])
