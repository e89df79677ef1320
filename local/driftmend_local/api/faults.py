"""Faults on demand: throttled, denied, failing, slow and paged answers, for the callers over HTTP only."""

import fnmatch
import threading
import time

from . import paging, refusals
from .gateway import before, on_reset, register

_KINDS = ("throttle", "error", "denied", "latency", "page")
_faults = []
_lock = threading.Lock()


@on_reset
def clear():
    with _lock:
        _faults.clear()
    paging.forget_sizes()


@before
def inject(call):
    if call.origin:
        return
    for fault in list(_faults):
        if fault["kind"] == "page" or not _concerns(fault, call) or not _take(fault):
            continue
        if fault.get("ms"):
            time.sleep(fault["ms"] / 1000)
        status, code = fault.get("status"), fault.get("code")
        if fault["kind"] == "throttle":
            raise refusals.throttled(call, status, code)
        if fault["kind"] == "denied":
            raise refusals.denied(call, code=code)
        if fault["kind"] == "error":
            raise refusals.broken(call, status, code)


def _concerns(fault, call):
    if fault["service"] not in (call.service, "*") or not fnmatch.fnmatchcase(call.action, fault["action"]):
        return False
    wanted = fault.get("principal")
    return not wanted or wanted in (call.principal.role_arn or call.principal.arn)


def _take(fault):
    with _lock:
        if fault.get("times") is not None and fault["fired"] >= fault["times"]:
            return False
        fault["fired"] += 1
        return True


def _local(method, payload, query):
    """POST a fault or a list of them, GET them with how often each fired, DELETE them all."""
    if method == "DELETE":
        clear()
    elif method == "POST":
        wanted = payload if isinstance(payload, list) else [payload]
        for fault in wanted:
            _check(fault)
        for fault in wanted:
            if fault["kind"] == "page":
                paging.set_size(fault["service"], fault["action"], int(fault["size"]))
            with _lock:
                _faults.append(dict(fault, fired=0))
    return 200, [dict(f) for f in _faults]


def _check(fault):
    if not isinstance(fault, dict) or fault.get("kind") not in _KINDS or not fault.get("service") or not fault.get("action"):
        raise ValueError(f'a fault is {{"service": "ec2", "action": "DescribeSecurityGroups", "kind": one of {", ".join(_KINDS)}}}, not {fault}')
    if fault["kind"] == "page" and not str(fault.get("size", "")).isdigit():
        raise ValueError('a page fault needs "size"')
    if fault["kind"] == "latency" and not fault.get("ms"):
        raise ValueError('a latency fault needs "ms"')


register("/_local/faults", _local)
