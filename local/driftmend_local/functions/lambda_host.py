"""Hosts the deployed functions: a pool of execution environments for each version, filled on demand and kept warm."""

import concurrent.futures
import logging
import os
import platform
import threading
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from .credentials import CredentialEndpoint
from .execution_environment import ExecutionEnvironment, InitFailed
from .function_config import REGION, function_of, latest_of, published_aliases, read_config, split_name
from .function_logs import FunctionLog
from ..control.problems import SetupProblem

log = logging.getLogger("driftmend.local")
DEFAULT_CONCURRENCY = 2
# Lambda starts one more environment for every event that finds none idle. A laptop is better off when a short wait is tried first.
PATIENCE_SECONDS = 0.25


class Throttled(Exception):
    """The function's reserved concurrency is used up."""


@dataclass(frozen=True)
class Launch:
    """How a function's process is started. `task_root` is the deployed code: classes and lib/*.jar, as Lambda unzips them."""

    java: str
    client_jars: str
    native_client: str
    task_root: str
    endpoint: str
    region: str
    credential_endpoint: CredentialEndpoint


def client_jars(directory):
    """The class path of the Lambda runtime interface client in the directory. Raises SetupProblem if it is not there."""
    jars = sorted(str(jar) for jar in Path(directory).glob("*.jar"))
    if not any("runtime-interface-client" in jar for jar in jars):
        raise SetupProblem(f"{directory} has no Lambda runtime interface client; build first: make build")
    return os.pathsep.join(jars)


def unpacked_native_client(jars, directory):
    """The path of the runtime interface client's native library, unpacked into the directory.

    The client unpacks it to one path of the whole machine by itself, and so pulls it from under the processes that have it loaded.
    """
    libc = "linux" if platform.libc_ver()[0] == "glibc" else "linux_musl"
    name = f"jni/libaws-lambda-jni.{libc}-{'aarch_64' if platform.machine() in ('aarch64', 'arm64') else 'x86_64'}.so"
    jar = next(jar for jar in jars.split(os.pathsep) if "runtime-interface-client" in jar)
    Path(directory).mkdir(parents=True, exist_ok=True)
    return zipfile.ZipFile(jar).extract(name, directory)


class LambdaHost:
    """`code.get((bucket, key))` is the directory with the content of a function's archive; None if there is none.

    `log_name` turns a function's name into the name of its log file.
    """

    def __init__(self, java, client_directory, endpoint, log_directory, code, log_name=lambda name: name):
        self._java, self._jars, self._endpoint = java, client_jars(client_directory), endpoint
        self._log_directory, self._code, self._log_name = log_directory, code, log_name
        self._native = unpacked_native_client(self._jars, log_directory)
        self._credentials = CredentialEndpoint()
        self._pools, self._logs = {}, {}
        self._lock = threading.Lock()
        self._closed = False

    def invoke(self, name, payload, qualifier=None, wait=False, client_context=None, request_id=None):
        """(Answer, version, log tail) of one synchronous invocation. `name` may be an ARN with a version or alias.

        Raises moto's ResourceNotFound for what is not deployed, and Throttled where Lambda answers 429, unless `wait`.
        """
        function = function_of(name, qualifier)
        pool = self._pool(function)
        try:
            environment = pool.take(_reserved(function), wait)
        except InitFailed as failed:
            return failed.answer, str(function.version), b""
        try:
            answer, tail = environment.invoke(payload, _invoked_arn(function, name, qualifier), client_context, request_id)
        finally:
            pool.give_back(environment)
        return answer, str(function.version), tail

    def concurrency(self, name):
        """How many events of the function may run at once."""
        reserved = _reserved(function_of(name))
        return DEFAULT_CONCURRENCY if reserved is None else reserved

    def log_path(self, name):
        return self._log_of(name).path

    def warm_up(self):
        """INIT (and restore) one environment of every version that an alias names; drop those that none names any more.

        Answers {function name: None or what went wrong}.
        """
        wanted = [function_of(name, version) for name, version in published_aliases()]
        current = {(function.function_name, str(function.version)) for function in wanted}
        with self._lock:
            gone = [self._pools.pop(key) for key in list(self._pools) if key not in current and key[1] != "$LATEST"]
        for pool in gone:
            pool.close()
        with concurrent.futures.ThreadPoolExecutor(max(1, len(wanted))) as beside:
            return dict(zip((function.function_name for function in wanted), beside.map(self._start_one, wanted)))

    def _start_one(self, function):
        try:
            pool = self._pool(function)
            pool.give_back(pool.take(None, wait=True))
        except (InitFailed, SetupProblem) as problem:
            return str(problem)
        return None

    def retire(self, name):
        """Give up a function's environments, as Lambda does with what was idle for a while: the next event finds none."""
        with self._lock:
            gone = [self._pools.pop(key) for key in list(self._pools) if key[0] == name]
        for pool in gone:
            pool.close()

    def close(self):
        self._closed = True
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()
        self._credentials.close()
        for one in self._logs.values():
            one.close()

    def _pool(self, function):
        config = read_config(function)
        with self._lock:
            if self._closed:
                raise Throttled("the local AWS is stopping")
            pool = self._pools.get((config.name, config.version))
            if pool and pool.config != config:
                threading.Thread(target=pool.close, daemon=True).start()
                pool = None
            if not pool:
                pool = self._pools[config.name, config.version] = _Pool(config, self._launch_of(config), self._log_of(config.name))
            return pool

    def _launch_of(self, config):
        task_root = self._code.get(config.code)
        if not task_root:
            raise SetupProblem(f"the code of {config.name} (s3://{'/'.join(map(str, config.code))}) is no archive that was uploaded")
        return Launch(self._java, self._jars, self._native, str(task_root), self._endpoint, REGION, self._credentials)

    def _log_of(self, name):
        if name not in self._logs:
            self._logs[name] = FunctionLog(self._log_directory, self._log_name(name))
        return self._logs[name]


class _Pool:
    """The environments of one function version. More are started while callers wait, up to the function's concurrency."""

    def __init__(self, config, launch, function_log):
        self.config, self._launch, self._log = config, launch, function_log
        self._changed = threading.Condition()
        self._idle, self._busy, self._initializing = [], set(), set()
        self._failures, self._waiting, self._closed = [], 0, False

    def take(self, reserved, wait):
        """An idle environment; starts one if none is. Raises InitFailed, or Throttled when the reserved ones are all busy."""
        limit = DEFAULT_CONCURRENCY if reserved is None else reserved
        with self._changed:
            if limit == 0 or (reserved is not None and not wait and len(self._busy) + self._waiting >= reserved):
                raise Throttled(f"{self.config.name} may run {limit} at once")
            self._waiting += 1
            patience = time.monotonic() + PATIENCE_SECONDS
            try:
                while True:
                    if self._closed:
                        raise Throttled(f"{self.config.name} is being replaced")
                    self._idle = [environment for environment in self._idle if environment.alive]
                    if self._idle:
                        environment = self._idle.pop()
                        self._busy.add(environment)
                        return environment
                    if self._failures:
                        raise self._failures.pop()
                    if not self._initializing and len(self._busy) < limit and (not self._busy or time.monotonic() >= patience):
                        self._start_one()
                    self._changed.wait(PATIENCE_SECONDS)
            finally:
                self._waiting -= 1

    def give_back(self, environment):
        with self._changed:
            self._busy.discard(environment)
            if environment.alive and not self._closed:
                self._idle.append(environment)
            else:
                environment.stop()
                if not self._closed and not self._idle and not self._initializing:
                    self._start_one()
            self._changed.notify_all()

    def close(self):
        with self._changed:
            self._closed = True
            environments = {*self._idle, *self._busy, *self._initializing}
            self._changed.notify_all()
        for environment in environments:
            environment.stop()

    def _start_one(self):
        try:
            environment = ExecutionEnvironment(self.config, self._launch, self._log.stream(self.config.log_group, self.config.version, self.config.role))
        except OSError as problem:
            self._failures = [InitFailed.because(f"the process of {self.config.name} could not be started: {problem}")]
            return
        self._initializing.add(environment)
        threading.Thread(target=self._initialize, args=(environment,), name=f"init-{self.config.name}", daemon=True).start()

    def _initialize(self, environment):
        began, failed = time.monotonic(), None
        try:
            environment.start()
            log.debug("%s:%s initialized in %.1f s", self.config.name, self.config.version, time.monotonic() - began)
        except InitFailed as problem:
            failed = problem
        with self._changed:
            self._initializing.discard(environment)
            if failed:
                self._failures = [failed] if self._waiting else []
            else:
                self._idle.append(environment)
            self._changed.notify_all()


def _reserved(function):
    """The function's reserved concurrency, None where it has none."""
    reserved = latest_of(function).reserved_concurrency
    return None if reserved is None else int(reserved)


def _invoked_arn(function, name, qualifier):
    """The ARN that the caller used: with the alias or version, if there was one."""
    base, used = read_config(function).arn, split_name(name, qualifier)[1]
    return f"{base}:{used}" if used else base
