"""`python -m driftmend_local` in the foreground: ready with exports, nothing left behind however it ends, plain sentences when it cannot start."""

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
import requests
from driftmend_local.functions import jdk
from driftmend_local.control.deploy import code_of
from driftmend_local.control.problems import SetupProblem
from host_parts import CLIENT, eventually, sample_code

LOCAL = Path(__file__).parents[1]
TEMPLATE = Path(__file__).with_name("small.yaml")


class Running:
    """A started launcher and what it has printed."""

    def __init__(self, port, **changes):
        options = {"template": TEMPLATE, "code": sample_code(), "client": CLIENT, **changes}
        command = [sys.executable, "-m", "driftmend_local", *(f"--{name}={value}" for name, value in options.items())]
        self.port = port
        self.process = subprocess.Popen(command, cwd=LOCAL, env={**os.environ, "DRIFTMEND_PORT": str(port)}, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.lines, self._new = [], queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._new.put(line.rstrip("\n"))
        self._new.put(None)

    def await_line(self, wanted, seconds=120):
        until = time.monotonic() + seconds
        while True:
            line = self._new.get(timeout=max(0.1, until - time.monotonic()))
            assert line is not None, "\n".join(self.lines)
            self.lines.append(line)
            if line.startswith(wanted):
                return line

    def children(self):
        """The processes that the launcher has started, theirs included."""
        found, asked = set(), [self.process.pid]
        while asked:
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{(pid := asked.pop())}/task/{pid}/children").read_text()
                new = {int(child) for child in text.split()} - found
                found |= new
                asked += new
        # The children of threads are listed with the threads.
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"PPid:\t{self.process.pid}\n" in (process / "status").read_text():
                    found.add(int(process.name))
        return found


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def alive(pids):
    return [pid for pid in pids if Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes()]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def started():
    everything = []

    def start(**changes):
        everything.append(Running(free_port(), **changes))
        return everything[-1]
    yield start
    for one in everything:
        one.process.kill()
        one.process.wait()


def test_two_run_side_by_side_and_neither_sigterm_nor_sigkill_leaves_anything(started):
    first, second = started(), started()
    for one in (first, second):
        one.await_line("ready")
        one.await_line("export DRIFTMEND_ENDPOINT=http://localhost:")
        said = dict(line.removeprefix("export ").split("=", 1) for line in one.lines if line.startswith("export "))
        assert said["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{one.port}" and said["AWS_ACCESS_KEY_ID"].startswith("AKIA")
        assert requests.get(f"http://127.0.0.1:{one.port}/_local/ready", timeout=5).status_code == 200
        assert requests.get(said["DRIFTMEND_ENDPOINT"], timeout=5).status_code == 200
    of_first, of_second = first.children(), second.children()
    assert len(of_first) >= 3 and len(of_second) >= 3, "a JVM, gunicorn and the reaper at least"

    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(15) == 0
    eventually(lambda: not alive(of_first))
    assert not listens(first.port)
    assert requests.get(f"http://127.0.0.1:{second.port}/_local/ready", timeout=5).status_code == 200

    second.process.kill()
    eventually(lambda: not alive(of_second))


def test_sigterm_while_it_starts_ends_it_at_once_and_leaves_nothing(started):
    one = started()
    one.await_line("CREATE_COMPLETE  AWS::EC2::Instance")
    children = eventually(one.children)
    one.process.send_signal(signal.SIGTERM)
    assert one.process.wait(15) == 0
    eventually(lambda: not alive(children))


def _said(**changes):
    environment = {**os.environ, **changes.pop("environment", {})}
    options = {"port": free_port(), "template": TEMPLATE, "code": sample_code(), "client": CLIENT, **changes}
    command = [sys.executable, "-m", "driftmend_local", *(f"--{name}={value}" for name, value in options.items())]
    ended = subprocess.run(command, cwd=LOCAL, env=environment, capture_output=True, text=True, timeout=60)
    return ended.returncode, ended.stderr.splitlines()[-1]


def test_a_port_in_use_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, sentence = _said(port=port)
    assert code == 1 and f"port {port}" in sentence and "DRIFTMEND_PORT" in sentence


def test_a_build_that_is_not_there_is_named(tmp_path):
    code, sentence = _said(code=tmp_path / "classes")
    assert code == 1 and "the build is not there" in sentence and "make build" in sentence


def test_what_sam_build_made_for_each_function_is_what_it_runs(tmp_path):
    for name in ("One", "Two"):
        (tmp_path / name / "dev").mkdir(parents=True)
        (tmp_path / name / "dev" / "Handler.class").touch()
    assert code_of(tmp_path, "Two", "dev.Handler::handleRequest") == tmp_path / "Two"
    assert code_of(tmp_path / "One", "Two", "dev.Handler::handleRequest") == tmp_path / "One", "one directory for all functions"
    (tmp_path / "One" / "lib").mkdir()
    with zipfile.ZipFile(tmp_path / "One" / "lib" / "own.jar", "w") as jar:
        jar.writestr("dev/Packed.class", b"")
    assert code_of(tmp_path, "One", "dev.Packed") == tmp_path / "One"
    with pytest.raises(SetupProblem, match="dev/Other.class"):
        code_of(tmp_path, "One", "dev.Other")


def test_a_runtime_client_that_is_not_there_is_named(tmp_path):
    code, sentence = _said(client=tmp_path)
    assert code == 1 and "runtime interface client" in sentence and "make build" in sentence


def test_a_template_that_is_refused_says_why():
    code, sentence = _said(parameter="Wrong=1")
    assert code == 1 and "Wrong" in sentence


def test_no_java_25_says_what_to_install(monkeypatch, tmp_path):
    finder = tmp_path / "jdk25"
    finder.write_text("#!/bin/sh\necho 'driftmend: no JDK 25 found. Install one.' >&2\nexit 1\n")
    finder.chmod(0o755)
    monkeypatch.setattr(jdk, "_FINDER", finder)
    with pytest.raises(SetupProblem, match="^no JDK 25 found. Install one.$"):
        jdk.find_java()


def test_a_missing_python_package_says_what_to_install():
    program = "import sys; sys.modules['moto'] = None; sys.argv = ['x']; from driftmend_local.__main__ import main; sys.exit(main([]))"
    ended = subprocess.run([sys.executable, "-c", program], cwd=LOCAL, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and "pip install -r local/requirements.txt" in ended.stderr
