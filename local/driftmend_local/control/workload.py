"""The web application of every running instance, run by gunicorn on a port of this machine.

Its files are those that the user data writes, or those that somebody has put onto the instance by hand.
"""

import logging
import os
import re
import socket
import sys
import textwrap
import threading
from dataclasses import dataclass
from pathlib import Path

from moto.ec2.models import ec2_backends

from ..ec2.instances import stops_of
from ..functions.function_config import REGION
from ..functions.processes import Child
from ..api.request import ACCOUNT

log = logging.getLogger("driftmend.local")
_LOOK_SECONDS = 0.2
KEEP_ALIVE = 75
_FILE = re.compile(r"^(?P<indent> *)cat >\S*?(?P<name>[\w.-]+\.py) <<'(?P<end>\w+)'\n(?P<text>.*?)^ *(?P=end)$", re.MULTILINE | re.DOTALL)
_PORT = re.compile(r"^ *echo PORT=(\d+) ", re.MULTILINE)
_STARTED = re.compile(r"^ *(?:nohup )?python3? \S*app\.py\b", re.MULTILINE)
_KEEP_ALIVE = re.compile(r"\bgunicorn\b[^\n]*? --keep-alive[ =](\d+)")
_OWN_PORT = re.compile(r"^ *app\.run\(.*\bport=(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Installed:
    """What is on an instance: `files` {name: text}, the `port` on which they serve, and for how long (seconds) they keep an idle connection."""

    files: dict
    port: int
    keep_alive: int


class Workloads:
    """Runs the application of each running instance whose user data installs one; a stopped instance's is stopped."""

    def __init__(self, directory):
        self._directory = Path(directory)
        self._running, self._held, self._placed = {}, set(), {}
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

    def kill(self, only=None):
        """SIGKILL every application, or that of one instance; it stays down until `revive` or until its instance is stopped and started.

        Answers the instances whose applications are down.
        """
        with self._lock:
            chosen = set(self._running) if only is None else {only} & set(self._running)
            self._held |= chosen
            for instance_id in chosen:
                self._running[instance_id].kill()
            return sorted(self._held)

    def revive(self, only=None):
        """Start again what was killed: what the user data installs, or what was put there. Answers the instances."""
        with self._lock:
            held = sorted(self._held if only is None else self._held & {only})
            self._held -= set(held)
            for instance_id in held:
                self._running.pop(instance_id, None)
        self.look()
        return held

    def install(self, instance_id, files, port, keep_alive=KEEP_ALIVE):
        """Put files onto an instance by hand and run its app.py on a port, in the place of what runs there; they are gone once it stops.

        `keep_alive` is for how long (seconds) it keeps an idle connection. No files: back to what the user data installs. Raises ValueError for an instance that does not run, or text that is no application.
        """
        if instance_id not in {one.id for one in _instances() if one.state == "running"}:
            raise ValueError(f"{instance_id} is not a running instance")
        if files and "app.py" not in files:
            raise ValueError("the files need an app.py")
        with self._lock:
            self._held.discard(instance_id)
            before = self._running.pop(instance_id, None)
            self._placed.pop(instance_id, None)
            if files:
                self._placed[instance_id] = Installed(files, port, keep_alive)
        if before:
            before.stop()
        self.look()

    def look(self):
        """Start and stop applications as their instances run or not.

        An application takes seconds to stop while connections are open. Nobody who asks for another one's address waits for that.
        """
        running = {one.id: one for one in _instances() if one.state == "running"}
        over = []
        with self._lock:
            for instance_id in [one for one in self._running if one not in running or self._running[one].stops != stops_of(running[one])]:
                self._held.discard(instance_id)
                self._placed.pop(instance_id, None)
                over.append(self._running.pop(instance_id))
            for instance_id, instance in running.items():
                if instance_id not in self._running:
                    application = self._application_of(instance)
                    if application:
                        self._running[instance_id] = application
        for application in over:
            application.stop()

    def _application_of(self, instance):
        installed = self._placed.get(instance.id) or installed_by(_user_data(instance))
        return Application(self._directory / instance.id, installed, stops_of(instance)) if installed else None

    def _run(self):
        while not self._stopped.wait(_LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("looking at the instances")


class Application:
    """One gunicorn with one worker. `address` is where it listens here, `instance_port` what it listens on for the emulated network.

    `stops` is how often its instance had been stopped when it was started: it ends with the next stop.
    """

    def __init__(self, directory, installed, stops=0):
        self.stops = stops
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in installed.files.items():
            (directory / name).write_text(text)
        self.instance_port = installed.port
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.address = listening.getsockname()
            command = [sys.executable, "-m", "gunicorn", "--workers", "1", "--threads", "4", "--keep-alive", str(installed.keep_alive), "--no-control-socket",
                       "--bind", f"fd://{listening.fileno()}", "--access-logfile", "-", "app:app"]
            environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
            self._child = Child(command, environment, directory, pass_fds=(listening.fileno(),))
        self.pid = self._child.pid
        # Opened here: a thread that starts late may find the folder gone.
        log_file = open(directory / "output.log", "ab", buffering=0)
        threading.Thread(target=self._keep_output, args=(log_file,), daemon=True).start()

    @property
    def alive(self):
        return self._child.exit_status is None

    def kill(self):
        self._child.kill()

    def stop(self):
        self._child.stop()

    def _keep_output(self, log_file):
        with log_file:
            for line in self._child.output:
                log_file.write(line)
        self._child.wait()


def installed_by(user_data):
    """The Python files that the user data writes by here-documents and how it starts them, or None if it starts none.

    The port is the PORT that it sets for gunicorn, or the one on which app.py itself listens. gunicorn keeps an idle connection for as long
    as its setting says, else two seconds; Flask's own server answers in HTTP/1.0 and keeps none.
    """
    files = {found["name"]: textwrap.dedent(found["text"]) for found in _FILE.finditer(user_data)}
    if "gunicorn" in user_data:
        port, setting = _PORT.search(user_data), _KEEP_ALIVE.search(user_data)
        keep_alive = int(setting[1]) if setting else 2
    else:
        port, keep_alive = _OWN_PORT.search(files.get("app.py", "")) if _STARTED.search(user_data) else None, 0
    return Installed(files, int(port.group(1)), keep_alive) if files and port else None


def _instances():
    backend = ec2_backends[ACCOUNT][REGION]
    return [instance for reservation in list(backend.reservations.values()) for instance in reservation.instances]


def _user_data(instance):
    return instance.user_data.decode() if instance.user_data else ""
