"""AWS behind TLS, as the functions and their peers see it: first the local AWS, written down; then what was written down, again and again."""

import http.client
import http.server
import io
import json
import re
import ssl
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from driftmend_local.api.request import read_call

_SIGNED = re.compile(r"Credential=[^/\s]+/\d+/[^/]+/([^/]+)/aws4_request")
_OF_ONE_HOP = {"connection", "content-length", "transfer-encoding", "host", "keep-alive", "date", "server"}


@dataclass(frozen=True)
class Exchange:
    """One call and its answer. `name` is as IAM names the action; `service`, `operation` and `params` are as boto3 takes them. `sent` is the body."""

    key: tuple
    question: str
    name: str
    service: str
    operation: str
    params: dict
    status: int
    headers: tuple
    body: bytes
    sent: bytes = b""


@dataclass(frozen=True)
class Seen:
    """A request that was answered; times are those of time.monotonic()."""

    name: str
    question: str
    began: float
    ended: float


class Unrecorded(Exception):
    """The stub was asked what was never recorded."""


def key_of(method, path, headers, body):
    """(service by its signing name, action or method and path)"""
    signed = _SIGNED.search(headers.get("Authorization", ""))
    action = headers.get("X-Amz-Target", "").rpartition(".")[2] or dict(parse_qsl(body.decode("latin-1"))).get("Action")
    return (signed[1] if signed else "", action or f"{method} {path}")


def question_of(body):
    """The body in one form whoever wrote it: the order of parameters says nothing."""
    text = body.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return repr(sorted(one for one in parse_qsl(text, keep_blank_values=True) if one[0] != "Version"))


class Recorder:
    """Hands requests on to the local AWS at `url`; `take` gives what was asked and answered since it was last called."""

    def __init__(self, url):
        self._host = urlsplit(url).netloc
        self._exchanges, self._lock = [], threading.Lock()

    def answer(self, method, path, headers, body):
        forwarded = http.client.HTTPConnection(self._host, timeout=60)
        kept = {name: value for name, value in headers.items() if name.lower() not in _OF_ONE_HOP}
        forwarded.request(method, path, body, {**kept, "Host": self._host})
        reply = forwarded.getresponse()
        answer = reply.read()
        forwarded.close()
        shown = tuple((name, value) for name, value in reply.getheaders() if name.lower() not in _OF_ONE_HOP)
        exchange = self._exchange(method, path, headers, body, reply.status, shown, answer)
        with self._lock:
            self._exchanges.append(exchange)
        return exchange

    def take(self):
        with self._lock:
            taken, self._exchanges = self._exchanges, []
        return taken

    @staticmethod
    def _exchange(method, path, headers, body, status, shown, answer):
        key = key_of(method, path, headers, body)
        call = read_call(_environ(method, path, headers, body))
        service, operation, params = (call.service, call.action, call.params) if call else ("", f"{method} {path}", {})
        return Exchange(key, question_of(body), f"{key[0]}:{operation}", service, operation, params, status, shown, answer, body)


class Replay:
    """Answers each request as it was answered when recorded: the n-th of a kind since `begin` with the n-th answer.

    What is asked in other words than then (a time, a random id) gets the next answer to that action. Writes change nothing, so every event finds
    the same drift.
    """

    def __init__(self, exchanges):
        self._exact, self._loose = defaultdict(list), defaultdict(list)
        for one in exchanges:
            self._exact[one.key, one.question].append(one)
            self._loose[one.key].append(one)
        self._lock = threading.Lock()
        self.begin()

    def begin(self):
        with self._lock:
            self._asked = defaultdict(int)

    def answer(self, method, path, headers, body):
        key = key_of(method, path, headers, body)
        place = (key, question_of(body))
        known = self._exact.get(place)
        if not known:
            place, known = key, self._loose.get(key)
        if not known:
            raise Unrecorded(f"{key[0]}:{key[1]}")
        with self._lock:
            turn = self._asked[place]
            self._asked[place] += 1
        return known[min(turn, len(known) - 1)]


class Stub:
    """A server at `url` that asks `source` (a Recorder or a Replay) for its answers, each after `delay` seconds; `seen` lists what was answered."""

    def __init__(self, certificates):
        self.source, self.delay, self.seen, self.problems = None, 0.0, [], []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.chain)
        stub = self

        class Handler(_Handler):
            owner = stub

        self._server = _Server(("127.0.0.1", 0), Handler)
        # The handshake is made by the thread of its connection, at its first read.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, name="stub", daemon=True).start()

    def begin(self):
        """From here on it is a new event."""
        self.seen, self.problems = [], []
        if isinstance(self.source, Replay):
            self.source.begin()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """A child that is ended breaks its connections off."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    owner: Stub

    def log_message(self, *_):
        pass

    def do_POST(self):
        began, owner = time.monotonic(), self.owner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            exchange = owner.source.answer(self.command, self.path, self.headers, body)
        except Unrecorded as problem:
            owner.problems.append(str(problem))
            return self._reply(501, (), f"never recorded: {problem}".encode())
        if owner.delay:
            time.sleep(max(0.0, owner.delay - (time.monotonic() - began)))
        # Before the answer leaves: whoever gets it may be done a moment later.
        owner.seen.append(Seen(exchange.name, exchange.question, began, time.monotonic()))
        self._reply(exchange.status, exchange.headers, exchange.body)

    do_GET = do_PUT = do_DELETE = do_POST

    def _reply(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _environ(method, path, headers, body):
    path, _, query = path.partition("?")
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "RAW_URI": path, "CONTENT_LENGTH": str(len(body)),
               "wsgi.input": io.BytesIO(body), "wsgi.url_scheme": "http", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
               "CONTENT_TYPE": headers.get("Content-Type", "")}
    return environ | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
