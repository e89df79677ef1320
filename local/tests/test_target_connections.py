"""The load balancer's connections to targets: kept, used again, and what becomes of a request that meets the target's close."""

import socket
import threading
import time

import pytest
from driftmend_local.elbv2.target_connections import TargetConnections

BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/0123456789abcdef"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n%b\r\nok"


class Target:
    """Answers each request with `answer`; `close_idle` ends all connections as an application does whose keep-alive is over."""

    def __init__(self, answer=ANSWER % b""):
        self._answer, self.connections = answer, []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = self._listening.getsockname()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            while connection.recv(65536):
                connection.sendall(self._answer)
        except OSError:
            pass

    def close_idle(self):
        while self.connections:
            self.connections.pop().shutdown(socket.SHUT_RDWR)

    def close(self):
        self._listening.close()
        self.close_idle()


@pytest.fixture
def target():
    made = Target()
    yield made
    made.close()


def asked(connections, target):
    connection = connections.take(BALANCER, target.address, 5)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"ok"
    connections.give(BALANCER, target.address, connection)


def test_one_connection_serves_one_request_after_the_other(target):
    connections = TargetConnections()
    for _ in range(3):
        asked(connections, target)
        connections.look({BALANCER: 60})
    assert len(target.connections) == 1


def test_two_requests_at_once_take_two_connections(target):
    connections = TargetConnections()
    first, second = (connections.take(BALANCER, target.address, 5) for _ in range(2))
    for one in (first, second):
        one.request("GET", "/")
        one.getresponse().read()
        connections.give(BALANCER, target.address, one)
    assert len(target.connections) == 2
    assert connections.take(BALANCER, target.address, 5) is second


def test_an_idle_connection_is_closed_at_the_idle_timeout_by_the_load_balancer(target):
    connections = TargetConnections()
    asked(connections, target)
    time.sleep(0.05)
    connections.look({BALANCER: 0.02})
    asked(connections, target)
    assert len(target.connections) == 2


def test_a_request_that_goes_out_on_a_closed_connection_gets_no_answer_until_the_close_is_heard(target):
    connections = TargetConnections()
    asked(connections, target)
    target.close_idle()
    with pytest.raises(OSError):
        asked(connections, target)
    asked(connections, target)
    target.close_idle()
    connections.look({BALANCER: 60})
    asked(connections, target)


def test_what_the_target_wants_closed_is_not_kept():
    target, connections = Target(ANSWER % b"Connection: close\r\n"), TargetConnections()
    try:
        asked(connections, target)
        asked(connections, target)
        assert len(target.connections) == 2
    finally:
        target.close()


def test_the_connections_of_a_load_balancer_that_is_gone_are_closed(target):
    connections = TargetConnections()
    asked(connections, target)
    connections.look({})
    asked(connections, target)
    assert len(target.connections) == 2
