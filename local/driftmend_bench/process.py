"""One process of a function under the Runtime API, on a CPU of its own, with the clock read at each step of its life."""

import contextlib
import os
import threading
import time
import uuid
from dataclasses import dataclass

from driftmend_local.functions.processes import Child
from driftmend_local.functions.runtime_api import FAILED, IDLE, SNAPSHOT, Event, RuntimeApi

PATIENCE = 60


class Broken(Exception):
    """The process did not do what is to be measured; the text ends with what it said last."""


@dataclass(frozen=True)
class Mark:
    """A moment: seconds of time.monotonic(), and the seconds of CPU that the whole process has used."""

    wall: float
    cpu: float

    def __sub__(self, other):
        return Mark(self.wall - other.wall, self.cpu - other.cpu)


class _MarkedApi(RuntimeApi):
    """Marks are taken where the request arrives and where its answer leaves."""

    def __init__(self, mark):
        self._mark = mark
        super().__init__()

    def next_event(self):
        self._mark("asked")
        event = super().next_event()
        self._mark("given")
        return event

    def await_restore(self):
        self._mark("checkpoint")
        restored = super().await_restore()
        self._mark("restored")
        return restored

    def take_answer(self, request_id, answer):
        self._mark("answered")
        return super().take_answer(request_id, answer)


class Process:
    """Use it as a context manager; it is started on `cpu` by `command` with `environment`, to which the Runtime API's address is added.

    `marks` holds the last Mark of each of: started, asked (for an event), checkpoint, restored, given (an event), answered.
    """

    def __init__(self, command, environment, directory, cpu, function_arn):
        self._arn = function_arn
        self._pid, self.marks, self._said = None, {}, []
        self._api = _MarkedApi(self._mark)
        environment = {**environment, "AWS_LAMBDA_RUNTIME_API": self._api.address}
        ours = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {cpu})
        try:
            began = time.monotonic()
            self._child = Child(command, environment, directory)
        finally:
            os.sched_setaffinity(0, ours)
        self._pid = self._child.pid
        self.marks["started"] = Mark(began, 0.0)
        threading.Thread(target=self._listen, name="said", daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._child.kill()
        self._api.close()

    def await_init(self, snap_start=False):
        """INIT, up to the snapshot or the first request for an event."""
        self._reach(SNAPSHOT if snap_start else IDLE)

    def restore(self):
        self._api.restore()
        self._reach(IDLE)

    def invoke(self, payload, patience=PATIENCE):
        """The answer's bytes. Raises Broken if it is an error, or does not come within so many seconds."""
        deadline = time.time() + patience
        self._api.send(Event(str(uuid.uuid4()), payload, deadline, self._arn, "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0"))
        answer = self._api.await_answer(deadline)
        if answer is None or answer.error:
            raise self._broken(f"the event was answered with {answer.payload.decode() if answer else 'nothing'}")
        self._reach(IDLE)
        return answer.payload

    @property
    def peak_mb(self):
        """The most memory that the process has had resident so far, in MB."""
        with open(f"/proc/{self._pid}/status", encoding="ascii") as lines:
            return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))

    @property
    def pid(self):
        return self._pid

    @property
    def said(self):
        return list(self._said)

    def _mark(self, name):
        # The clock of all threads of another process; see clock_getcpuclockid(3). One that has ended has none.
        with contextlib.suppress(OSError):
            self.marks[name] = Mark(time.monotonic(), time.clock_gettime((~self._pid << 3) | 2))

    def _reach(self, state):
        reached = self._api.await_state((state,), PATIENCE)
        if reached != state:
            failure = self._api.failure
            raise self._broken(failure.payload.decode() if reached == FAILED and failure else f"it is {reached}, not {state}")

    def _broken(self, why):
        return Broken("\n".join([why, *self._said[-12:]]))

    def _listen(self):
        for line in self._child.output:
            self._said.append(line.decode(errors="replace").rstrip())
            del self._said[:-200]
        self._child.wait()
        self._api.process_ended()
