"""The local AWS as one threaded HTTP server in this process."""

import contextlib
import errno
import io
import logging
import os
import socket
import threading
import weakref

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("VALIDATE_LAMBDA_S3", "false")

from moto.core.base_backend import BackendDict  # noqa: E402
from moto.core.model_instances import reset_model_data  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402
from werkzeug.test import run_wsgi_app  # noqa: E402

from . import gateway, inside  # noqa: E402
from .gateway import operation, register  # noqa: E402, F401  (what other parts build on)
from .parts import load_parts  # noqa: E402


class PortInUse(Exception):
    """Another program listens on the port; the text says what to do."""


class Server:
    """A running local AWS. `url` is what AWS_ENDPOINT_URL must be."""

    def __init__(self, port):
        try:
            self._http = make_server("127.0.0.1", port, inside_gateway(), threaded=True, request_handler=_Handler)
        except SystemExit as refused:
            raise PortInUse(_in_use(port)) from refused
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise PortInUse(_in_use(port)) from problem
            raise
        self._http.daemon_threads = True
        self.port = self._http.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.1}, name="local-aws", daemon=True)
        self._thread.start()

    def stop(self):
        self._http.shutdown()
        self._http.server_close()
        for connection in list(_Handler.open.get(self._http, ())):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)


def start(port=0):
    """Start the local AWS on 127.0.0.1:`port` (0 picks a free one), empty. Raises PortInUse."""
    if port and _listens(port):
        raise PortInUse(_in_use(port))
    load_parts()
    server = Server(port)
    os.environ["MOTO_PORT"] = str(server.port)
    inside.answer_as(f"127.0.0.1:{server.port}")
    empty()
    return server


def empty():
    """Forget every resource, event, fault and record."""
    BackendDict.reset()
    reset_model_data()
    gateway.reset()


_app = None


def inside_gateway():
    global _app
    if _app is None:
        _app = gateway.Gateway(DomainDispatcherApplication(create_backend_app))
        inside.bind(_app)
    return _app


def _in_use(port):
    return f"port {port} on 127.0.0.1 is in use; stop the program that listens there or choose another one with DRIFTMEND_PORT"


def _listens(port):
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class _Handler(WSGIRequestHandler):
    """A connection serves one request after the other, as those of AWS do; werkzeug's own handler closes it after each, and a thread is made for each.

    `open` holds the connections of each server.
    """

    protocol_version = "HTTP/1.1"
    # An answer leaves in one piece: in two, the second one would wait until the client has confirmed the first.
    wbufsize = 65536
    disable_nagle_algorithm = True
    open = weakref.WeakKeyDictionary()

    def setup(self):
        super().setup()
        self.open.setdefault(self.server, set()).add(self.connection)

    def finish(self):
        self.open[self.server].discard(self.connection)
        super().finish()

    def run_wsgi(self):
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        # Whatever the application leaves of the body would be taken for the next request.
        in_chunks = environ.get("wsgi.input_terminated", False)
        body = environ["wsgi.input"].read() if in_chunks else self.rfile.read(int(self.headers.get("Content-Length") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        try:
            answer, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        except Exception:
            logging.getLogger("driftmend.local").exception("%s %s failed in the local AWS", self.command, self.path)
            answer, status, headers = [b"the local AWS failed; its log says why"], "500 Internal Server Error", {}
        whole = b"".join(answer)
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(whole)))
        if in_chunks:
            # A trailer may follow.
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(whole)

    def log_request(self, *_):
        pass

    def log(self, kind, message, *args):
        logging.getLogger("driftmend.local").debug(message, *args)
