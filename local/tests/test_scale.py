"""The simulation of scale: nothing is lost in it, it is the same each time, small cases come out as reckoned by hand, and docs/scale.md is what it says."""

import math

import pytest
from driftmend_scale import costs, report, scenarios
from driftmend_scale.limits import BUCKETS, FACTS, PRICES, bucket_of, fact
from driftmend_scale.measured import FIGURES, Deployed, Function, Measured, NotMeasured, look_of, read
from driftmend_scale.simulation import Setting, Tokens, percentile, simulate

DEPLOYED = Deployed(memory_mb=1024, routes=5, reconciles=5, timeout=90, visibility=540, batch=10, receives=10, sweep=900, probe=60, metrics=10, alarms=9)
HOW = Setting(reconciles=5, batch=10, others=0.0)


def measured(look=None, repair=None, look_s=1.0, repair_s=1.0, deployed=DEPLOYED):
    quick = Function(0.0, 0.0, {})
    return Measured(deployed, quick, quick, quick, look or {}, repair or {}, look or {}, look_s, repair_s, look_s)


def test_a_bucket_gives_what_it_holds_and_then_what_is_refilled():
    tokens = Tokens(size=10, refill=2)
    assert tokens.take(0, 12) == 10
    assert tokens.take(3, 12) == 6
    assert tokens.take(100, 12) == 10


def test_a_later_request_that_is_asked_for_first_takes_nothing_away_from_the_past():
    tokens = Tokens(size=1, refill=1)
    assert tokens.take(5, 1) == 1
    assert tokens.take(4, 1) == 0


def test_one_drift_in_calm_takes_the_delivery_the_look_and_the_repair():
    result = simulate(measured(), [(0.0, 0)], HOW, seed=1, horizon=800)
    at_least = 2.0 + fact("restoring a snapshot")
    assert at_least < result.repaired[0] < at_least + fact("call to event, p99") + 10
    assert not result.left


def test_a_server_with_a_queue_is_as_late_as_reckoned_by_hand():
    """A hundred stacks and one run at a time, a batch of one: the last one waits for all others, a second each, as in D/D/1."""
    drifts = [(0.0, stack) for stack in range(100)]
    how = Setting(reconciles=1, batch=1, others=0.0, delay=0.0)
    result = simulate(measured(look_s=0.5, repair_s=0.5), drifts, how, seed=3, horizon=5000)
    work = 100 * (1.0 + 0.1)
    assert work < max(result.repaired.values()) < work + 3 * fact("call to event, p99")
    assert percentile(result.repaired.values(), 0.5) < max(result.repaired.values())


def test_every_message_is_done_or_dead_when_all_is_over():
    drifts = [(float(stack), stack) for stack in range(60)]
    for calls in ({}, {"cloudtrail:LookupEvents": 5}):
        result = simulate(measured(look=calls), drifts, HOW, seed=5, horizon=1e6 if not calls else 30_000)
        waiting = result.sent - result.done - result.dead
        assert 0 <= waiting <= 60
        assert len(result.repaired) + len(result.left) == 60


def test_without_tokens_nothing_is_repaired_and_everything_ends_on_the_dead_letter_queue():
    how = Setting(reconciles=5, batch=10, others=1.0)
    result = simulate(measured(look={"cloudtrail:LookupEvents": 3}), [(0.0, stack) for stack in range(3)], how, seed=1, horizon=850)
    assert not result.repaired
    assert result.left == {0, 1, 2}
    assert result.dead > 0


def test_a_lost_event_is_found_by_the_next_sweep():
    how = Setting(reconciles=5, batch=10, others=0.0, missed=1.0)
    late = [simulate(measured(), [(0.0, 0)], how, seed=seed).repaired[0] for seed in range(20)]
    assert max(late) < DEPLOYED.sweep + 30
    assert percentile(late, 0.5) > 60


def test_a_run_over_its_time_is_cut_off_and_its_stacks_come_back():
    deployed = Deployed(memory_mb=1024, routes=5, reconciles=1, timeout=90, visibility=540, batch=10, receives=10, sweep=100_000, probe=60, metrics=10, alarms=9)
    how = Setting(reconciles=1, batch=10, others=0.0, delay=0.0)
    result = simulate(measured(look_s=6, repair_s=6, deployed=deployed), [(0.0, stack) for stack in range(10)], how, seed=2, horizon=20_000)
    assert result.timeouts > 0
    assert not result.left


def test_it_is_the_same_each_time_and_another_one_with_another_seed():
    drifts = [(float(stack), stack) for stack in range(20)]
    one, same, other = (simulate(measured(), drifts, HOW, seed=seed) for seed in (7, 7, 8))
    assert one == same
    assert one.repaired != other.repaired


@pytest.mark.parametrize("harder", [{"others": 0.9}, {"delay": 300.0}])
def test_what_makes_it_harder_never_makes_it_faster(harder):
    few = measured(look={"cloudtrail:LookupEvents": 1})
    easy = scenarios.storm(few, "easy", stacks=10)
    hard = scenarios.storm(few, "hard", stacks=10, **harder)
    assert hard.p50 >= easy.p50 and hard.last >= easy.last


def test_more_stacks_are_never_faster():
    few = measured(look={"cloudtrail:LookupEvents": 1})
    last = [scenarios.storm(few, str(size), stacks=size).last for size in (5, 50, 150)]
    assert last == sorted(last)


def test_the_bound_is_the_bucket_by_hand():
    found = scenarios.bounds(measured(look={"cloudtrail:LookupEvents": 2}, repair={"cloudtrail:LookupEvents": 1}), 0.5)
    assert found[0] == ("CloudTrail LookupEvents", 3, pytest.approx(60 * 2 * 0.5 / 3))


def test_each_call_takes_a_token_of_the_bucket_that_is_its():
    assert bucket_of("ec2:DescribeVpcs").refill == 20
    assert bucket_of("ec2:RevokeSecurityGroupIngress").refill == 5
    assert bucket_of("unheard:Of") is None


def test_a_look_is_what_an_event_asks_without_what_only_a_drift_asks():
    calls = {"ssm:GetParameters": 3, "cloudformation:DescribeStacks": 4, "ec2:RevokeSecurityGroupIngress": 1, "cloudtrail:LookupEvents": 1, "iam:GetRole": 5}
    assert look_of(calls) == {"ssm:GetParameters": 1, "cloudformation:DescribeStacks": 2, "iam:GetRole": 5}


def test_costs_grow_with_accounts_and_with_stacks():
    small, more_accounts, more_stacks = (sum(one[2] for one in costs.monthly(measured(), *size)) for size in ((10, 20), (20, 20), (10, 200)))
    assert more_accounts == pytest.approx(2 * small)
    assert small < more_stacks < 10 * small


def test_a_price_is_what_it_is_for_a_million():
    requests = next(one for one in costs.monthly(measured(), 1, 1) if one[0] == "Lambda, requests")
    assert requests[2] == pytest.approx(requests[1] * 0.20 / 1e6)


def test_whatever_it_stands_on_has_a_source_or_says_that_it_is_assumed():
    for one in (*BUCKETS, *FACTS.values(), *PRICES.values()):
        assert one.source.startswith("https://") or one.source == "assumed", one


def test_the_percentile_is_one_of_the_values():
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile([5.0], 0.5) == 5.0
    assert percentile([], 0.5) == math.inf


def test_without_figures_it_says_who_writes_them(tmp_path):
    with pytest.raises(NotMeasured, match="make bench"):
        read(tmp_path / "none.json")


def test_the_document_is_what_the_figures_come_to():
    text, picture = report.written(read(FIGURES))
    assert report.DOCUMENT.read_text(encoding="utf-8") == text, "run: make scale"
    assert report.PICTURE.read_text(encoding="utf-8") == picture, "run: make scale"
