"""Probe asks the endpoint as a client would, and keeps the guard itself awake."""


def test_a_dead_application_is_alerted_after_two_probes_and_once_more_after_two_good_ones(bench):
    bench.probe()
    bench.system.control("workload/kill", {})
    try:
        bench.eventually(lambda: bench.health() == {"unhealthy"})
        bench.probe()
        assert not bench.alerts("health"), "one failure is no outage"
        bench.probe()
        [opened] = bench.alerts("health")
        assert opened["state"] == "opened" and opened["severity"] == "critical" and "502" in opened["title"]
        path = opened["diagnosis"]
        assert (path["verdict"], path["explainedBy"]) == ("outage", "app") and not path["contradictions"]
        assert [one["hop"] for one in path["hops"] if one["state"] == "broken"] == ["app"]
        assert "OUTAGE: app" in bench.system.alerts()[-1]["text"] and opened["next"].startswith("app: ")
        bench.probe()
        assert len(bench.alerts("health")) == 1, "one outage, one page"
    finally:
        bench.system.control("workload/start", {})
    bench.eventually(lambda: bench.health() == {"healthy"})
    bench.probe()
    assert len(bench.alerts("health")) == 1, "one success is no recovery"
    bench.probe()
    assert [(one["id"], one["state"]) for one in bench.alerts("health")] == [(opened["id"], "opened"), (opened["id"], "resolved")]


def test_an_endpoint_that_answers_with_unhealthy_targets_is_alerted_as_degraded(bench):
    with bench.paused({"who": "on-call", "why": "a test"}):
        bench.change_health_path("/nowhere")
        bench.eventually(lambda: bench.health() == {"unhealthy"}, 30)
        for _ in range(3):
            bench.probe()
        [alert] = bench.alerts("health")
        assert alert["severity"] == "medium" and "Target.ResponseCodeMismatch" in alert["title"]
        [broken] = [one for one in alert["diagnosis"]["hops"] if one["state"] == "broken"]
        assert broken["hop"] == "health-check" and "/nowhere" in broken["cause"]["what"], "the drift behind it is named"
    bench.sweep()
    bench.repaired()
    bench.eventually(lambda: bench.health() == {"healthy"}, 30)
    for _ in range(2):
        bench.probe()
    assert [one["state"] for one in bench.alerts("health")] == ["opened", "resolved"]


def test_a_rule_that_somebody_switched_off_is_on_again_and_alerted(bench):
    name = bench.ids["RouteFunctionSecurityGroupCalls"]
    events = bench.client("events")
    events.disable_rule(Name=name)
    bench.probe()
    assert events.describe_rule(Name=name)["State"] == "ENABLED"
    [alert] = bench.alerts("guard")
    assert alert["state"] == "resolved" and "RouteFunctionSecurityGroupCalls" in alert["title"]
    bench.open_port()
    bench.repaired()


def test_a_sleeping_queue_and_a_sleeping_schedule_are_woken(bench):
    functions, scheduler = bench.client("lambda"), bench.client("scheduler")
    mapping, schedule = bench.ids["ReconcileFunctionWork"], bench.ids["SweepSchedule"]
    before = scheduler.get_schedule(Name=schedule)
    functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    scheduler.update_schedule(State="DISABLED", **{name: before[name] for name in ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")})
    bench.open_port()
    bench.probe()
    assert functions.get_event_source_mapping(UUID=mapping)["State"] in ("Enabled", "Enabling")
    after = scheduler.get_schedule(Name=schedule)
    assert after["State"] == "ENABLED" and after["Target"] == before["Target"] and after["ScheduleExpression"] == before["ScheduleExpression"]
    bench.repaired()
    assert sorted(one["title"].split(" ")[0] for one in bench.alerts("guard")) == ["ReconcileFunctionWork", "SweepSchedule"]


def test_each_function_answers_a_call_by_hand(bench):
    routed, error = bench.invoke("RouteFunction", {
        "version": "0", "id": "by-hand", "source": "driftmend.schedule", "detail-type": "Sweep", "time": "2026-11-01T03:00:00Z",
        "account": "123456789012", "region": "us-east-1", "resources": [], "detail": {}})
    assert not error and routed["decision"] == "enqueued" and routed["stacks"] == [bench.stack] and routed["reason"]
    foreign, error = bench.invoke("RouteFunction", {
        "source": "aws.ec2", "detail-type": "EC2 Instance State-change Notification", "id": "another", "account": "123456789012",
        "region": "us-east-1", "time": "2026-11-01T03:00:00Z", "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0"],
        "detail": {"instance-id": "i-0123456789abcdef0", "state": "stopped"}})
    assert not error and foreign["decision"] == "ignored" and foreign["reason"].startswith("not guarded") and foreign["stacks"] == []
    for odd in ({}, [], "text", 7, None):
        answer, error = bench.invoke("RouteFunction", odd)
        assert not error and answer["decision"] == "ignored" and answer["reason"], odd
    answer, error = bench.invoke("ReconcileFunction", {"Records": []})
    assert not error and answer == {"batchItemFailures": []}
    _, error = bench.invoke("ReconcileFunction", {})
    assert "Records" in error["errorMessage"]
    answer, error = bench.invoke("ProbeFunction", {})
    assert not error and [one["verdict"] for one in answer["probes"]] == ["ok"] and answer["faultyParts"] == []
