"""One execution environment: a JVM under AWS's own runtime interface client, with what Lambda gives it and nothing else."""

import fcntl
import json
import struct
import termios
import threading
import time
import uuid

from . import credentials
from .processes import Child
from .runtime_api import FAILED, IDLE, SNAPSHOT, Answer, Event, RuntimeApi

INIT_SECONDS = 130
RESTORE_SECONDS = 30
_MAIN = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"
_NATIVE = "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI"


class InitFailed(Exception):
    """The process did not get through INIT or restore; `answer` is what a caller who waited for it gets."""

    def __init__(self, answer):
        error = json.loads(answer.payload or b"{}")
        super().__init__(f"{error.get('errorMessage')} ({error.get('errorType')})")
        self.answer = answer

    @classmethod
    def because(cls, message):
        return cls(_error("Runtime.StartFailed", message))


class ExecutionEnvironment:
    """One process of one function version. It serves one event at a time; `alive` is False once it can serve no more.

    `launch` says how to start it: java, client_jars, task_root, endpoint (the local AWS), credential_endpoint.
    """

    def __init__(self, config, launch, stream):
        self.config = config
        self.alive = False
        self._stream = stream
        self._init_ms = {}
        self._api = RuntimeApi()
        child_environment = _environment(config, launch, stream, self._api.address)
        self._child = Child(_command(config, launch), child_environment, launch.task_root)
        self._reader = threading.Thread(target=self._read_output, name=f"log-{config.name}", daemon=True)
        self._reader.start()

    def start(self):
        """INIT, and for SnapStart the restore step. Raises InitFailed; the process is gone then."""
        snap_start = self.config.initialization == "snap-start"
        self._reach(SNAPSHOT if snap_start else IDLE, INIT_SECONDS, "initDurationMs")
        if snap_start:
            self._api.restore()
            self._reach(IDLE, RESTORE_SECONDS, "restoreDurationMs")
        self.alive = True

    def invoke(self, payload, function_arn, client_context=None, request_id=None):
        """(Answer, log tail) of one event. Afterwards the environment is idle, or not alive."""
        request_id = request_id or str(uuid.uuid4())
        began = time.time()
        deadline = began + self.config.timeout
        self._stream.mark()
        self._report("start", f"START RequestId: {request_id} Version: {self.config.version}", {"requestId": request_id, "version": self.config.version})
        self._api.send(Event(request_id, payload, deadline, function_arn, _trace_id(), client_context))
        answer = self._api.await_answer(deadline)
        state = self._api.await_state((IDLE,), max(0.0, deadline - time.time()))
        if state != IDLE:
            self.alive = False
            ended = state is not None
            self.stop()
            if answer is None:
                answer = self._exited(request_id) if ended else self._timed_out(request_id)
        self._settle()
        self._report_end(request_id, (time.time() - began) * 1000, answer)
        return answer, self._stream.tail()

    def stop(self):
        """Kill the process. Lambda does not ask either."""
        self.alive = False
        self._child.kill()
        self._reader.join(2)
        self._api.close()

    # The life of the process

    def _reach(self, state, seconds, measure):
        began = time.monotonic()
        reached = self._api.await_state((state, IDLE), seconds)
        self._init_ms[measure] = (time.monotonic() - began) * 1000
        if reached in (state, IDLE):
            return
        if reached is None:
            answer = _error("Sandbox.Timedout", f"the function was not initialized after {seconds} seconds")
        else:
            answer = self._api.failure if reached == FAILED else None
            self._child.wait(5)
            answer = answer or self._api.failure or _error("Runtime.ExitError", f"Error: Runtime exited during initialization{self._status()}")
        self.stop()
        self._report("initReport", f"INIT_REPORT Init Duration: {self._init_ms[measure]:.2f} ms Status: error",
                     {"status": "error", "metrics": {"durationMs": self._init_ms[measure]}})
        raise InitFailed(answer)

    def _read_output(self):
        for line in self._child.output:
            self._stream.write(line if line.endswith(b"\n") else line + b"\n")
        self._child.wait()
        self.alive = False
        self._api.process_ended()

    def _settle(self):
        """Wait until what the function has written is read: it wrote before it answered."""
        if not self._reader.is_alive():
            return
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            waiting = struct.unpack("i", fcntl.ioctl(self._child.output.fileno(), termios.FIONREAD, b"\0" * 4))[0]
            time.sleep(0.002)
            if not waiting:
                return

    # Errors that Lambda answers in the function's stead

    def _timed_out(self, request_id):
        return _error("Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {self.config.timeout:.2f} seconds")

    def _exited(self, request_id):
        return _error("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited{self._status()}")

    def _status(self):
        status = self._child.exit_status
        if status is None:
            return ""
        return f" with error: signal: {-status}" if status < 0 else f" with error: exit status {status}" if status else " without providing a reason"

    # The lines that Lambda itself adds to the log

    def _report_end(self, request_id, milliseconds, answer):
        self._report("runtimeDone", f"END RequestId: {request_id}", {"requestId": request_id, "status": "failure" if answer.error else "success"})
        metrics = {"durationMs": round(milliseconds, 2), "billedDurationMs": int(milliseconds) + 1, "memorySizeMB": self.config.memory,
                   "maxMemoryUsedMB": self._memory_used()}
        metrics.update({name: round(value, 2) for name, value in self._init_ms.items()})
        self._init_ms = {}
        text = f"REPORT RequestId: {request_id}\tDuration: {metrics['durationMs']:.2f} ms\tBilled Duration: {metrics['billedDurationMs']} ms\t" \
               f"Memory Size: {metrics['memorySizeMB']} MB\tMax Memory Used: {metrics['maxMemoryUsedMB']} MB"
        for name, label in (("initDurationMs", "Init Duration"), ("restoreDurationMs", "Restore Duration")):
            text += f"\t{label}: {metrics[name]:.2f} ms" if name in metrics else ""
        if answer.error_type in ("Sandbox.Timedout", "Runtime.ExitError"):
            text += f"\tStatus: {'timeout' if answer.error_type == 'Sandbox.Timedout' else 'error'}"
            self._report("fault", json.loads(answer.payload)["errorMessage"], {"requestId": request_id})
        self._report("report", text, {"requestId": request_id, "metrics": metrics, "status": "failure" if answer.error else "success"})

    def _report(self, kind, text, record):
        if self.config.log_format == "JSON":
            now = time.time()
            at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
            text = json.dumps({"time": at, "type": f"platform.{kind}", "record": record})
        self._stream.write(text.encode() + b"\n")

    def _memory_used(self):
        try:
            with open(f"/proc/{self._child.pid}/status", encoding="utf-8") as lines:
                return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))
        except (OSError, StopIteration):
            return 0


def _command(config, launch):
    """As the managed Java runtime starts: serial collector, C1 only, a heap of the memory less what the JVM itself needs."""
    heap = max(48, int(config.memory * 0.85))
    return [launch.java, f"-Xmx{heap}m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
            f"-D{_NATIVE}={launch.native_client}", "-cp", launch.client_jars, _MAIN, config.handler]


def _environment(config, launch, stream, runtime_api):
    mine = {
        "AWS_LAMBDA_FUNCTION_NAME": config.name, "AWS_LAMBDA_FUNCTION_VERSION": config.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.memory), "AWS_LAMBDA_LOG_GROUP_NAME": stream.group,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream.name, "AWS_LAMBDA_LOG_FORMAT": config.log_format,
        "AWS_LAMBDA_INITIALIZATION_TYPE": config.initialization, "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_EXECUTION_ENV": "AWS_Lambda_java25", "AWS_REGION": launch.region, "AWS_DEFAULT_REGION": launch.region,
        "LAMBDA_TASK_ROOT": launch.task_root, "LAMBDA_RUNTIME_DIR": "/var/runtime", "_HANDLER": config.handler,
        "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "en_US.UTF-8", "TZ": ":UTC",
        "AWS_ENDPOINT_URL": launch.endpoint, "AWS_EC2_METADATA_DISABLED": "true",
    }
    if config.log_level:
        mine["AWS_LAMBDA_LOG_LEVEL"] = config.log_level
    if config.initialization == "snap-start":
        mine.update(launch.credential_endpoint.issue(config.role, config.name))
    else:
        session = credentials.assume_role(config.role, config.name)
        mine.update(AWS_ACCESS_KEY_ID=session["AccessKeyId"], AWS_SECRET_ACCESS_KEY=session["SecretAccessKey"], AWS_SESSION_TOKEN=session["Token"])
    return {**config.environment, **mine}


def _error(kind, message):
    return Answer(json.dumps({"errorType": kind, "errorMessage": message}).encode(), "Unhandled", kind)


def _trace_id():
    return f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Parent={uuid.uuid4().hex[:16]};Sampled=0"


