"""Dollars a month of ten thousand stacks in five hundred accounts, each with a guard of its own."""

from .limits import PRICES
from .scenarios import ACCOUNTS, STACKS

MONTH = 730 * 3600.0
EVENTS_A_DAY = 10
DRIFTS_A_MONTH = 30
LOG_KB, ALERTS, FILES = 3, 2, 9_500
POLLS = 5 * 3


def monthly(measured, accounts=ACCOUNTS, stacks=STACKS):
    """[(price's name, units of one account, dollars of all accounts)], the dearest first."""
    return sorted(((name, units, units * PRICES[name].dollars / PRICES[name].per * accounts) for name, units in _units(measured, stacks).items()),
                  key=lambda one: -one[2])


def _units(measured, stacks):
    deployed = measured.deployed
    sweeps, probes = MONTH / deployed.sweep, MONTH / deployed.probe
    events = EVENTS_A_DAY * 365 / 12 * stacks
    drifts = DRIFTS_A_MONTH * stacks
    # A sweep's messages come in batches; each other event is a run of its own.
    reconciles = sweeps * stacks / deployed.batch + events
    runs = sweeps + events + reconciles + probes
    seconds = (sweeps + events) * measured.route.warm + sweeps * stacks * measured.sweep_s + events * measured.look_s + drifts * measured.repair_s + probes * measured.probe.warm * (1 + stacks / 10)
    writes = drifts * _count(measured.repair, ("dynamodb:Put", "dynamodb:Update", "dynamodb:Delete", "dynamodb:Transact", "dynamodb:BatchWrite"))
    asking = ("dynamodb:Query", "dynamodb:Get", "dynamodb:BatchGet")
    reads = sweeps * stacks * _count(measured.sweep, asking) + events * _count(measured.look, asking) + probes
    return {
        "Lambda, time": seconds * deployed.memory_mb / 1024, "Lambda, requests": runs, "SQS": POLLS * MONTH / 60 + 3 * (sweeps * stacks + events),
        "DynamoDB, writes": writes + probes * 2, "DynamoDB, reads": reads, "CloudWatch, metrics": deployed.metrics, "CloudWatch, alarms": deployed.alarms,
        "CloudWatch, dashboards": 1, "CloudWatch, logs": runs * LOG_KB / 1e6, "X-Ray": runs, "Scheduler": sweeps + probes,
        "EventBridge": drifts * ALERTS, "SNS": drifts * ALERTS, "SNS, e-mails": drifts, "KMS": 1, "CloudTrail, files": FILES}


def _count(calls, prefixes):
    return sum(times for call, times in calls.items() if call.startswith(prefixes))
