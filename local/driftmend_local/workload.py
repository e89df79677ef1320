"""The web application of every running instance: the files that its user data writes, run by gunicorn on a port of this machine."""

import logging
import os
import re
import socket
import sys
import textwrap
import threading
from pathlib import Path

from moto.ec2.models import ec2_backends

from .function_config import REGION
from .processes import Child
from .request import ACCOUNT

log = logging.getLogger("driftmend.local")
_LOOK_SECONDS = 0.2
_FILE = re.compile(r"^(?P<indent> *)cat >\S*?(?P<name>[\w.-]+\.py) <<'(?P<end>\w+)'\n(?P<text>.*?)^ *(?P=end)$", re.MULTILINE | re.DOTALL)
_PORT = re.compile(r"^ *echo PORT=(\d+) ", re.MULTILINE)


class Workloads:
    """Runs the application of each running instance whose user data installs one; a stopped instance's is stopped."""

    def __init__(self, directory):
        self._directory = Path(directory)
        self._running, self._held = {}, set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="workloads", daemon=True)

    def start(self):
        self._thread.start()

    def close(self):
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(5)
        with self._lock:
            for application in self._running.values():
                application.stop()
            self._running = {}

    def address_of(self, instance_id, port):
        """(host, port) on this machine where the instance's port is served, or None if nothing listens there."""
        with self._lock:
            application = self._running.get(instance_id)
        if application and application.alive and application.instance_port == int(port):
            return application.address
        return None

    def known(self):
        """[{"instance", "instancePort", "address", "pid", "state"}]"""
        with self._lock:
            return [{"instance": instance_id, "instancePort": one.instance_port, "address": "{}:{}".format(*one.address), "pid": one.pid,
                     "state": "running" if one.alive else "killed" if instance_id in self._held else "exited"}
                    for instance_id, one in self._running.items()]

    def kill(self):
        """SIGKILL every application; it stays down until `revive` or until its instance is stopped and started. Answers their instances."""
        with self._lock:
            self._held |= set(self._running)
            for application in self._running.values():
                application.kill()
            return sorted(self._held)

    def revive(self):
        """Start again what was killed. Answers the instances."""
        with self._lock:
            held, self._held = sorted(self._held), set()
            for instance_id in held:
                self._running.pop(instance_id, None)
        self.look()
        return held

    def look(self):
        """Start and stop applications as their instances run or not."""
        running = {one.id: one for one in _instances() if one.state == "running"}
        with self._lock:
            for instance_id in [one for one in self._running if one not in running]:
                self._held.discard(instance_id)
                self._running.pop(instance_id).stop()
            for instance_id, instance in running.items():
                if instance_id not in self._running:
                    application = self._application_of(instance)
                    if application:
                        self._running[instance_id] = application

    def _application_of(self, instance):
        files, port = installed_by(_user_data(instance))
        return Application(self._directory / instance.id, files, port) if files and port else None

    def _run(self):
        while not self._stopped.wait(_LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("looking at the instances")


class Application:
    """One gunicorn with one worker. `address` is where it listens here, `instance_port` what it listens on for the emulated network."""

    def __init__(self, directory, files, instance_port):
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (directory / name).write_text(text)
        self.instance_port = instance_port
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.address = listening.getsockname()
            command = [sys.executable, "-m", "gunicorn", "--workers", "1", "--threads", "4", "--no-control-socket",
                       "--bind", f"fd://{listening.fileno()}", "--access-logfile", "-", "app:app"]
            environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}
            self._child = Child(command, environment, directory, pass_fds=(listening.fileno(),))
        self.pid = self._child.pid
        threading.Thread(target=self._keep_output, args=(directory / "output.log",), daemon=True).start()

    @property
    def alive(self):
        return self._child.exit_status is None

    def kill(self):
        self._child.kill()

    def stop(self):
        self._child.stop()

    def _keep_output(self, path):
        with open(path, "ab", buffering=0) as log_file:
            for line in self._child.output:
                log_file.write(line)
        self._child.wait()


def installed_by(user_data):
    """({file name: text} of the Python files that the user data writes by here-documents, the PORT that it sets or None)."""
    files = {found["name"]: textwrap.dedent(found["text"]) for found in _FILE.finditer(user_data)}
    port = _PORT.search(user_data)
    return ({}, None) if "gunicorn" not in user_data else (files, int(port.group(1)) if port else None)


def _instances():
    backend = ec2_backends[ACCOUNT][REGION]
    return [instance for reservation in list(backend.reservations.values()) for instance in reservation.instances]


def _user_data(instance):
    return instance.user_data.decode() if instance.user_data else ""
