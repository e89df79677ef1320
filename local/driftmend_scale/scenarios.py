"""What is asked of the simulation: how late a repair is in calm and in storms, what bounds it, and what helps."""

import random
from dataclasses import dataclass

from .limits import BUCKETS, bucket_of, fact
from .simulation import percentile, setting, simulate

ACCOUNTS, STACKS = 500, 20
SEEDS = 3
# Of the accounts, which are alike, so many are played in calm.
PLAYED = 150
SIZES = (5, 20, 50, 100, 200)
LARGE = 200
HOUR = 3600.0


@dataclass(frozen=True)
class Lateness:
    """Seconds from the drift to its repair; `left` were not repaired within the time that was simulated, of `drifts`."""

    name: str
    drifts: int
    p50: float
    p99: float
    last: float
    left: int
    timeouts: int = 0
    throttled: int = 0


def calm(measured, accounts=PLAYED):
    """Every stack drifts once in an hour, whenever it happens; some events never come, and the sweep finds what they were to tell."""
    times, left = [], 0
    for account in range(accounts):
        chance = random.Random(account)
        drifts = [(chance.uniform(0, HOUR), stack) for stack in range(STACKS)]
        result = simulate(measured, drifts, setting(measured, missed=fact("calls whose event never comes")), seed=account, horizon=2 * HOUR)
        times += result.repaired.values()
        left += len(result.left)
    return _lateness("calm: each stack drifts once, at any time of an hour", times, left)


def storm(measured, name, stacks=STACKS, seeds=SEEDS, **changes):
    """One bad automation opens a port in every stack of an account within a minute."""
    times, left, timeouts, throttled = [], 0, 0, 0
    for seed in range(seeds):
        chance = random.Random(seed)
        drifts = [(chance.uniform(0, 60), stack) for stack in range(stacks)]
        result = simulate(measured, drifts, setting(measured, **changes), seed=seed)
        times += result.repaired.values()
        left += len(result.left)
        timeouts += result.timeouts
        throttled += result.throttled
    return _lateness(name, times, left, timeouts, throttled)


def storms(measured):
    """[Lateness] of what may go wrong at the same time in an account of STACKS stacks."""
    return [
        storm(measured, "a port opened in all 20 stacks of an account within a minute"),
        storm(measured, "the same in all 500 accounts in the same minute (60 of them played)", seeds=60),
        storm(measured, "the same, while other callers use 95 % of every API's refill", others=0.95),
        storm(measured, "the same, every event ten minutes late", delay=600),
        storm(measured, "the same, no event at all: sweeps alone", missed=1.0),
    ]


def by_size(measured, **changes):
    """[Lateness] of the storm as the account has more stacks."""
    return [storm(measured, str(size), stacks=size, **changes) for size in SIZES]


CHANGES = (
    ("as deployed", {}),
    ("1. waits for tokens within its time, instead of giving up after three attempts", {"attempts": 8}),
    ("2. and half of the calls", {"attempts": 8, "calls": 0.5}),
    ("3. and quotas four times as large, by request", {"attempts": 8, "calls": 0.5, "refill": 4.0}),
    ("4. and 20 runs at a time, each stack of a batch at once",
     {"attempts": 8, "calls": 0.5, "refill": 4.0, "reconciles": 20, "at_once": True}),
    ("4. alone", {"reconciles": 20, "at_once": True}),
)


def changed(measured, stacks=LARGE):
    """[Lateness] of the storm in an account of so many stacks, as one thing after the other is changed."""
    return [storm(measured, name, stacks=stacks, seeds=2, **changes) for name, changes in CHANGES]


def bounds(measured, others):
    """[(what bounds, tokens of one repair, repairs a minute that it allows at length)], the tightest first."""
    used = {}
    for calls in (measured.look, measured.repair):
        for call, times in calls.items():
            bucket = bucket_of(call)
            if bucket:
                name = (bucket.name, call if bucket.alone else bucket.name)
                used[name] = used.get(name, 0) + times
    found = [(f"{name}: `{call}`" if call != name else name, times,
              60 * next(one.refill for one in BUCKETS if one.name == name) * (1 - others) / times) for (name, call), times in used.items()]
    deployed = measured.deployed
    found.append((f"runs at a time: {deployed.reconciles}", 1, 60 * deployed.reconciles / (measured.look_s + measured.repair_s)))
    return sorted(found, key=lambda one: one[2])


def most_swept(measured):
    """The stacks of one guard that a sweep's run of Route gets through: it asks CloudFormation twice for each, and sends one message, one after the other."""
    return int(measured.deployed.route_timeout / (3 * fact("one API call there and back")))


def _lateness(name, times, left, timeouts=0, throttled=0):
    return Lateness(name, len(times) + left, percentile(times, 0.5), percentile(times, 0.99), max(times, default=float("inf")), left, timeouts, throttled)
