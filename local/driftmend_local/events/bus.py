"""Handing events of AWS services to the default bus. The bus itself is in eventbridge.py, which binds here."""

import uuid
from datetime import UTC, datetime

from ..api.request import ACCOUNT

_deliver = None


def bind(deliver):
    """`deliver(event dict, region)` matches one event against the rules of the default bus."""
    global _deliver
    _deliver = deliver


def publish(source, detail_type, detail, resources=(), region="us-east-1", time=None):
    """Put one event of an AWS service, in EventBridge's envelope, on the default bus."""
    event = {"version": "0", "id": str(uuid.uuid4()), "detail-type": detail_type, "source": source, "account": ACCOUNT,
             "time": time or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "region": region,
             "resources": list(resources), "detail": detail}
    if _deliver:
        _deliver(event, region)
    return event
