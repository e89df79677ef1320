"""bin/deploy: what it reads from its arguments, and that nothing is built or deployed unlooked."""

import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import tomllib

import pytest


@pytest.fixture(scope="module")
def deploy(root):
    loader = importlib.machinery.SourceFileLoader("deploy", str(root / "bin/deploy"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("deploy", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("arguments", "given", "rest"),
    [
        ([], [], []),
        (["--parameter-overrides", "Mode=observe", "AppPort=5001", "--region", "eu-west-1"], ["Mode=observe", "AppPort=5001"], ["--region", "eu-west-1"]),
        (["--parameter-overrides", "Mode=observe AppPort=5001"], ["Mode=observe", "AppPort=5001"], []),
        (["--parameter-overrides=Mode=observe"], ["Mode=observe"], []),
        (["--parameter-overrides", "SweepRate=rate(5 minutes)", "Mode=observe"], ["SweepRate=rate(5 minutes)", "Mode=observe"], []),
        (["--parameter-overrides", 'SweepRate="rate(5 minutes)" Mode=observe'], ["SweepRate=rate(5 minutes)", "Mode=observe"], []),
        (["--stack-name", "second", "--no-confirm-changeset"], [], ["--stack-name", "second", "--no-confirm-changeset"]),
    ],
)
def test_parameters_are_read_however_a_shell_left_them(deploy, arguments, given, rest):
    assert deploy.overrides(arguments) == (given, rest)


def test_what_is_handed_over_is_what_sam_reads_back(deploy):
    from samcli.cli.types import CfnParameterOverridesType

    parameters = ["SweepRate=rate(5 minutes)", "GuardedStacks=shop,billing", 'Name=a "quoted" one', "Empty="]
    read = CfnParameterOverridesType().convert(tuple(map(deploy.quoted, parameters)), None, None)
    assert read == {"SweepRate": "rate(5 minutes)", "GuardedStacks": "shop,billing", "Name": 'a "quoted" one', "Empty": ""}


def test_the_stack_is_that_of_the_arguments_else_of_the_configuration(deploy):
    assert deploy.stack_of(["--stack-name", "second"]) == deploy.stack_of(["--stack-name=second"]) == "second"
    assert deploy.stack_of(["--region", "eu-west-1"]) == "driftmend"


def test_sam_asks_first_and_leaves_nothing_of_a_first_deployment_that_failed(root):
    configured = tomllib.loads((root / "samconfig.toml").read_text())["default"]["deploy"]["parameters"]
    assert configured["confirm_changeset"] is True
    assert configured["disable_rollback"] is False, "a rollback that is off leaves what was made"
    assert configured["on_failure"] == "DELETE", "a stack in ROLLBACK_COMPLETE takes no other deployment"
    assert configured["capabilities"] == "CAPABILITY_IAM"


@pytest.fixture
def programs(root, tmp_path):
    """bin/deploy beside stand-ins that write down their calls; the doctor ends with the code that is asked for."""
    (tmp_path / "bin").mkdir()
    for name in ("bin/deploy", "samconfig.toml"):
        (tmp_path / name).write_bytes((root / name).read_bytes())
    _script(tmp_path / "bin/driftmend", 'echo "driftmend $*" >>"$CALLS"; for last; do [ "$before" = --write-parameters ] && echo ImageId=ami-1 >"$last";'
            ' before=$last; done; exit "$DOCTOR"')
    _script(tmp_path / "sam", 'echo "sam $*" >>"$CALLS"')

    def run(doctor, *arguments):
        calls = tmp_path / "calls"
        calls.write_text("")
        environment = {**os.environ, "CALLS": str(calls), "DOCTOR": str(doctor), "DRIFTMEND_SAM": str(tmp_path / "sam")}
        ran = subprocess.run([sys.executable, tmp_path / "bin/deploy", *arguments], env=environment, capture_output=True, text=True, check=False)
        return ran.returncode, [line.split(" --write-parameters")[0] for line in calls.read_text().splitlines()], ran.stderr
    return run


def _script(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def test_what_was_looked_up_is_handed_over(programs):
    code, calls, _ = programs(0, "--stack-name", "second", "--region", "eu-west-1")
    assert code == 0
    assert calls == ["driftmend doctor --before-deployment --stack second --region eu-west-1", "sam build",
                     'sam deploy --stack-name second --region eu-west-1 --parameter-overrides ImageId="ami-1"']


def test_nothing_is_built_or_deployed_that_would_fail_unless_somebody_says_so(programs):
    code, calls, said = programs(2)
    assert code == 2 and len(calls) == 1 and "--anyway" in said
    assert programs(2, "--anyway")[1][1:] == ["sam build", 'sam deploy --parameter-overrides ImageId="ami-1"']
    code, calls, _ = programs(1, "--anyway")
    assert code == 1 and len(calls) == 1, "whoever cannot look has no credentials to deploy with either"
