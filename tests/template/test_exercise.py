"""The stages of the exercise: plain templates that AWS would deploy, with the faults that they are there for and no others by accident."""

import re

import pytest
import yaml
from samtranslator.yaml_helper import yaml_parse
from test_validity import cfn_lint

STAGES = ["broken", "broken-default-group", "port-opened", "solution-as-built", "fixed"]
HOPS = ["dns", "load-balancer", "internet-route", "load-balancer-acl", "load-balancer-group", "listener", "rule", "target-group", "targets", "load-balancer-egress",
        "instance-acl", "instance-group", "instance", "app", "health-check", "packages", "deployment", "shared-group", "public-subnet", "public-address", "world-open"]
SYMPTOMS = {"no-name", "timeout", "refused", "502", "503", "504", "status", "slow", "none"}
ADVICE = {"one-zone", "one-target", "no-https", "no-nat", "hard-coded"}
every_stage = pytest.mark.parametrize("stage", STAGES)
own_template = pytest.mark.parametrize("stage", STAGES[:-1])


@pytest.fixture
def directory(root, stage):
    return root / "workload" / "exercise" / stage


@pytest.fixture
def expected(directory):
    return yaml.safe_load((directory / "expected.yaml").read_text())


@own_template
def test_cfn_lint_has_nothing_to_say(directory):
    assert cfn_lint(directory / "template.yaml") == []


@every_stage
def test_what_is_expected_is_said_in_the_words_of_the_diagnosis(directory, expected):
    assert (directory / expected["template"]).is_file() and (directory / expected["app"] / "app.py").is_file()
    for diagnosis in (expected["declared"], expected["without app"], expected["deployed"]):
        assert diagnosis["verdict"] in {"ok", "degraded", "outage", "unknown"}
        assert list(diagnosis["broken"]) == [hop for hop in HOPS if hop in diagnosis["broken"]], "in the order of the walk"
        assert set(diagnosis["broken"].values()) <= SYMPTOMS and diagnosis.get("seen", "none") in SYMPTOMS
        assert diagnosis["explainedBy"] is None or diagnosis["explainedBy"] in diagnosis["broken"]
        assert diagnosis["advice"] == sorted(diagnosis["advice"]) and set(diagnosis["advice"]) <= ADVICE


@own_template
def test_the_application_on_the_instance_is_the_one_that_lies_beside_the_template(directory, stage):
    instance = yaml_parse((directory / "template.yaml").read_text())["Resources"]["WebInstance"]["Properties"]
    if stage.startswith("broken"):
        assert "UserData" not in instance
    else:
        written = re.search(r"<<'END_OF_FILE'\n(.*?)END_OF_FILE\n", instance["UserData"]["Fn::Base64"], re.DOTALL)[1]
        assert written == (directory / "app.py").read_text()
