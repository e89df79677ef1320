"""The rounds: every contender once a round, one after another, so that whatever disturbs the machine disturbs all of them."""

import statistics
from collections import Counter
from dataclasses import dataclass

from .process import Mark
from .stub import Replay

WARMED_UP = 0.25


@dataclass
class Sample:
    """One process. Seconds; `cold` from its start to its first answer, `called` from its start to the answer of the call that the event is for,
    `first` from its first event to the answer, after INIT or, of a restored one, from the restore on; `warm` is the median of the later events."""

    init: Mark
    cold: Mark
    called: float
    first: Mark
    warm: Mark | None
    first_mb: float
    peak_mb: float
    calls: list


class Differs(Exception):
    """A contender did not do what it did when it was recorded, so its figures would say nothing."""


def run(stub, scene, process, warm, restored=False):
    """A Sample of a process that was just made, with `warm` more events after the first one."""
    stub.source = Replay(scene.during + scene.before)
    stub.begin()
    with process:
        began = process.marks["started"]
        process.await_init(restored)
        init = process.marks["checkpoint" if restored else "asked"] - began
        stub.begin()
        if restored:
            process.restore()
        answer = process.invoke(scene.event)
        marks = dict(process.marks)
        first = marks["answered"] - marks["restored" if restored else "given"]
        seen = _checked(stub, scene, answer)
        called = max((one.ended for one in seen if one.name == scene.aim), default=marks["answered"].wall) - began.wall
        first_mb, later = process.peak_mb, []
        for _ in range(warm):
            stub.begin()
            answer = process.invoke(scene.event)
            later.append(process.marks["answered"] - process.marks["given"])
            _checked(stub, scene, answer, warm=True)
        return Sample(init, marks["answered"] - began, called, first, _middle(later), first_mb, process.peak_mb, [one.name for one in seen])


def _checked(stub, scene, answer, warm=False):
    """A warm process may know what a first event has to ask, and asks nothing else."""
    if stub.problems:
        raise Differs(f"asked what was never recorded: {', '.join(stub.problems)}")
    seen = sorted(stub.seen, key=lambda one: one.began)
    called, expected = Counter(one.name for one in seen), Counter(scene.calls())
    if called - expected or (expected - called and not warm):
        raise Differs(f"called {', '.join(one.name for one in seen)} instead of {', '.join(scene.calls())}")
    if answer != scene.answer and not _timed(answer):
        raise Differs(f"answered {answer[:300]!r} instead of {scene.answer[:300]!r}")
    return seen


def _timed(answer):
    """Probe's answer tells how long the endpoint took."""
    return b'"probes"' in answer


def _middle(later):
    kept = later[int(len(later) * WARMED_UP):]
    return Mark(statistics.median(one.wall for one in kept), statistics.median(one.cpu for one in kept)) if kept else None


def waves(seen):
    """[[Seen]]: requests that were made without waiting for one another, in order. A request that began after an answer waited for it."""
    found, ends = [], None
    for one in sorted(seen, key=lambda each: each.began):
        if ends is None or one.began >= ends:
            found.append([])
            ends = one.ended
        found[-1].append(one)
        ends = min(ends, one.ended)
    return found
