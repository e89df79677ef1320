"""How each contender is started: our functions as Lambda's Java runtime starts them, the peers as its Python runtime would."""

import base64
import contextlib
import http.server
import json
import os
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from botocore import xform_name
from driftmend_local.functions.function_config import REGION
from driftmend_local.api.request import ACCOUNT
from driftmend_score.custodian import HOME as POLICIES
from driftmend_score.custodian import PYTHON

from .process import Process

PEERS = Path(__file__).with_name("peers")
MEMORY_LEFT_TO_THE_JVM = 0.85
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_SESSION_TOKEN": "bench"}


@dataclass(frozen=True)
class Function:
    """One of ours as it is deployed: `variables` are those of the template, `code` is what is unzipped to /var/task."""

    name: str
    handler: str
    memory: int
    variables: dict
    code: Path


@dataclass
class Host:
    """What all contenders share in one run: the stub and its certificates, the JDK, Lambda's Java client, the CPU for the contender."""

    stub: object
    certificates: object
    java: str
    client_jars: str
    native_client: str
    cpu: int
    keys: dict = field(default_factory=lambda: dict(KEYS))

    def _environment(self, name, memory, handler, root):
        return {
            "AWS_LAMBDA_FUNCTION_NAME": name, "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}", "AWS_LAMBDA_LOG_STREAM_NAME": "bench", "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "LAMBDA_TASK_ROOT": str(root),
            "_HANDLER": handler, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "en_US.UTF-8", "TZ": ":UTC",
            "AWS_ENDPOINT_URL": self.stub.url, "AWS_EC2_METADATA_DISABLED": "true",
        }

    def java_process(self, function, flags=(), credentials=None):
        """A Process of ours; with the address of a credential endpoint it is one that SnapStart is applied to."""
        environment = {**function.variables, **self._environment(function.name, function.memory, function.handler, function.code)}
        if credentials:
            environment |= {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start", "AWS_CONTAINER_CREDENTIALS_FULL_URI": credentials,
                            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "bench"}
        else:
            environment |= self.keys
        heap = int(function.memory * MEMORY_LEFT_TO_THE_JVM)
        command = [self.java, f"-Xmx{heap}m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                   f"-Djavax.net.ssl.trustStore={self.certificates.java_store}",
                   f"-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI={self.native_client}", *flags,
                   "-cp", self.client_jars, "com.amazonaws.services.lambda.runtime.api.client.AWSLambda", function.handler]
        return self._process(command, environment, function.code, function.name)

    def python_process(self, name, handler, root):
        """A Process of a peer, in Cloud Custodian's own Python and with its boto3."""
        environment = {**self._environment(name, 512, handler, root), **self.keys, "AWS_CA_BUNDLE": str(self.certificates.python_bundle)}
        return self._process([str(PYTHON), str(PEERS / "bootstrap.py")], environment, root, name)

    def _process(self, command, environment, directory, name):
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
        return Process(command, environment, directory, self.cpu, arn)


def write_custodian(directory):
    """Cloud Custodian's policies as its documentation has them, where its handler looks for them."""
    policies = yaml.safe_load((POLICIES / "documented.yaml").read_text(encoding="utf-8"))["policies"]
    options = {"account_id": ACCOUNT, "output_dir": str(directory)}
    for policy in policies:
        policy["mode"]["execution-options"] = options
    Path(directory, "config.json").write_text(json.dumps({"execution-options": options, "policies": policies}), encoding="utf-8")


def write_same_calls(directory, exchanges):
    """The plain handler, and the calls that it makes."""
    calls = [{"service": one.service, "method": xform_name(one.operation), "params": one.params} for one in exchanges]
    Path(directory, "calls.json").write_text(json.dumps(calls, default=_plain), encoding="utf-8")
    Path(directory, "same_calls.py").write_text((PEERS / "same_calls.py").read_text(encoding="utf-8"), encoding="utf-8")


def write_bare_calls(directory, exchanges, java, client_jars):
    """The handler without an SDK, compiled, and the requests that it sends."""
    lines = []
    for one in exchanges:
        service, asked = one.key
        method, _, path = asked.rpartition(" ")
        target = "" if method or b"Action=" in one.sent else asked
        lines.append(" ".join([method or "POST", path if method else "/", service, target, base64.b64encode(one.sent).decode()]))
    Path(directory, "calls.txt").write_text("\n".join(lines), encoding="ascii")
    subprocess.run([Path(java).with_name("javac"), "-d", directory, "-cp", client_jars, PEERS / "Bare.java"], check=True)


def _plain(value):
    return value.decode() if isinstance(value, bytes) else value.isoformat()


@contextlib.contextmanager
def credential_endpoint():
    """The address at which a restored function gets its credentials."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            body = json.dumps({"AccessKeyId": KEYS["AWS_ACCESS_KEY_ID"], "SecretAccessKey": KEYS["AWS_SECRET_ACCESS_KEY"],
                               "Token": KEYS["AWS_SESSION_TOKEN"], "Expiration": "2099-01-01T00:00:00Z"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/credentials"
    finally:
        server.shutdown()
        server.server_close()


def cpus():
    """(CPU of the contender, CPUs of everything else). Raises OSError where there is no way to pin."""
    ours = sorted(os.sched_getaffinity(0))
    if len(ours) < 2:
        raise OSError("the bench needs two CPUs: one for the contender, one for what answers it")
    return ours[-1], set(ours[:-1])
