"""One account and region, event by event: EventBridge, Route, the FIFO queue, Reconcile and the API's token buckets. Seeded and pure.

Guards share nothing with one another, so that many accounts are this one many times over.
"""

import heapq
import math
import random
from collections import deque
from dataclasses import dataclass, field, replace

from .limits import bucket_of, fact

ATTEMPTS = 3
LONGEST_WAIT = 20.0
SOON = (2, 20)
POLL = 0.1
_Z99 = 2.326


@dataclass(frozen=True)
class Setting:
    """What may be changed about a guard, beside what is measured.

    `others`: the share of every refill that other callers use. `refill`: how many times the published quotas. `calls`: the share of the calls that is
    left. `attempts`: of a throttled call, before the run gives up. `at_once`: whether the
    stacks of one batch are worked on at the same time. `delay`: seconds that every event is later. `missed`: the share of events that never come.
    """

    reconciles: int
    batch: int
    others: float
    refill: float = 1.0
    calls: float = 1.0
    attempts: int = ATTEMPTS
    at_once: bool = False
    delay: float = 0.0
    missed: float = 0.0


@dataclass
class Tokens:
    """A token bucket that is used by `others` as well. Requests may be asked for in any order of time, as runs overlap."""

    size: float
    refill: float
    level: float = field(init=False)
    at: float = 0.0

    def __post_init__(self):
        self.level = self.size

    def take(self, now, wanted):
        """How many of them there were: all, or as many as are left."""
        if now > self.at:
            self.level = min(self.size, self.level + (now - self.at) * self.refill)
            self.at = now
        taken = min(wanted, self.level)
        self.level -= taken
        return taken


@dataclass
class Result:
    """`repaired`: {stack: seconds from its drift to its repair}. `left`: stacks that only a person or a later sweep mends. Messages, in and out."""

    repaired: dict = field(default_factory=dict)
    left: set = field(default_factory=set)
    sent: int = 0
    done: int = 0
    dead: int = 0
    throttled: int = 0
    timeouts: int = 0
    runs: int = 0


def setting(measured, **changes):
    """The guard as it is deployed, with changes."""
    deployed = measured.deployed
    return replace(Setting(deployed.reconciles, deployed.batch, fact("tokens that other callers use")), **changes)


def simulate(measured, drifts, how, seed=0, horizon=7200.0):
    """The Result of drifts, [(seconds, stack)], each of them a port that was opened, until nothing is left to do or `horizon` has passed."""
    return _Account(measured, how, seed, horizon).play(drifts)


class _Account:
    def __init__(self, measured, how, seed, horizon):
        self._measured, self._how, self._random, self._horizon = measured, how, random.Random(seed), horizon
        self._waiting, self._turn, self._result = [], 0, Result()
        self._drifted, self._buckets = {}, {}
        self._queue, self._in_flight, self._blocked, self._receives = {}, set(), {}, {}
        self._routing, self._inbox, self._working = 0, deque(), 0
        self._warm = {"route": [], "reconcile": []}
        self._look = {call: times * how.calls for call, times in measured.look.items()}
        self._sweeping = {call: times * how.calls for call, times in measured.sweep.items()}
        self._repair = {call: times * how.calls for call, times in measured.repair.items()}

    def play(self, drifts):
        stacks = sorted({stack for _, stack in drifts})
        for at, stack in drifts:
            self._at(at, self._drift(at, stack))
        sweep = self._measured.deployed.sweep
        # The schedule began at some time before the drift.
        first = self._random.uniform(0, sweep)
        for n in range(int(self._horizon / sweep) + 1):
            self._at(first + n * sweep, self._sweep(stacks))
        while self._waiting:
            now, _, step = heapq.heappop(self._waiting)
            if now > self._horizon:
                break
            self._resume(now, step)
        self._result.left = {stack for stack, since in self._drifted.items() if since is not None}
        return self._result

    # ---------------------------------------------------------------------------------------------------------- processes

    def _at(self, when, process):
        self._turn += 1
        heapq.heappush(self._waiting, (when, self._turn, process))

    def _resume(self, now, process):
        self._now = now
        try:
            self._at(now + next(process), process)
        except StopIteration:
            pass

    def _drift(self, at, stack):
        self._drifted.setdefault(stack, at)
        if self._drifted[stack] is None:
            self._drifted[stack] = at
        if self._random.random() >= self._how.missed:
            yield self._delivery() + self._how.delay
            yield from self._routed([stack], False)

    def _sweep(self, stacks):
        yield from self._routed(stacks, True)

    def _routed(self, stacks, sweeps):
        """Lambda keeps what waits for one of Route's runs."""
        while self._routing >= self._measured.deployed.routes:
            yield 0.2
        self._routing += 1
        yield self._environment("route", self._measured.route) + fact("one API call there and back") * min(len(stacks), 10)
        self._routing -= 1
        self._warm["route"].append(self._now)
        for stack in stacks:
            self._result.sent += 1
            self._queue.setdefault(stack, deque()).append((0, sweeps))
        self._dispatch()

    def _dispatch(self):
        """The poller: as long as there is room, a batch of what no run has in hand."""
        while self._working < self._how.reconciles:
            batch = self._batch()
            if not batch:
                return
            self._working += 1
            self._in_flight |= set(batch)
            self._at(self._now + POLL, self._run(batch))

    def _batch(self):
        taken, room = {}, self._how.batch
        for stack, messages in self._queue.items():
            if room and messages and stack not in self._in_flight and self._blocked.get(stack, 0.0) <= self._now:
                taken[stack] = [messages.popleft() for _ in range(min(room, len(messages)))]
                room -= len(taken[stack])
        return taken

    def _run(self, batch):
        began = self._now
        self._result.runs += 1
        yield self._environment("reconcile", self._measured.reconcile)
        failed = []
        if self._how.at_once:
            pending = {stack: self._reconciled(stack, messages) for stack, messages in batch.items()}
            resume = dict.fromkeys(pending, self._now)
            while pending and self._now - began <= self._measured.deployed.timeout:
                stack = min(pending, key=resume.get)
                yield max(0.0, resume[stack] - self._now)
                try:
                    resume[stack] = self._now + next(pending[stack])
                except StopIteration as end:
                    del pending[stack]
                    if not end.value:
                        failed.append(stack)
            failed += list(pending)
        else:
            for stack, messages in batch.items():
                process = self._reconciled(stack, messages)
                while self._now - began <= self._measured.deployed.timeout:
                    try:
                        yield next(process)
                    except StopIteration as end:
                        if not end.value:
                            failed.append(stack)
                        break
        self._working -= 1
        self._warm["reconcile"].append(self._now)
        late = self._now - began > self._measured.deployed.timeout
        self._result.timeouts += late
        for stack, messages in batch.items():
            # A run that is cut off has alerted nobody: all of its messages come back.
            if late or stack in failed:
                wait = self._measured.deployed.visibility - (self._now - began) if late else self._random.uniform(*SOON)
                self._back(stack, messages, max(wait, 0.0))
            else:
                self._result.done += len(messages)
                self._in_flight.discard(stack)
        self._dispatch()

    def _back(self, stack, messages, wait):
        received = [(count + 1, sweeps) for count, sweeps in messages]
        kept = [one for one in received if one[0] < self._measured.deployed.receives]
        self._result.dead += len(received) - len(kept)
        self._queue[stack].extendleft(reversed(kept))
        self._in_flight.discard(stack)
        self._blocked[stack] = self._now + wait
        self._at(self._now + wait, self._woken())

    def _woken(self):
        self._dispatch()
        return
        yield

    def _reconciled(self, stack, messages):
        """Returns whether it was done; False if it was throttled for too long. A sweep among the messages has the whole stack looked at."""
        since = self._drifted.get(stack)
        sweeps = any(sweep for _, sweep in messages)
        for call, times in (self._sweeping if sweeps else self._look).items():
            if not (yield from self._called(call, times)):
                return False
        yield self._measured.sweep_s if sweeps else self._measured.look_s
        if since is None or since > self._now:
            return True
        for call, times in self._repair.items():
            if not (yield from self._called(call, times)):
                return False
        yield self._measured.repair_s
        if self._drifted.get(stack) == since:
            self._result.repaired[stack] = self._now - since
            self._drifted[stack] = None
        return True

    def _called(self, call, times):
        """The SDK's standard retry of what is throttled."""
        tokens = self._tokens(call)
        if tokens is None:
            return True
        for attempt in range(self._how.attempts):
            times -= tokens.take(self._now, times)
            if times < 1e-9:
                return True
            self._result.throttled += 1
            if attempt + 1 < self._how.attempts:
                yield self._random.uniform(0, min(fact("retry of a throttled call") * 2 ** attempt, LONGEST_WAIT))
        return False

    def _tokens(self, call):
        bucket = bucket_of(call)
        if bucket is None:
            return None
        name = call if bucket.alone else bucket.name
        if name not in self._buckets:
            self._buckets[name] = Tokens(bucket.size * self._how.refill, bucket.refill * self._how.refill * (1 - self._how.others))
        return self._buckets[name]

    def _environment(self, pool, function):
        """Seconds until the work begins: none where an environment is idle, else a restore and what is slower in a fresh one."""
        idle = [at for at in self._warm[pool] if self._now - at <= fact("idle environment kept")]
        warm = bool(idle)
        if warm:
            idle.remove(max(idle))
        self._warm[pool] = idle
        work = function.warm if pool == "route" else 0.0
        return work if warm else fact("restoring a snapshot") + max(function.restored - function.warm, 0.0) + work

    def _delivery(self):
        median, most = fact("call to event, median"), fact("call to event, p99")
        return median * math.exp(self._random.gauss(0, 1) * math.log(most / median) / _Z99)


def percentile(values, share):
    """The value that so many of them do not exceed; infinite where too few are known."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else math.inf
