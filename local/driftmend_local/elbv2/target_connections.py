"""The connections of load balancers to their targets: kept open after an answer, used again, closed at the idle timeout.

A target that closes an idle connection itself is not heard at once: until the next `look`, a request may go out on it and gets no answer,
and the load balancer answers 502 without asking again. On AWS the time of that is a round trip; here it is the pause between two looks,
wide enough that an application whose keep-alive is shorter than the idle timeout is found out, and narrow enough that it stays rare.

Source: Elastic Load Balancing user guide for application load balancers, "Edit attributes": connection idle timeout.
"""

import http.client
import select
import threading
import time


class TargetConnections:
    """Idle connections by load balancer and address of the target; whoever takes one has it alone until it is given back."""

    def __init__(self):
        self._idle, self._lock = {}, threading.Lock()

    def take(self, balancer_arn, address, timeout):
        """A kept connection, the one used last, or a new one. `timeout` (seconds) is for each time that the target is silent."""
        with self._lock:
            kept = self._idle.get((balancer_arn, address))
            connection = kept.pop()[1] if kept else None
        if connection is None:
            return http.client.HTTPConnection(*address, timeout=timeout)
        connection.sock.settimeout(timeout)
        return connection

    def give(self, balancer_arn, address, connection):
        """Keep it if the target lets it open, which HTTP/1.0 and `Connection: close` do not."""
        if connection.sock is None:
            return
        with self._lock:
            self._idle.setdefault((balancer_arn, address), []).append((time.monotonic(), connection))

    def look(self, idle_timeouts):
        """Close what was idle for long, what a target has closed, and what belongs to no load balancer: `idle_timeouts` are seconds by ARN."""
        now = time.monotonic()
        with self._lock:
            for (arn, address), kept in list(self._idle.items()):
                open_ones = [one for one in kept if now - one[0] < idle_timeouts.get(arn, 0) and not _is_closed(one[1].sock)]
                for one in kept:
                    if one not in open_ones:
                        one[1].close()
                self._idle[arn, address] = open_ones
                if not open_ones:
                    del self._idle[arn, address]

    def close(self):
        self.look({})


def _is_closed(sock):
    """Nothing may come while no request is out: what can be read is the end, or no HTTP."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))
