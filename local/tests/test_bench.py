"""What the bench's figures stand on: the stub replays what was recorded, round trips are counted as they were, ratios are those of rounds."""

import http.client
import json
import os
import ssl
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from driftmend_bench import goals, report
from driftmend_bench.certificates import Certificates
from driftmend_bench.contenders import Function, Host, write_bare_calls, write_same_calls
from driftmend_bench.measuring import waves
from driftmend_bench.rounds import ROUND_TRIP
from driftmend_bench.stub import Exchange, Replay, Seen, Stub, Unrecorded, key_of, question_of
from driftmend_demo.system import ROOT
from driftmend_local.functions.jdk import find_java
from driftmend_local.functions.lambda_host import client_jars, unpacked_native_client

HEADERS = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/ec2/aws4_request"}
RULES = b"Action=DescribeSecurityGroupRules&Version=2016-11-15&Filter.1.Name=group-id"


def exchange(body, answer, headers=HEADERS, operation="DescribeSecurityGroupRules"):
    return Exchange(key_of("POST", "/", headers, body), question_of(body), f"ec2:{operation}", "ec2", operation, {"DryRun": True}, 200, (), answer)


def test_the_nth_time_a_call_is_answered_as_it_was_the_nth_time():
    replay = Replay([exchange(RULES, b"before"), exchange(RULES, b"after")])
    asked = [replay.answer("POST", "/", HEADERS, RULES).body for _ in range(3)]
    assert asked == [b"before", b"after", b"after"]
    replay.begin()
    assert replay.answer("POST", "/", HEADERS, RULES).body == b"before"


def test_the_order_of_parameters_says_nothing_and_their_values_do():
    replay = Replay([exchange(RULES, b"one"), exchange(RULES + b"&MaxResults=5", b"other")])
    turned = b"MaxResults=5&Filter.1.Name=group-id&Action=DescribeSecurityGroupRules&Version=2016-11-15"
    assert replay.answer("POST", "/", HEADERS, turned).body == b"other"


def test_a_call_in_other_words_gets_the_answer_of_its_action():
    headers = {**HEADERS, "X-Amz-Target": "DynamoDB_20120810.PutItem"}
    replay = Replay([exchange(b'{"at": 1}', b"written", headers, "PutItem")])
    assert replay.answer("POST", "/", headers, b'{"at": 2}').body == b"written"


def test_what_was_never_recorded_is_named():
    with pytest.raises(Unrecorded, match="ec2:DescribeVpcs"):
        Replay([]).answer("POST", "/", HEADERS, b"Action=DescribeVpcs")


def test_the_stub_speaks_tls_as_the_authority_of_its_run(tmp_path):
    certificates = Certificates(tmp_path, find_java())
    stub = Stub(certificates)
    try:
        stub.source = Replay([exchange(RULES, b"<rules/>")])
        trusted = ssl.create_default_context(cafile=certificates.python_bundle)
        connection = http.client.HTTPSConnection(urlsplit(stub.url).netloc, context=trusted, timeout=10)
        connection.request("POST", "/", RULES, HEADERS)
        assert connection.getresponse().read() == b"<rules/>"
        assert [one.name for one in stub.seen] == ["ec2:DescribeSecurityGroupRules"]
        connection.request("POST", "/", b"Action=DescribeVpcs", HEADERS)
        assert connection.getresponse().status == 501
        assert stub.problems == ["ec2:DescribeVpcs"]
        connection.close()
    finally:
        stub.close()


def test_a_request_that_began_after_an_answer_waited_for_it():
    seen = [Seen("a", "", 0, 40), Seen("b", "", 5, 45), Seen("c", "", 41, 81), Seen("d", "", 90, 130)]
    assert [[one.name for one in wave] for wave in waves(reversed(seen))] == [["a", "b"], ["c"], ["d"]]


def test_a_look_at_the_live_state_ends_where_something_else_is_called():
    def wave(began, *names):
        return [Seen(name, "", began, began + ROUND_TRIP) for name in names]
    steps = [wave(0, "ssm:GetParameters"), wave(1, "ec2:DescribeVpcs", "iam:GetRole"), wave(1 + ROUND_TRIP, "ec2:DescribeSubnets"),
             wave(2, "dynamodb:PutItem"), wave(3, "ec2:DescribeVpcs")]
    assert goals.look_round_trips(steps) == pytest.approx([2, 1])


def test_a_ratio_is_the_median_of_the_rounds_with_the_least_and_the_most():
    assert report.ratio([2, 6, 3], [1, 2, 3]) == "2.00 (1.00–3.00)"


def test_the_plain_handler_makes_the_recorded_calls_by_boto3s_names(tmp_path):
    write_same_calls(tmp_path, [exchange(RULES, b"")])
    assert json.loads((tmp_path / "calls.json").read_text()) == [
        {"service": "ec2", "method": "describe_security_group_rules", "params": {"DryRun": True}}]


def test_the_bare_handler_asks_what_was_recorded_so_that_the_stub_knows_it(tmp_path):
    java, jars = find_java(), client_jars(ROOT / "target" / "ric")
    written = {**HEADERS, "X-Amz-Target": "DynamoDB_20120810.PutItem"}
    recorded = [replace(exchange(RULES, b"<rules/>"), sent=RULES), replace(exchange(b'{"at": 1}', b"{}", written, "PutItem"), sent=b'{"at": 1}'),
                Exchange(key_of("GET", "/schedules/probe?groupName=default", HEADERS, b""), question_of(b""), "ec2:GET", "", "", {}, 200, (), b"{}")]
    write_bare_calls(tmp_path, recorded, java, jars)
    certificates = Certificates(tmp_path, java)
    stub = Stub(certificates)
    try:
        greeted = replace(recorded[0], key=key_of("GET", "/", {}, b""), question=question_of(b""), name="greeting")
        stub.source = Replay([*recorded, greeted])
        host = Host(stub, certificates, java, jars, unpacked_native_client(jars, tmp_path), min(os.sched_getaffinity(0)))
        with host.java_process(Function("bare", "Bare::handleRequest", 512, {}, tmp_path)) as process:
            process.await_init()
            stub.begin()
            assert process.invoke(b"{}") == b'{"calls": 3}'
        assert [one.name for one in stub.seen] == [one.name for one in recorded]
        assert not stub.problems
    finally:
        stub.close()


def test_what_was_written_by_hand_stays_in_the_document():
    kept = "<!-- by hand -->\n\nMeasured once.\n\n<!-- end -->"
    assert report.by_hand(f"# Performance\n\n{kept}\n\n## Calls\n") == [kept]
    [one] = report.by_hand(report.PATH.read_text(encoding="utf-8"))
    assert "SnapStart" in one
