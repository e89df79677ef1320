"""Handing events of AWS services to the default bus. The bus itself is in eventbridge.py, which binds here."""

import threading
import uuid
from datetime import UTC, datetime

from ..api.gateway import on_reset
from ..api.request import ACCOUNT

_deliver = None
_lock = threading.Lock()
_held = None


@on_reset
def _forget():
    global _held
    with _lock:
        _held = None


def bind(deliver):
    """`deliver(event dict, region)` matches one event against the rules of the default bus."""
    global _deliver
    _deliver = deliver


def publish(source, detail_type, detail, resources=(), region="us-east-1", time=None):
    """Put one event of an AWS service, in EventBridge's envelope, on the default bus."""
    event = {"version": "0", "id": str(uuid.uuid4()), "detail-type": detail_type, "source": source, "account": ACCOUNT,
             "time": time or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "region": region,
             "resources": list(resources), "detail": detail}
    with _lock:
        if _held is not None:
            _held.append((event, region))
            return event
    _delivered(event, region)
    return event


def _delivered(event, region):
    if _deliver:
        _deliver(event, region)


def hold():
    """Keep what is published from here on, as when CloudTrail delivers after the last of somebody's calls."""
    global _held
    with _lock:
        if _held is None:
            _held = []


def release():
    """Deliver what was kept, oldest first, and whatever is published from here on at once. Returns how many were kept."""
    global _held
    with _lock:
        kept, _held = _held or [], None
    for event, region in kept:
        _delivered(event, region)
    return len(kept)
