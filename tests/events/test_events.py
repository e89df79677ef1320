"""The payloads of events/ are made up, whole, and of a kind that the template listens to."""

import ipaddress
import json
import re
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "events").glob("*.json"))
ACCOUNTS = {"111122223333", "123456789012"}
DOCUMENTATION = [ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
ANYWHERE = ipaddress.ip_address("0.0.0.0")


def unwrapped(payload: dict) -> dict:
    """The EventBridge event inside, whatever is wrapped around it."""
    if "Records" not in payload:
        return payload
    (record,) = payload["Records"]
    text = record["Sns"]["Message"] if "Sns" in record else record["body"]
    inner = json.loads(text)
    return json.loads(inner["Message"]) if "Message" in inner else inner


@pytest.fixture(scope="module")
def patterns() -> list[dict]:
    events = yaml_parse((ROOT / "template.yaml").read_text())["Resources"]["RouteFunction"]["Properties"]["Events"]
    return [event["Properties"]["Pattern"] for event in events.values()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_account_and_no_address_belongs_to_anyone(file):
    text = file.read_text()
    accounts = set(re.findall(r"(?<![\w.-])\d{12}(?![\w-])", text))
    assert accounts and accounts <= ACCOUNTS
    for found in re.findall(r"(?<![\d.#])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", text):
        address = ipaddress.ip_address(found)
        assert address == ANYWHERE or any(address in network for network in DOCUMENTATION), found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_is_an_event_of_the_source_that_its_name_says(file):
    event = unwrapped(json.loads(file.read_text()))
    assert {
        "version",
        "id",
        "detail-type",
        "source",
        "account",
        "time",
        "region",
        "resources",
        "detail",
    } == event.keys()
    source = event["source"].removeprefix("aws.")
    assert file.stem.startswith((f"{source}-", "sns-", "sqs-"))
    if event["detail-type"] == "AWS API Call via CloudTrail":
        assert event["detail"]["eventName"] in file.stem.split("-")


def test_every_pattern_of_the_template_has_a_payload(patterns):
    events = [unwrapped(json.loads(file.read_text())) for file in FILES]
    for pattern in patterns:
        heard = [
            event
            for event in events
            if event["source"] in pattern["source"]
            and event["detail-type"] in pattern["detail-type"]
            and event["detail"].get("eventName") in pattern["detail"].get("eventName", [None])
            and event["detail"].get("messageType") in pattern["detail"].get("messageType", [None])
        ]
        assert heard, pattern
