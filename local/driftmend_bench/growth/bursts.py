"""A thousand events at once: every one through Route, their messages through the FIFO queue, the queue's batches through Reconcile."""

from collections import Counter, deque
from dataclasses import asdict, dataclass

from .account import Account
from .functions import Running, batch, call, sweep, work
from .stacks import stack

EVENTS, BATCH = 1000, 10
STACKS = (1, 200)


@dataclass
class Burst:
    """`events` in `stacks` stacks: messages that Route put on the queue, batches, reconciles (a batch's messages of one stack are one), of which so
    many `repaired`; calls and milliseconds of CPU of both functions for each event; MB that are left of Reconcile's heap."""

    events: int
    stacks: int
    messages: int
    batches: int
    reconciles: int
    repaired: int
    route_calls: float
    reconcile_calls: float
    route_cpu_ms: float
    reconcile_cpu_ms: float
    live_mb: int


def measure(host, keeping, code, say):
    """[Burst as a dict]"""
    found = []
    for stacks in STACKS:
        found.append(asdict(_burst(host, keeping, code, stacks)))
        one = found[-1]
        say(f"{EVENTS} events in {stacks} stacks: {one['messages']} messages, {one['batches']} batches, {one['reconciles']} reconciles, "
            f"{one['repaired']} repairs, {one['route_calls']:.1f} and {one['reconcile_calls']:.1f} calls an event")
    return found


def _burst(host, keeping, code, many):
    guarded = [stack(f"burst-{many}-{n}", n + 1) for n in range(many)]
    account = Account(guarded, keeping.url)
    keeping.guard([one.name for one in guarded])
    with Running(host, keeping, account, "Reconcile", guarded[0], code) as reconcile:
        for one in guarded:
            # A stack is adopted by its first look that finds nothing.
            reconcile.handle(batch([(work(one), one.name)]))
        with Running(host, keeping, account, "Route", guarded[0], code) as route:
            route.handle(sweep())
            _received(keeping)
            for one in guarded:
                account.open_port(one, 30_001)
            routed = [route.handle(call(guarded[n % many], n))[1] for n in range(EVENTS)]
        messages = _received(keeping)
        batches = list(formed(messages))
        reconciles = sum(len({group for _, group in one}) for one in batches)
        worked = [reconcile.handle(batch(one))[1] for one in batches]
        live = reconcile.live_mb()
    left = [one.name for one in guarded if not account.is_as_declared(one)]
    if left:
        raise AssertionError(f"not repaired: {', '.join(left)}")
    repaired = sum(Counter(one.calls)["ec2:RevokeSecurityGroupIngress"] for one in worked)
    return Burst(EVENTS, many, len(messages), len(batches), reconciles, repaired, _each(len(one.calls) for one in routed),
                 _each(len(one.calls) for one in worked), _each(one.cpu * 1000 for one in routed), _each(one.cpu * 1000 for one in worked), live)


def _each(values):
    return round(sum(values) / EVENTS, 2)


def formed(messages, size=BATCH):
    """The batches of at most `size` that a FIFO queue gives: as many messages of the same group as there are, then those of the next one.

    Source: Amazon SQS developer guide, "FIFO queue delivery logic".
    """
    groups = {}
    for body, group in messages:
        groups.setdefault(group, deque()).append((body, group))
    waiting = deque(groups.values())
    while waiting:
        taken = []
        while waiting and len(taken) < size:
            while waiting[0] and len(taken) < size:
                taken.append(waiting[0].popleft())
            if not waiting[0]:
                waiting.popleft()
        yield taken


def _received(keeping):
    """All messages of the queue, (body, group), in their order; they are deleted."""
    found = []
    while True:
        got = keeping.sqs.receive_message(QueueUrl=keeping.queue, MaxNumberOfMessages=10, AttributeNames=["MessageGroupId"]).get("Messages", [])
        if not got:
            return found
        for one in got:
            found.append((one["Body"], one["Attributes"]["MessageGroupId"]))
            keeping.sqs.delete_message(QueueUrl=keeping.queue, ReceiptHandle=one["ReceiptHandle"])
