"""Child processes that never outlive this one, however it ends.

Each child leads its own process group. A reaper process, which hears of every group through a pipe, kills what is left when
the pipe closes: that happens also when this process is killed with SIGKILL. (The kernel's parent-death signal is no substitute:
it fires when the starting *thread* ends, and only Linux has it.)
"""

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading

_REAPER = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
groups = set()
for line in sys.stdin:
    (groups.add if line[0] == '+' else groups.discard)(int(line[1:]))
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
"""


class _Reaper:
    def __init__(self):
        self._lock = threading.Lock()
        self._process = None

    def tell(self, sign, group):
        with self._lock:
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-S", "-c", _REAPER], stdin=subprocess.PIPE, start_new_session=True, text=True)
                atexit.register(self._close)
            self._process.stdin.write(f"{sign}{group}\n")
            self._process.stdin.flush()

    def _close(self):
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)


_reaper = _Reaper()


class Child:
    """A running child process. `output` is its standard output and error, merged, as a binary stream."""

    def __init__(self, command, environment, directory, pass_fds=()):
        self._process = subprocess.Popen(
            command, env=environment, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, pass_fds=pass_fds)
        self.pid = self._process.pid
        self.output = self._process.stdout
        self._lock = threading.Lock()
        self._gone = False
        _reaper.tell("+", self.pid)

    @property
    def exit_status(self):
        """The exit status, negative for a signal, or None while it runs."""
        return self._process.poll()

    def wait(self, seconds=None):
        """The exit status, or None if the process still runs after that many seconds."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        self._forget()
        return status

    def kill(self):
        """SIGKILL the whole group and collect it."""
        self._signal(signal.SIGKILL)
        self.wait()

    def stop(self, grace=3.0):
        """SIGTERM, then SIGKILL for what is left after the grace (seconds)."""
        self._signal(signal.SIGTERM)
        if self.wait(grace) is None:
            self.kill()

    def _signal(self, number):
        if not self._gone:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def _forget(self):
        with self._lock:
            if not self._gone:
                self._gone = True
                # A worker of the group may outlive its leader.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)
                _reaper.tell("-", self.pid)
