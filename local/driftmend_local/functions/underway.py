"""What is still on its way: events, asynchronous invocations, batches and messages of polled queues. A test waits for its end, not for a time."""

import threading
import time
from collections import Counter

from ..api.gateway import on_reset

_changed = threading.Condition()
_active = Counter()
_begun = 0
_LOOK_SECONDS = 0.05


@on_reset
def _forget():
    with _changed:
        _active.clear()


def begin(what):
    """One more of these. Begin what follows before you end what it follows from: then none at all means that a chain is over."""
    global _begun
    with _changed:
        _begun += 1
        _active[what] += 1


def end(what):
    with _changed:
        _active[what] = max(0, _active[what] - 1)
        _changed.notify_all()


def look(messages):
    """({what: how many}, is nothing under way?); `messages()` is how many wait in queues that are polled."""
    with _changed:
        before, active = _begun, +_active
    waiting = messages()
    with _changed:
        # A message that was taken and worked off while we counted has begun something.
        return {**active, "messages": waiting}, not active and not waiting and before == _begun


def await_idle(messages, seconds):
    """`look` as soon as nothing is under way, or when the time is over."""
    until = time.monotonic() + seconds
    while True:
        found, idle = look(messages)
        if idle or time.monotonic() >= until:
            return found, idle
        with _changed:
            _changed.wait(_LOOK_SECONDS)
