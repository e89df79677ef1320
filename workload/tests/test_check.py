"""The client of the exercise: one URL in, a good answer or the symptom out."""

import http.server
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

CHECK = Path(__file__).resolve().parents[1] / "check"
PATIENCE = "0.5"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/redirected":
            return self._answer(302, [("Location", "/good?again")])
        if path == "/in-a-circle":
            return self._answer(302, [("Location", "/in-a-circle")])
        if path == "/slow":
            time.sleep(1)
        if path == "/in-drops":
            return self._in_drops()
        if path == "/no-http":
            return self.wfile.write(b"nothing that a client understands\r\n")
        return self._answer(int(path[1:]) if path[1:].isdigit() else 200, [])

    def _answer(self, status, headers):
        self.send_response(status)
        for name, value in [("Content-Length", "5"), *headers]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"hello")

    def _in_drops(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(20):
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.1)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def url():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def check(*arguments):
    ran = subprocess.run([sys.executable, CHECK, *arguments], capture_output=True, text=True, timeout=20, check=False)
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("path", ["/", "", "/good?with=query", "/204", "/redirected"])
def test_a_good_answer_ends_with_0(url, path):
    code, said, _ = check(url + path, PATIENCE)
    assert code == 0 and re.match(r"ok: .* answered 20\d with \d bytes in \d+ ms$", said.strip()), said


@pytest.mark.parametrize(("path", "symptom"), [
    ("/404", "status"), ("/500", "status"), ("/301", "status"), ("/in-a-circle", "status"),
    ("/502", "502"), ("/503", "503"), ("/504", "504"), ("/slow", "slow"), ("/in-drops", "slow"), ("/no-http", "broken"),
])
def test_what_is_no_good_answer_ends_with_1_and_is_named(url, path, symptom):
    code, said, errors = check(url + path, PATIENCE)
    assert code == 1 and said.startswith(f"{symptom}: ") and said.count("\n") == 1 and not errors, said + errors


def test_a_port_where_nothing_listens_refuses():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        code, said, _ = check(f"http://127.0.0.1:{free.getsockname()[1]}/", PATIENCE)
    assert code == 1 and said.startswith("refused: ")


def test_a_host_that_drops_packets_is_a_timeout():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.create_connection(full.getsockname()):
        began = time.monotonic()
        code, said, _ = check(f"http://127.0.0.1:{full.getsockname()[1]}/", PATIENCE)
    assert code == 1 and said.startswith("timeout: ") and time.monotonic() - began < 3


def test_a_name_that_nobody_has_is_no_name():
    code, said, _ = check("http://nobody.invalid/", PATIENCE)
    assert code == 1 and said.startswith("no-name: the name nobody.invalid ")


@pytest.mark.parametrize("arguments", [[], ["localhost:8080"], ["ftp://localhost/"], ["http://"], ["http://localhost/", "soon"], ["http://localhost/", "-1"]])
def test_what_is_no_question_is_answered_with_how_to_ask(arguments):
    code, said, errors = check(*arguments)
    assert code == 1 and not said and errors.startswith("usage: check URL")
