"""The web application as the instance runs it: the unit's own command line, on a free port."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

WORKLOAD = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def workload() -> Path:
    return WORKLOAD


@pytest.fixture
def free_port() -> int:
    return _free_port()


@pytest.fixture(scope="session")
def served_port(tmp_path_factory):
    """Port of the running application. The unit's command is kept; only the interpreter is this one."""
    port = _free_port()
    command = shlex.split(unit_setting("ExecStart"))
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *command[1:]],
            cwd=WORKLOAD,
            env={**os.environ, "PORT": str(port), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            waited = subprocess.run(
                [WORKLOAD / "wait-for-health", str(port), "20"], capture_output=True, text=True, check=False
            )
            assert waited.returncode == 0, f"{waited.stderr}\n{log.read_text()}"
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=20)


def unit_setting(key: str) -> str:
    lines = (WORKLOAD / "driftmend-web.service").read_text().splitlines()
    return next(line.removeprefix(f"{key}=") for line in lines if line.startswith(f"{key}="))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
