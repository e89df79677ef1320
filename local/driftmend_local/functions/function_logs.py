"""Where a function's output goes: a file, CloudWatch Logs, and CloudWatch metrics for lines in the embedded metric format.

Source: Amazon CloudWatch user guide, "Specification: Embedded metric format".
"""

import datetime
import json
import threading
import time
from pathlib import Path

from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import logs_backends

from .function_config import REGION
from ..iam import judgement
from ..iam.needs import Asked
from ..api.request import ACCOUNT


class FunctionLog:
    """One function's log. `path` is its file; lines of all its processes go there in the order in which they come."""

    def __init__(self, directory, name):
        self.path = Path(directory) / f"{name}.log"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(self.path, "ab", buffering=0)
        self._lock = threading.Lock()

    def stream(self, group, version, role):
        """A new log stream in the group, as one execution environment has it; CloudWatch gets it if the function's role may write there."""
        return LogStream(self, group, version, role)

    def append(self, line):
        with self._lock:
            self._file.write(line)

    def close(self):
        self._file.close()


class LogStream:
    """The log of one execution environment. `write` takes whole lines; the lines since `mark` are the invocation's own."""

    def __init__(self, log, group, version, role):
        self._log, self.group = log, group
        now = datetime.datetime.now(datetime.timezone.utc)
        self.name = f"{now:%Y/%m/%d}/[{version}]{now:%H%M%S%f}{id(self):x}"[:64]
        self._since_mark = bytearray()
        logs = logs_backends[ACCOUNT][REGION]
        if group not in logs.groups:
            logs.create_log_group(group, {})
        logs.create_log_stream(group, self.name)
        self._delivered = _may_write(role, f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:log-stream:{self.name}")

    def write(self, line):
        self._log.append(line)
        self._since_mark += line
        text = line.decode("utf-8", "replace").rstrip("\n")
        if not text or not self._delivered:
            return
        now = int(time.time() * 1000)
        logs_backends[ACCOUNT][REGION].put_log_events(self.group, self.name, [{"timestamp": now, "message": text}])
        if '"_aws"' in text:
            put_embedded_metrics(text)

    def mark(self):
        self._since_mark = bytearray()

    def tail(self):
        """The last 4 KiB since the mark, as LogResult gives them."""
        return bytes(self._since_mark[-4096:])


def _may_write(role, stream_arn):
    try:
        judgement.require_role(role, Asked("logs:CreateLogStream", stream_arn), Asked("logs:PutLogEvents", stream_arn))
    except judgement.Denied:
        return False
    return True


def put_embedded_metrics(line):
    """Put the metrics of a line in the embedded metric format into CloudWatch. Any other line is none."""
    try:
        document = json.loads(line)
        directives = document["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return
    # Without a zone, as moto keeps what PutMetricData brings.
    at = datetime.datetime.fromtimestamp(document["_aws"].get("Timestamp", time.time() * 1000) / 1000, datetime.timezone.utc).replace(tzinfo=None)
    for directive in directives:
        data = []
        for metric in directive.get("Metrics", []):
            value = document.get(metric["Name"])
            for names in directive.get("Dimensions") or [[]]:
                data += [_datum(metric, one, {n: document[n] for n in names if n in document}, at)
                         for one in (value if isinstance(value, list) else [value]) if one is not None]
        if data:
            cloudwatch_backends[ACCOUNT][REGION].put_metric_data(directive["Namespace"], data)


def _datum(metric, value, dimensions, at):
    return {"MetricName": metric["Name"], "Value": value, "Unit": metric.get("Unit", "None"), "Timestamp": at,
            "Dimensions": [{"Name": name, "Value": str(of)} for name, of in dimensions.items()]}
