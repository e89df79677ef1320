"""A plain boto3 handler that makes the calls of one of Driftmend's events, one after another, and does nothing with the answers."""

import contextlib
import json
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

CALLS = json.loads(Path("calls.json").read_text(encoding="utf-8"))
CLIENTS = {service: boto3.client(service) for service in dict.fromkeys(one["service"] for one in CALLS)}


def handler(event, context):
    for one in CALLS:
        with contextlib.suppress(ClientError):
            getattr(CLIENTS[one["service"]], one["method"])(**one["params"])
    return {"calls": len(CALLS)}
