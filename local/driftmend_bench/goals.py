"""The goals, as this run met them or did not."""

import statistics
from collections import Counter

from . import reasons
from .recording import OUR_FUNCTIONS, SWEEP
from .rounds import BARE, CUSTODIAN, ROUND_TRIP

MOST_MB = 8
MOST_ROUND_TRIPS = 2.5
_LIVE = ("ec2:Describe", "elasticloadbalancing:Describe", "iam:")


def goals(results, recording, build):
    """The section with the table of goals."""
    lines = ["| goal | at most | measured | | bare Java |", "| --- | --- | --- | --- | --- |"]
    for goal, most, measured, values, bare in _goals(results, recording, build):
        lines.append(f"| {goal} | {most} | {measured} | {'met' if values <= most else '**not met**'} | {bare} |")
    return f"""## Goals

Ratios to Cloud Custodian in the same run. An event passes two functions here, Route and Reconcile, and one there: ours are the sums of both.
The last column is what bare Java, without an SDK and without anything to decide, comes to in the same place: no Java function is below that.

{chr(10).join(lines)}"""


def _goals(results, recording, build):
    custodian = results.samples[CUSTODIAN]
    ours = [results.samples[f"{build}/{name}"] for name in ("Route", "Reconcile")]
    restored = [results.samples[f"{build}/{name} restored"] for name in ("Route", "Reconcile")]

    bare = [results.samples[f"{BARE}/{name}"] for name in ("Route", "Reconcile")]

    def ratios(samples, pick, base):
        return [sum(pick(one) for one in both) / base(peer) for *both, peer in zip(*samples, custodian, strict=True)]

    def of(title, most, samples, pick, base, floor):
        found = ratios(samples, pick, base)
        middle, least = statistics.median(found), f"{statistics.median(ratios(floor, pick, base)):.2f}" if floor else ""
        return title, most, f"{middle:.2f} ({min(found):.2f}–{max(found):.2f})", middle, least

    yield of("cold event to repair, without SnapStart", 1.0, ours, lambda s: s.called, lambda s: s.called, bare)
    yield of("the same, Reconcile alone", 1.0, ours[1:], lambda s: s.called, lambda s: s.called, bare[1:])
    yield of("first event after INIT / Custodian cold", 0.1, ours, lambda s: s.first.wall, lambda s: s.cold.wall, bare)
    yield of("first event after a restore / Custodian cold", 0.1, restored, lambda s: s.first.wall, lambda s: s.cold.wall, [])
    yield of("warm event", 0.3, ours, lambda s: s.warm.wall, lambda s: s.warm.wall, bare)
    yield of("warm event, CPU", 0.3, ours, lambda s: s.warm.cpu, lambda s: s.warm.cpu, bare)
    yield "archive, MB", MOST_MB, f"{results.zipped[build]:.2f}", results.zipped[build], ""
    for name in OUR_FUNCTIONS:
        yield of(f"peak memory, {name}", 1.3, [results.samples[f"{build}/{name}"]], lambda s: s.peak_mb, lambda s: s.peak_mb,
                 [results.samples[f"{BARE}/{name}"]])
    avoidable = _avoidable(recording, build)
    yield "calls of the event that could be spared", 0, str(avoidable), avoidable, ""
    for title, scene in (("the whole stack", SWEEP), ("a repair", "Reconcile")):
        for place, trips in enumerate(look_round_trips(results.waves[build, scene]), 1):
            yield f"round trips of look {place} at the live state, {title}", MOST_ROUND_TRIPS, f"{trips:.1f}", trips, ""


def look_round_trips(waves):
    """How long each uninterrupted look at the live state takes from its first request to its last answer, in round trips."""
    looks, now = [], []
    for wave in [*waves, []]:
        if wave and all(one.name.startswith(_LIVE) for one in wave):
            now += wave
        elif now:
            looks.append((max(one.ended for one in now) - min(one.began for one in now)) / ROUND_TRIP)
            now = []
    return looks


def _avoidable(recording, build):
    return sum(max(0, times - reasons.needed(name, call)) for name in ("Route", "Reconcile")
               for call, times in Counter(recording.scenes[build, name].calls()).items())
