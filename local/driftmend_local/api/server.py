"""The local AWS as one threaded HTTP server in this process."""

import errno
import logging
import os
import socket
import threading

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("VALIDATE_LAMBDA_S3", "false")

from moto.core.base_backend import BackendDict  # noqa: E402
from moto.core.model_instances import reset_model_data  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

from . import gateway, inside  # noqa: E402
from .gateway import operation, register  # noqa: E402, F401  (what other parts build on)
from .parts import load_parts  # noqa: E402


class PortInUse(Exception):
    """Another program listens on the port; the text says what to do."""


class Server:
    """A running local AWS. `url` is what AWS_ENDPOINT_URL must be."""

    def __init__(self, port):
        try:
            self._http = make_server("127.0.0.1", port, inside_gateway(), threaded=True, request_handler=_QuietHandler)
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


class _QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_):
        pass

    def log(self, kind, message, *args):
        logging.getLogger("driftmend.local").debug(message, *args)
