"""docs/scale.md and its curves, from the simulation."""

from driftmend_bench.curves import Panel, drawn

from .costs import ALERTS, DRIFTS_A_MONTH, EVENTS_A_DAY, FILES, LOG_KB, monthly
from .limits import BUCKETS, FACTS, PRICES, fact
from .measured import ROOT
from .scenarios import ACCOUNTS, CHANGES, LARGE, STACKS, bounds, by_size, calm, changed, most_swept, storms

DOCUMENT = ROOT / "docs" / "scale.md"
PICTURE = ROOT / "docs" / "pictures" / "scale-storm.svg"
_MENDED = {"attempts": 8, "calls": 0.5}


def written(measured):
    """(the document, the picture)"""
    now, then = by_size(measured), by_size(measured, **_MENDED)
    return "\n\n".join([_head(measured), _cost(measured), _late(measured), _sizes(now, then), _bounds(measured), _changes(measured), _model(), _sources()]) \
        + "\n", _picture(now, then)


def _head(measured):
    deployed = measured.deployed
    return f"""# Scale

Written by `make scale`: a simulation, not a measurement. It is fed by what `make bench` measured (`docs/performance.json`), by `template.yaml` and by the limits and
prices that AWS publishes, each with its source below; what nobody publishes is assumed, and marked so. It asks what {ACCOUNTS * STACKS:,} stacks in {ACCOUNTS} accounts
cost, how late a repair is, and where that breaks first.

Driftmend has no hub: each account and region has a guard of its own, {STACKS} stacks each here, and shares nothing with the others. So a storm over all accounts is the
same storm {ACCOUNTS} times, and what bounds it is in each account alone: the API's token buckets, {deployed.reconciles} runs of Reconcile at a time, one of each stack."""


def _cost(measured):
    rows = monthly(measured)
    total = sum(dollars for _, _, dollars in rows)
    services = {}
    for name, units, dollars in rows:
        services.setdefault(name.partition(",")[0], []).append((name, units, dollars))
    ordered = sorted(services.items(), key=lambda one: -sum(dollars for _, _, dollars in one[1]))
    lines = [["service", "of one account", "$ a month, all accounts"]]
    for service, parts in ordered:
        what = "; ".join(f"{_number(units)} {PRICES[name].unit}" for name, units, _ in parts)
        lines.append([service, what, f"{sum(dollars for _, _, dollars in parts):,.0f}"])
    lines.append(["**together**", "", f"**{total:,.0f}**"])
    return f"""## What it costs

Of each stack {EVENTS_A_DAY} events a day and {DRIFTS_A_MONTH} drifts a month, {ALERTS} alerts each; {LOG_KB} KB of log a run; {FILES:,} files of the trail: all assumed. List prices of
us-east-1 in dollars without free tiers; what the stacks themselves and AWS Config cost is not in it.

{_table(lines)}

That is ${total / ACCOUNTS:.2f} an account and ${total / ACCOUNTS / STACKS:.2f} a stack. What is there whether anything happens or not (metrics, alarms, dashboard, key, polling) is
{_fixed(rows) / total:.0%} of it."""


def _fixed(rows):
    return sum(dollars for name, _, dollars in rows if name in ("CloudWatch, metrics", "CloudWatch, alarms", "CloudWatch, dashboards", "KMS", "SQS"))


def _late(measured):
    lines = [["", "drifts played", "p50", "p99", "last", "not within two hours", "calls throttled"]]
    for one in [calm(measured), *storms(measured)]:
        lines.append([one.name, f"{one.drifts:,}", _time(one.p50), _time(one.p99), _time(one.last), f"{one.left:,}", f"{one.throttled:,}"])
    return f"""## How late a repair is

From the API call that made the drift to the call that takes it back. Most of it in calm is CloudTrail's delivery, which is assumed ({fact("call to event, median"):.0f} s at the
median, {fact("call to event, p99"):.0f} s at p99). A lost event is found by the sweep, at most {measured.deployed.sweep / 60:.0f} minutes later.

{_table(lines)}"""


def _sizes(now, then):
    lines = [["stacks in the account", "p50", "p99", "not within two hours", "p50, calls halved and patient", "p99", "not within two hours"]]
    for one, other in zip(now, then, strict=True):
        lines.append([one.name, _time(one.p50), _time(one.p99), str(one.left), _time(other.p50), _time(other.p99), str(other.left)])
    return f"""## A storm in one account

A port opened in every stack of an account within a minute, by how many stacks it has: as deployed, and with the first two changes below.

![How late repairs are in a storm](pictures/scale-storm.svg)

{_table(lines)}"""


def _bounds(measured):
    lines = [["what", "for one repair", "repairs a minute"]]
    lines += [[name, f"{times:g}", f"{rate:,.0f}"] for name, times, rate in bounds(measured, fact("tokens that other callers use"))[:10]]
    return f"""## Where it breaks first

What one repair takes of each bucket, and how many a minute the bucket allows at length while other callers use {fact("tokens that other callers use"):.0%} of its refill. The first
line is what breaks first; a burst is carried by what the bucket holds.

{_table(lines)}

A sweep breaks before that in an account with many stacks: Route asks CloudFormation for each guarded stack twice and sends one message, one after the other. Its
{measured.deployed.route_timeout:.0f} s are enough for some {most_swept(measured)} stacks if nothing is throttled. Its runs have to be split before a guard gets so many."""


def _changes(measured):
    lines = [["", "p50", "p99", "not within two hours", "calls throttled"]]
    lines += [[one.name, _time(one.p50), _time(one.p99), f"{one.left} of {one.drifts}", f"{one.throttled:,}"] for one in changed(measured)]
    alone = CHANGES[-1][0]
    return f"""## What to change then, in this order

The storm in an account of {LARGE} stacks, ten times as many as above, as one thing after the other is changed:

{_table(lines)}

1. **Wait for tokens.** A run whose call is throttled three times gives up, and comes back with all of its calls: the storm feeds itself. The SDK's adaptive retries, or a limit of
   our own on the calls of a second, keep the run within its {measured.deployed.timeout:.0f} s.
2. **Ask less.** Every call that a look does not make is a repair more a minute: the stacks of the account listed once for all processes, one question
   about all extra rules of a group instead of one a rule, the state of a stack asked once for what one second brings.
3. **Ask AWS for more.** The buckets of EC2 and CloudFormation are raised by request; that of LookupEvents is not.
4. **Only then run more at a time.** `{alone}` is last in the table because it makes everything worse: more runs empty the same buckets sooner, and fail.

What never needs a change at this size: EventBridge, SNS, the queue (300 messages a second of each stack), Lambda's concurrency ({fact("concurrent runs of an account"):,.0f}) and how fast it
grows, the ledger (a partition of each stack)."""


def _model():
    return """## What is simulated

A discrete simulation of one account, with its own random seed each time. The call's event comes late by a log-normal delay, or never. Route runs five times at once at most; what
waits is kept by Lambda. Messages of one stack are in one group of the FIFO queue; a batch takes as many of one group as there are, then the next one's, ten at most; no stack is in two runs.
A run starts in an environment that is idle, or in a restored one, and works on the stacks of its batch one after the other. Every call takes a token; a throttled one is tried three times with
the SDK's waits, then all messages of the stack come back after 2 to 20 s, after ten receives to the dead letter queue. A run over its time is cut off, and its messages come back
after the queue's visibility timeout. Sweeps look at every stack and use the same tokens. Not simulated: pages, other regions, errors that are no throttling, alerts that are read late by people."""


def _sources():
    limits = [["limit", "holds", "refill a second", "source"]]
    limits += [[one.name, f"{one.size:,}", f"{one.refill:,}", _source(one.source)] for one in BUCKETS]
    facts = [["figure", "value", "source"], *([one.what, f"{one.value:g} {one.unit}", _source(one.source)] for one in FACTS.values())]
    prices = [["price", "$", "for", "source"], *([name, f"{one.dollars:.10g}", f"{one.per:,.0f} {one.unit}", _source(one.source)] for name, one in PRICES.items())]
    return f"## What it stands on\n\n{_table(limits)}\n\n{_table(facts)}\n\n{_table(prices)}"


def _source(source):
    return f"[{source.partition('//')[2].partition('/')[0]}]({source})" if source.startswith("https") else f"**{source}**"


def _picture(now, then):
    panels = []
    for title, pick in (("Half of the repairs are done within", lambda one: one.p50), ("99 of 100 repairs are done within", lambda one: one.p99)):
        lines = [(label, [(int(one.name), pick(one)) for one in series]) for label, series in (("as deployed", now), ("changes 1, 2", then))]
        panels.append(Panel(title, "stacks in the account", "seconds from drift to repair, in a storm", lines, tuple(int(one.name) for one in now)))
    return drawn("How late repairs are when a port is opened in every stack of an account within a minute", panels)


def _time(seconds):
    if seconds == float("inf"):
        return "never"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _number(value):
    return f"{value:,.0f}" if value >= 10 else f"{value:.3g}"


def _table(lines):
    head, *rest = lines
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rest])


