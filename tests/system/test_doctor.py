"""`driftmend doctor` on an account that lacks something: each finding that an account can give, once."""

import contextlib
import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT
from driftmend_demo.system import System

EMPTY = ROOT / "tests/system/empty.yaml"


@pytest.fixture(scope="module")
def system():
    """A local AWS in which Driftmend is not deployed."""
    with System(template=EMPTY) as system:
        yield system


@contextlib.contextmanager
def limits(system, **limits):
    system.control("limits", limits)
    try:
        yield
    finally:
        system.control("limits", method="DELETE")


def doctor(system, *arguments, region="us-east-1"):
    """(exit code, {name of the check: the check}, the parameters that would be handed over)"""
    code, out, errors = system.command("doctor", "--stack", "first", "--region", region, "--json", *arguments)
    assert not errors, errors
    said = json.loads(out)
    assert said["schema"] == "driftmend.doctor/v1" and said["fine"] == (code == 0)
    assert all(one["source"].startswith("https://") for one in said["checks"])
    return code, {one["name"]: one for one in said["checks"]}, said["parameters"]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-southeast-5"])
def test_each_region_has_an_image_and_zones_of_its_own(system, region):
    code, checks, parameters = doctor(system, region=region)
    assert code == 0
    parameter = system.client("ssm") if region == "us-east-1" else None
    assert parameters["ZoneA"] == f"{region}a" and parameters["ZoneB"] == f"{region}b" and parameters["ImageId"].startswith("ami-")
    if parameter:
        now = parameter.get_parameter(Name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64")["Parameter"]["Value"]
        assert parameters["ImageId"] == now
    assert checks["calls of IAM"]["state"] == ("fine" if region == "us-east-1" else "note")


def test_a_new_account_is_shown_what_it_lacks_and_can_deploy_all_the_same(system):
    with limits(system, concurrentExecutions=10, elasticAddresses=5, vpcs=5):
        code, checks, parameters = doctor(system)
        assert code == 0 and parameters["ReserveConcurrency"] == "false" and checks["concurrency"]["state"] == "fine"
        code, checks, _ = doctor(system, "--parameter-overrides", "ReserveConcurrency=true")
        assert code == 2 and checks["concurrency"]["mend"] == ["--parameter-overrides ReserveConcurrency=false"]


def test_addresses_and_networks_that_are_all_in_use(system):
    ec2 = system.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    vpcs = [ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"] for _ in range(5)]
    try:
        with limits(system, elasticAddresses=1):
            code, checks, _ = doctor(system)
            assert code == 2 and checks["elastic addresses"]["blocks"] and "1 of 1" in checks["elastic addresses"]["what"]
            assert checks["VPCs"]["state"] == "unknown", "EC2 does not tell the quota"
    finally:
        ec2.release_address(AllocationId=address)
        for vpc in vpcs:
            ec2.delete_vpc(VpcId=vpc)
    assert doctor(system)[0] == 0


def test_a_trail_that_logs_changes_is_used_and_five_that_do_not_are_too_many(system):
    trail, s3 = system.client("cloudtrail"), system.client("s3")
    s3.create_bucket(Bucket="trails-of-others")
    names = [f"other-{n}" for n in range(5)]
    try:
        for name in names:
            trail.create_trail(Name=name, S3BucketName="trails-of-others")
            trail.put_event_selectors(TrailName=name, EventSelectors=[{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True, "DataResources": []}])
            trail.start_logging(Name=name)
        code, checks, _ = doctor(system)
        assert code == 2 and checks["trail"]["blocks"] and "5 trails" in checks["trail"]["what"]
        trail.put_event_selectors(TrailName=names[0], EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}])
        code, checks, parameters = doctor(system)
        assert code == 0 and parameters["CreateTrail"] == "false" and names[0] in checks["trail"]["what"]
    finally:
        for name in names:
            trail.delete_trail(Name=name)


@pytest.mark.parametrize(("given", "check"), [
    ("PublicSubnetACidr=10.20.0.0/28", "subnets"), ("ImageId=ami-00000000000000000", "image"), ("InstanceType=t9.huge", "zones"),
    ("ZoneA=us-east-1z ZoneB=us-east-1a", "zones"), ("CreateTrail=false", "trail"),
    ("GuardedStacks=" + ",".join(f"a-stack-with-a-name-{n}" for n in range(200)), "guarded stacks")])
def test_what_was_asked_for_and_would_not_work(system, given, check):
    code, checks, _ = doctor(system, "--parameter-overrides", *given.split())
    assert code == 2 and [name for name, one in checks.items() if one["state"] == "mend"] == [check]
    assert checks[check]["mend"]


def test_what_may_not_be_looked_at_is_unknown(system):
    system.control("faults", [{"service": "ec2", "action": "DescribeInstanceTypeOfferings", "kind": "denied", "times": 100},
                              {"service": "lambda", "action": "GetAccountSettings", "kind": "denied", "times": 100}])
    try:
        code, checks, parameters = doctor(system)
    finally:
        system.control("faults", method="DELETE")
    assert code == 0 and "ZoneA" not in parameters and "ReserveConcurrency" not in parameters
    assert {name for name, one in checks.items() if one["state"] == "unknown"} == {"zones", "concurrency"}


def test_make_deploy_hands_over_what_was_looked_up_and_later_ones_replace_nothing(system):
    """By the real sam: it builds, uploads, makes a change set and waits, and the functions run from what it uploaded."""
    sam = ROOT / ".aws-sam/tools/bin/sam"
    if not sam.exists():
        pytest.skip("the tools are not installed: make tools")
    with limits(system, concurrentExecutions=10):
        said = deployed(system, sam, "AlertEmail=on-call@example.com")
        assert "nothing is reserved" in said
    parameters = parameters_of(system)
    assert parameters["ImageId"].startswith("ami-") and parameters["ZoneA"] == "us-east-1a" and parameters["ReserveConcurrency"] == "false"
    before = ids(system)
    deployed(system, sam, "MostWrites=21")
    assert parameters_of(system) == parameters | {"MostWrites": "21"}
    assert {name: before[name] for name in ("WebInstance", "PublicSubnetA", "Vpc")} == {name: ids(system)[name] for name in ("WebInstance", "PublicSubnetA", "Vpc")}


def deployed(system, sam, *parameters):
    environment = {**os.environ, **system.exports, "DRIFTMEND_SAM": str(sam), "SAM_CLI_TELEMETRY": "0", "MAVEN_OPTS": "-Dmaven.test.skip=true -Ddriftmend.checks=off"}
    ran = subprocess.run([sys.executable, ROOT / "bin/deploy", "--stack-name", "first", "--no-confirm-changeset", "--parameter-overrides", *parameters],
                         env=environment, capture_output=True, text=True, timeout=1800, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    return ran.stdout


def parameters_of(system):
    [stack] = system.client("cloudformation").describe_stacks(StackName="first")["Stacks"]
    assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    return {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]}


def ids(system):
    pages = system.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName="first")
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for page in pages for one in page["StackResourceSummaries"]}
