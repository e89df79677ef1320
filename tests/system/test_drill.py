"""`bin/driftmend drill` against the running system: the guard proves itself, and a part that is off is named."""

import json

STAGES = ["call", "Route", "Reconcile", "repaired", "alerted"]


def drill(bench, *arguments):
    code, out, errors = bench.system.command("drill", "--stack", "driftmend", "--yes", "--json", *arguments)
    return code, json.loads(out) if out else errors


def rules(bench):
    return [rule for rule in bench.rules(bench.ids["DrillGroup"]) if not rule["IsEgress"]]


def test_each_part_answers_in_its_order_and_nothing_is_left(bench):
    code, said = drill(bench)
    assert code == 0 and said["proved"] and said["silent"] is None, said
    assert said["group"] == bench.ids["DrillGroup"] and [s["part"] for s in said["stages"]] == STAGES
    times = [s["at"] for s in said["stages"]]
    assert all(times) and all(s["tookMs"] <= s["objectiveMs"] for s in said["stages"][1:]), said
    assert not rules(bench)
    [alert] = bench.alerts()
    assert alert["title"].startswith("DRILL: DrillGroup: not in the template") and alert["state"] == "resolved"


def test_a_rule_that_is_off_is_named_and_nothing_is_left(bench):
    with bench.deaf():
        code, said = drill(bench, "--minutes", "0.2")
        assert code == 2 and said["silent"] == "Route" and any("SecurityGroupCalls" in hint for hint in said["hints"]), said
        assert not rules(bench)
    bench.sweep()
