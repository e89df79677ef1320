"""The application load balancers: real listeners on 127.0.0.1 that forward only what the emulated network lets through.

A load balancer's DNS name is localhost:PORT, and that port stands for its port 80: nothing answers there without a listener.
Listeners on other ports get ports of their own. HTTPS listeners are not emulated.

Whose packets the network drops gets no connection at all: the port's queue of new connections is kept full, and the kernel
leaves what comes then without an answer.
"""

import errno
import functools
import logging
import socket
import socketserver
import threading

from moto.elbv2.models import FakeLoadBalancer

from ..ec2 import reachability
from ..api.gateway import network_at_rest
from .loadbalancer_request import RequestHandler, idle_timeout
from .target_connections import TargetConnections

log = logging.getLogger("driftmend.local")
_LOOK_SECONDS = 0.2
_FULL_SECONDS = 0.05
_SERVING, _REFUSING, _DROPPING = "serving", "refusing", "dropping"


class LoadBalancers:
    """Opens and closes the listeners as the emulated ones come and go.

    `client_address` is the internet address that every caller is taken to have; `timeout` is how long (seconds) a request that
    a group blocks on the way to the target waits for its 504, and `silence` how long one that is blocked at the front hangs.
    """

    def __init__(self, health, address_of, client_address="192.0.2.10", timeout=2.0, silence=10.0):
        self.health, self.address_of = health, address_of
        self.client_address, self.timeout, self.silence = client_address, timeout, silence
        self.connections = TargetConnections()
        self._fronts = {}
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load-balancers", daemon=True)

    def start(self):
        _give_names(self._reserve)
        self._thread.start()

    def close(self):
        self._stopped.set()
        _give_names(None)
        with self._lock:
            for front in self._fronts.values():
                front.close()
            self._fronts = {}
        self.connections.close()

    def known(self):
        """[{"name", "dnsName", "listeners": [{"port", "address"}]}]"""
        with self._lock:
            return [{"name": balancer.name, "dnsName": balancer.dns_name, "listeners": self._fronts[balancer.arn].known()}
                    for balancer in reachability.load_balancers() if balancer.arn in self._fronts]

    def look(self):
        """Bring the open listeners in line with the emulated ones."""
        with network_at_rest():
            balancers = reachability.load_balancers()
            doors = {one.arn: self._doors(one) for one in balancers}
            idle_timeouts = {one.arn: idle_timeout(one) for one in balancers}
        with self._lock:
            for arn in [arn for arn, front in self._fronts.items() if front.followed and arn not in doors]:
                self._fronts.pop(arn).close()
            for arn in doors.keys() & self._fronts.keys():
                self._fronts[arn].follow(doors[arn])
        self.connections.look(idle_timeouts)

    def _doors(self, balancer):
        """{port: (how it is there for the client, its listener's port or None)}: of port 80 and of each listener."""
        listeners = {int(one.port) for one in list(balancer.listeners.values()) if one.protocol == "HTTP"}
        return {port: (_DROPPING if not reachability.client_may_reach(balancer, port, self.client_address) else _SERVING if port in listeners else _REFUSING,
                       port if port in listeners else None) for port in listeners | {80}}

    def _run(self):
        while not self._stopped.wait(_LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("looking at the load balancers")

    def _reserve(self, arn):
        with self._lock:
            self._fronts[arn] = _Front(self, arn)
            return f"localhost:{self._fronts[arn].port}"


class _Front:
    """The sockets of one load balancer. The one for port 80 is held as long as the load balancer is there."""

    def __init__(self, settings, arn):
        self._settings, self._arn = settings, arn
        self._servers = {80: _Server(settings, arn)}
        self.port = self._servers[80].port
        self.followed = False

    def follow(self, doors):
        self.followed = True
        for port in self._servers.keys() - doors.keys():
            self._servers.pop(port).close()
        for port, (state, listener_port) in doors.items():
            if port not in self._servers:
                self._servers[port] = _Server(self._settings, self._arn)
            self._servers[port].become(state, listener_port)

    def known(self):
        return [{"port": port, "address": f"localhost:{server.port}"} for port, server in sorted(self._servers.items()) if server.listener_port]

    def close(self):
        for server in self._servers.values():
            server.close()


class _Server(socketserver.ThreadingTCPServer):
    """A socket that keeps its port for good and serves, refuses or drops connections. It begins with refusing them."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, settings, balancer_arn):
        super().__init__(("127.0.0.1", 0), RequestHandler, bind_and_activate=False)
        self.settings, self.balancer_arn, self.listener_port = settings, balancer_arn, None
        self._state, self._filling = _REFUSING, []
        self._bind()
        self.port = self.server_address[1]

    def _bind(self):
        """Bind a free port by its number: a port that the kernel chose at bind is lost when the socket stops listening."""
        while True:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.server_address = free.getsockname()
            try:
                return self.server_bind()
            except OSError as problem:
                if problem.errno != errno.EADDRINUSE:
                    raise

    def become(self, state, listener_port=None):
        """`listener_port` is the port of the listener for which it stands, None if there is none."""
        self.listener_port = listener_port
        if state == self._state:
            return
        if self._state == _SERVING:
            self.shutdown()
        self._empty_queue()
        self._state = state
        if state == _REFUSING:
            self.socket.shutdown(socket.SHUT_RD)
        elif state == _DROPPING:
            self._fill_queue()
        else:
            self.server_activate()
            threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name=f"listener-{listener_port}", daemon=True).start()

    def _fill_queue(self):
        """Linux answers no SYN for a socket whose queue is full. One connection more than the backlog fits in."""
        self.socket.listen(0)
        for _ in range(self.request_queue_size):
            one = socket.socket()
            self._filling.append(one)
            one.settimeout(_FULL_SECONDS)
            try:
                one.connect(self.server_address)
            except TimeoutError:
                return

    def _empty_queue(self):
        for one in self._filling:
            one.close()
        self._filling = []

    def close(self):
        self.become(_REFUSING)
        self.server_close()

    def handle_error(self, request, client_address):
        log.debug("a client of the load balancer went away", exc_info=True)


def _give_names(reserve):
    """Let every new application load balancer get its DNS name from `reserve(arn)`; None stops that."""
    FakeLoadBalancer.reserve = staticmethod(reserve) if reserve else None
    if hasattr(FakeLoadBalancer.__init__, "driftmend"):
        return
    created = FakeLoadBalancer.__init__

    @functools.wraps(created)
    def create(self, *args, **kwargs):
        created(self, *args, **kwargs)
        if FakeLoadBalancer.reserve and self.type == "application":
            self.dns_name = FakeLoadBalancer.reserve(self.arn)
            self.state = "active"

    create.driftmend = True
    FakeLoadBalancer.__init__ = create
