"""The log of calls over HTTP, so that tests can count what a run costs."""

from collections import Counter, deque
from datetime import UTC, datetime

from .gateway import after, on_reset, register

_calls = deque(maxlen=50000)


@on_reset
def clear():
    _calls.clear()


@after
def note(call, status, read, milliseconds):
    if call.origin:
        return
    error = (read().get("Error") or {}).get("Code") if status >= 400 else None
    _calls.append({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "service": call.service, "action": call.action,
                   "principal": call.principal.arn, "role": call.principal.role, "status": status, "error": error, "ms": milliseconds})


def _local(method, _payload, query):
    """GET the calls, oldest first, narrowed by ?service=, ?action=, ?role=; with ?count=1 a number for each service:action. DELETE forgets."""
    if method == "DELETE":
        clear()
    found = [c for c in list(_calls) if all(c[k] == query[k] for k in ("service", "action", "role") if k in query)]
    if query.get("count"):
        return 200, Counter(f"{c['service']}:{c['action']}" for c in found)
    return 200, found


register("/_local/calls", _local)
