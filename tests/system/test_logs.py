"""What the functions write is found by the queries that the documents give."""

import json
from pathlib import Path

import insights

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "logs.md").read_text()
GROUPS = ("RouteLogGroup", "ReconcileLogGroup", "ProbeLogGroup")


def lines(bench):
    """Every line of the three functions that is JSON, with its group."""
    logs, found = bench.client("logs"), []
    for group in GROUPS:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=bench.ids[group]):
            found += [one["message"] for one in page["events"]]
    return [json.loads(one) for one in found if one.startswith("{")]


def test_every_query_of_the_documents_finds_what_was_written(bench):
    bench.open_port()
    bench.repaired()
    bench.probe()
    bench.client("sqs").send_message(QueueUrl=bench.system.outputs()["WorkQueueUrl"], MessageBody='{"not": "work"}', MessageDeduplicationId="unreadable",
                                     MessageGroupId="another")
    bench.eventually(bench.system.dead_letters, 30)
    bench.forget_dead_letters()
    bench.quiet()
    written, asked = lines(bench), insights.queries(PAGE)
    assert len(asked) >= 6
    for query in asked:
        found = insights.selected(query, written)
        assert found, f"finds nothing:\n{query}"
        missing = [name for name in insights.named(query) if all(insights.field(line, name) is None for line in found)]
        assert not missing, f"no line that it finds has {missing}:\n{query}\n{found[0]}"


def test_a_line_is_no_text_within_a_text_and_a_metric_is_a_line_of_its_own(bench):
    bench.open_port()
    bench.repaired()
    bench.quiet()
    written = lines(bench)
    ours = [line for line in written if line.get("message") in ("Event routed", "Stack reconciled")]
    assert {line["message"] for line in ours} == {"Event routed", "Stack reconciled"}
    assert all({"timestamp", "level", "AWSRequestId"} <= line.keys() for line in ours)
    assert not [line for line in written if str(line.get("message", "")).startswith("{")]
    metrics = [line for line in written if "_aws" in line]
    assert metrics and all("message" not in line and line["_aws"]["CloudWatchMetrics"] for line in metrics)
