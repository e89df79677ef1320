"""What the figures of growth stand on: answers with AWS's filters and pages, batches as SQS forms them, curves that say what they show."""

import json
import xml.etree.ElementTree as ElementTree

import pytest
from driftmend_bench.curves import Panel, drawn, number, step
from driftmend_bench.growth import section
from driftmend_bench.growth.account import Account
from driftmend_bench.growth.bursts import formed
from driftmend_bench.growth.points import SERIES
from driftmend_bench.growth.stacks import stack
from driftmend_bench.stub import Unrecorded

HEADERS = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0"}
NOBODY = "http://127.0.0.1:9"


def asked(account, **parameters):
    body = "&".join(f"{name.replace('_', '.')}={value}" for name, value in {"Version": "2016-11-15", **parameters}.items())
    headers = {**HEADERS, "Content-Type": "application/x-www-form-urlencoded"}
    return ElementTree.fromstring(account.answer("POST", "/", headers, body.encode()).body)


def texts(answer, tag):
    return [one.text for one in answer.iter() if one.tag.rpartition("}")[2] == tag]


def test_a_stack_has_as_many_resources_as_are_asked_for():
    for size in SERIES["resources"][1]:
        assert len(stack("any", 1, resources=size).resources) == size


def test_the_widest_group_has_the_rules_that_are_asked_for_and_its_egress():
    made = stack("any", 1, resources=20, widest=1000)
    assert len([one for one in made.rules[made.groups[0]] if one["CidrIpv4"].startswith("203.0.113.")]) == 1000


def test_rules_come_in_pages_and_only_of_the_groups_that_are_named():
    made = stack("any", 1, resources=20, widest=1500)
    group, other = made.groups[:2]
    account = Account([made], NOBODY)
    first = asked(account, Action="DescribeSecurityGroupRules", MaxResults=1000, Filter_1_Name="group-id", Filter_1_Value_1=group)
    assert len(texts(first, "securityGroupRuleId")) == 1000
    rest = asked(account, Action="DescribeSecurityGroupRules", MaxResults=1000, Filter_1_Name="group-id", Filter_1_Value_1=group,
                 NextToken=texts(first, "nextToken")[0])
    assert len(texts(rest, "securityGroupRuleId")) == len(made.rules[group]) - 1000
    assert not texts(rest, "nextToken")
    assert other not in texts(first, "groupId")


def test_a_port_is_opened_and_closed_by_its_rule_id_alone():
    made = stack("any", 1)
    account = Account([made], NOBODY)
    account.open_port(made, 5000)
    assert not account.is_as_declared(made)
    group = made.groups[0]
    found = asked(account, Action="DescribeSecurityGroupRules", Filter_1_Name="group-id", Filter_1_Value_1=group)
    opened = texts(found, "securityGroupRuleId")[texts(found, "fromPort").index("5000")]
    asked(account, Action="RevokeSecurityGroupIngress", GroupId=group, SecurityGroupRuleId_1=opened)
    assert account.is_as_declared(made)


def test_what_nothing_is_generated_for_is_named():
    with pytest.raises(Unrecorded, match="ec2:DescribeHosts"):
        asked(Account([stack("any", 1)], NOBODY), Action="DescribeHosts")


def test_bytes_and_calls_are_counted_since_the_event_began():
    account = Account([stack("any", 1)], NOBODY)
    asked(account, Action="DescribeVpcs")
    assert account.calls == ["ec2:DescribeVpcs"] and account.answered > 100
    account.begin()
    assert account.calls == [] and account.answered == 0


def test_a_batch_has_all_it_can_of_one_stack_before_the_next_one():
    messages = [(number, group) for number in range(6) for group in "ab"]
    batches = list(formed(messages, size=4))
    assert ["".join(group for _, group in one) for one in batches] == ["aaaa", "aabb", "bbbb"]
    assert sorted(one for batch in batches for one in batch) == sorted(messages)


def test_a_curve_is_xml_and_names_axes_and_lines():
    text = drawn("Cost <of> looks", [Panel("Stacks", "resources", "calls", [("now", [(1, 2), (500, 70)]), ("then", [(1, 1), (500, 69)])], (1, 500))])
    root = ElementTree.fromstring(text)
    shown = [one.text for one in root.iter() if one.text and one.text.strip()]
    assert {"Cost <of> looks", "Stacks", "resources", "calls", "now", "then", "500"} <= set(shown)
    assert "prefers-color-scheme: dark" in text


def test_ticks_are_round_and_numbers_short():
    assert step(97) == 20
    assert step(0.3) == pytest.approx(0.1)
    assert (number(5000.0), number(0.5), number(12)) == ("5,000", "0.5", "12")


def test_the_section_is_what_the_figures_come_to():
    figures = json.loads(section.FIGURES.read_text(encoding="utf-8"))["growth"]
    assert section.section(figures) in section.DOCUMENT.read_text(encoding="utf-8"), "run: make bench-growth"
