"""The user data of the template's instance: that it holds exactly these files, and what it tells CloudFormation."""

import email
import re
import stat
import subprocess
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

STACK, REGION = "shop", "eu-west-1"

# Stand-ins for what only a fresh Amazon Linux has; each writes down how it was called.
STUBS = {
    "dnf": "",
    "useradd": "",
    "id": "exit 1",
    "systemctl": "",
    "cfn-signal": "",
    "sleep": "",
    "python3.12": """
mkdir -p "$3/bin"
touch "$3/bin/python"
chmod +x "$3/bin/python"
printf '#!/bin/sh\\necho pip "$@" >>"$CALLS"\\nexit $PIP_ENDS_WITH\\n' >"$3/bin/pip"
chmod +x "$3/bin/pip"
""",
}


@pytest.fixture(scope="module")
def user_data(workload) -> str:
    template = yaml_parse((workload.parent / "template.yaml").read_text())
    return template["Resources"]["WebInstance"]["Properties"]["UserData"]["Fn::Base64"]["Fn::Sub"]

# It asks the workload from elsewhere.
CLIENT = "check"


def rendered(text: str, port: int) -> str:
    values = {"AWS::StackName": STACK, "AWS::Region": REGION, "AppPort": str(port)}
    return re.sub(r"\$\{([^}!]+)\}", lambda name: values[name[1]], text)


def script_of(text: str) -> str:
    parts = email.message_from_string(text).get_payload()
    return next(part.get_payload() for part in parts if part.get_content_type() == "text/x-shellscript")


def boot(user_data: str, port: int, root: Path, pip_ends_with: int = 0) -> tuple[int, list[str], str]:
    """Runs the script below `root` with stand-ins. Returns its exit code, the calls in order and what it printed."""
    bin_dir, calls = root / "bin", root / "calls"
    for needed in (bin_dir, root / "etc/systemd/system", root / "opt"):
        needed.mkdir(parents=True, exist_ok=True)
    calls.write_text("")
    for name, body in STUBS.items():
        stub = bin_dir / name
        stub.write_text(f'#!/bin/sh\necho {name} "$@" >>"$CALLS"\n{body}\n')
        stub.chmod(0o755)
    script = script_of(rendered(user_data, port))
    for absolute in ("/opt/driftmend-web", "/etc/"):
        script = script.replace(absolute, f"{root}{absolute}")
    ran = subprocess.run(
        ["bash", "-c", script],
        env={"PATH": f"{bin_dir}:/usr/bin:/bin", "CALLS": str(calls), "PIP_ENDS_WITH": str(pip_ends_with)},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, calls.read_text().splitlines(), ran.stdout + ran.stderr


def test_the_application_keeps_idle_connections_for_longer_than_the_load_balancer(workload):
    """Elastic Load Balancing user guide: the idle timeout of the application is to be larger, else clients get 502."""
    started = next(line for line in (workload / "driftmend-web.service").read_text().splitlines() if line.startswith("ExecStart="))
    balancer = yaml_parse((workload.parent / "template.yaml").read_text())["Resources"]["LoadBalancer"]["Properties"]
    idle = {one["Key"]: one["Value"] for one in balancer["LoadBalancerAttributes"]}["idle_timeout.timeout_seconds"]
    assert int(re.search(r"--keep-alive (\d+)", started)[1]) >= int(idle) + 5
    assert re.search(r"--threads ([2-9])", started), "gunicorn's worker of one thread keeps no connection, whatever it is set to"


def test_it_holds_exactly_the_files_of_the_workload(user_data, workload):
    script = script_of(rendered(user_data, 5000))
    written = dict(re.findall(r"cat >\S*/(\S+) <<'END_OF_FILE'\n(.*?)END_OF_FILE\n", script, re.DOTALL))
    shipped = {path.name: path.read_text() for path in workload.iterdir() if path.is_file() and path.name != CLIENT}
    assert written == shipped


def test_a_healthy_application_is_signalled_as_success(user_data, served_port, workload, tmp_path):
    code, calls, output = boot(user_data, served_port, tmp_path)
    assert code == 0, output
    assert [call for call in calls if call.startswith("cfn-signal")] == [
        f"cfn-signal --exit-code 0 --reason user data: all ended with 0"
        f" --stack {STACK} --resource WebInstance --region {REGION}"
    ]
    assert calls[-2] == "systemctl restart driftmend-web", "the signal comes after the start"
    app = tmp_path / "opt/driftmend-web"
    assert (app / "app.py").read_text() == (workload / "app.py").read_text()
    assert (app / "wait-for-health").stat().st_mode & stat.S_IXUSR
    assert (tmp_path / "etc/driftmend-web.env").read_text() == f"PORT={served_port}\n"


def test_packages_are_installed_by_content_only(user_data, served_port, tmp_path):
    _, calls, _ = boot(user_data, served_port, tmp_path)
    assert next(call for call in calls if call.startswith("pip install")).split()[-3:] == [
        "--require-hashes",
        "-r",
        f"{tmp_path}/opt/driftmend-web/requirements.txt",
    ]


def test_a_package_that_cannot_be_installed_is_signalled_as_failure_with_the_step(user_data, free_port, tmp_path):
    code, calls, _ = boot(user_data, free_port, tmp_path, pip_ends_with=7)
    assert code != 0
    assert sum(call.startswith("pip install") for call in calls) > 1, "the network of a first boot deserves a retry"
    assert calls[-1].startswith(
        f"cfn-signal --exit-code {code} --reason user data: install the packages ended with {code}"
    )
    assert not any(call.startswith("systemctl") for call in calls), "nothing is started"


def test_every_boot_runs_it_again_so_that_a_changed_file_arrives(user_data):
    parts = email.message_from_string(rendered(user_data, 5000)).get_payload()
    config = next(part.get_payload() for part in parts if part.get_content_type() == "text/cloud-config")
    assert yaml_parse(config) == {"cloud_final_modules": [["scripts-user", "always"]]}


def test_a_later_boot_brings_a_changed_file_and_keeps_what_is_installed(user_data, served_port, tmp_path):
    boot(user_data, served_port, tmp_path)
    code, calls, output = boot(user_data.replace("Hello from", "Greetings from"), served_port, tmp_path)
    assert code == 0, output
    assert "Greetings from" in (tmp_path / "opt/driftmend-web/app.py").read_text()
    assert "systemctl restart driftmend-web" in calls
    assert not any(call.startswith("python3.12 -m venv") for call in calls)
