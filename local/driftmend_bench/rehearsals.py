"""make rehearsals: records what the functions rehearse in INIT, the event of each with AWS's answers, as resources beside their handlers."""

import datetime
import hashlib
import html
import ipaddress
import json
import re
import sys
import tempfile
import zlib
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

from driftmend_demo.system import ROOT, NotStarted
from driftmend_local.functions.function_config import REGION
from driftmend_local.functions.jdk import find_java
from driftmend_local.functions.lambda_host import client_jars, unpacked_native_client
from driftmend_local.control.problems import SetupProblem

from .certificates import Certificates
from .contenders import Host, cpus
from .process import Broken
from .recording import OUR_FUNCTIONS, NotRecorded, record
from .stub import Stub

BUILD = "driftmend"
DIRECTORY = ROOT / "functions" / "src" / "main" / "resources" / "dev" / "driftmend" / "lambda"
_NOT_THE_TEMPLATES = {"JAVA_TOOL_OPTIONS"}
_KEY = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")
_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_AGENT = re.compile(r'Boto3/[^"\\]*')
_TEMPLATE = re.compile(r"(<TemplateBody>)(.*?)(</TemplateBody>)", re.DOTALL)
_SQS_SUM = re.compile(r'(?<="MD5OfMessageBody": ")\w+')
_REQUEST = re.compile(r"(?<=<RequestId>)[^<]+")
_DOCUMENTATION = [ipaddress.ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


def main():
    cpu, _ = cpus()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as directory:
            java, jars = find_java(), client_jars(ROOT / "target" / "ric")
            certificates = Certificates(directory, java)
            stub = Stub(certificates)
            host = Host(stub, certificates, java, jars, unpacked_native_client(jars, directory), cpu)
            time = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
            try:
                recording = record(host, {BUILD: ROOT / "target" / "classes"}, _say, peers=False)
            finally:
                stub.close()
    except (NotStarted, NotRecorded, SetupProblem, Broken, OSError) as problem:
        print(f"driftmend: {problem}", file=sys.stderr)
        return 1
    for path in write(recording, time):
        print(f"written: {path.relative_to(ROOT)}")
    return 0


def write(recording, time):
    """The files that were written."""
    plain = _Plain(recording.url, recording.endpoint)
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    written = []
    for name in OUR_FUNCTIONS:
        scene, function = recording.scenes[BUILD, name], recording.functions[BUILD, name]
        environment = {key: plain(value) for key, value in function.variables.items() if key not in _NOT_THE_TEMPLATES}
        environment |= {"AWS_REGION": REGION, "AWS_LAMBDA_FUNCTION_NAME": function.name}
        bodies, answers = [], []
        for one in scene.during:
            body = _small(plain(one.body.decode()), plain(one.sent.decode()))
            if body not in bodies:
                bodies.append(body)
            answers.append({"call": _call(one.key[1]), "sum": _sum(plain(one.sent.decode())), "status": one.status, "body": bodies.index(body)})
        recorded = {"time": time, "environment": environment, "event": json.loads(plain(scene.event.decode())), "answers": answers, "bodies": bodies}
        path = DIRECTORY / f"rehearsal-{name.lower()}.json"
        path.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
        written.append(path)
    return written


def _say(line):
    print(line, file=sys.stderr, flush=True)


class _Plain:
    """Texts without what is this machine's or looks like somebody's: addresses of the local AWS, access keys, public addresses, user agents."""

    def __init__(self, url, endpoint):
        self._addresses = {}
        pairs = [(url, f"https://sqs.{REGION}.amazonaws.com"), (endpoint.rstrip("/"), "http://driftmend.example.com")]
        pairs += [(urlsplit(old).netloc, urlsplit(new).netloc) for old, new in pairs]
        self._pairs = [*pairs, *((quote(old, safe=""), quote(new, safe="")) for old, new in pairs)]

    def __call__(self, text):
        for old, new in self._pairs:
            text = text.replace(old, new)
        text = _AGENT.sub("aws-cli/2", _KEY.sub("AKIAIOSFODNN7EXAMPLE", text))
        return _ADDRESS.sub(lambda found: self._address(found[0]), text)

    def _address(self, text):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return text
        if not address.is_global or any(address in network for network in _DOCUMENTATION):
            return text
        return self._addresses.setdefault(text, f"203.0.113.{len(self._addresses) + 1}")


def _small(body, sent):
    """An answer without what says nothing, so that the same ones are the same; SQS's sum is of what was `sent`."""
    body = _TEMPLATE.sub(lambda found: found[1] + escape(json.dumps(json.loads(html.unescape(found[2])), separators=(",", ":"))) + found[3], body)
    if '"MD5OfMessageBody"' in body:
        body = _SQS_SUM.sub(hashlib.md5(json.loads(sent)["MessageBody"].encode(), usedforsecurity=False).hexdigest(), body)
    return _REQUEST.sub("0", body)


def _call(action):
    """Without the parameters of a path."""
    return action.partition("?")[0]


def _sum(body):
    """As dev.driftmend.aws.client.RecordedAnswers takes it."""
    return zlib.crc32("\n".join(sorted(piece for piece in re.split(r"[,&{}]", body) if piece)).encode())


if __name__ == "__main__":
    sys.exit(main())
