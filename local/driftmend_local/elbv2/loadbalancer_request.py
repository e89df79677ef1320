"""One connection to a load balancer: answered, forwarded, or left to hang, as the emulated listener and network say."""

import http.client
import http.server
import random
import select
import time
import uuid

from ..ec2 import reachability
from ..api.gateway import network_at_rest
from .listener_matching import actions_for
from ..ec2.reachability import OK

_TITLES = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}
_HOP_BY_HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding", "upgrade"}
_IDLE_SECONDS = 60


def idle_timeout(balancer):
    """Seconds after which the load balancer closes a connection on which nothing comes."""
    return float(balancer.attrs["idle_timeout.timeout_seconds"])


class RequestHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _IDLE_SECONDS

    def version_string(self):
        return "awselb/2.0"

    def log_message(self, *_):
        pass

    def handle(self):
        settings, port = self.server.settings, self.server.listener_port
        if port is None:
            return
        with network_at_rest():
            balancer = self._balancer()
            closed = balancer and not reachability.client_may_reach(balancer, port, settings.client_address)
        if closed:
            self._stay_silent(settings.silence)
            return
        super().handle()

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with network_at_rest():
            listener = self._listener()
            actions = actions_for(listener, self, self.server.settings.client_address) if listener else []
            action = min(actions, key=lambda one: int(one.data.get("Order", 1)), default=None)
            way = self._way(actions) if action is None or action.type == "forward" else None
        if listener is None:
            self.close_connection = True
        elif way:
            self._forward(way, body)
        elif action.type == "redirect":
            self._redirect(action.data["RedirectConfig"])
        elif action.type == "fixed-response":
            config = action.data["FixedResponseConfig"]
            self._answer(int(config["StatusCode"]), config.get("MessageBody", "").encode(), [("Content-Type", config.get("ContentType") or "text/plain")])
        else:
            self._own_error(503)

    do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_PATCH = do_GET

    def _balancer(self):
        return next((one for one in reachability.load_balancers() if one.arn == self.server.balancer_arn), None)

    def _listener(self):
        balancer = self._balancer()
        listeners = list(balancer.listeners.values()) if balancer else []
        return next((one for one in listeners if int(one.port) == self.server.listener_port), None)

    def _stay_silent(self, seconds):
        """What a client sees whose packets a group drops: nothing, until it gives up."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            readable, _, _ = select.select([self.connection], [], [], left)
            if readable and not self.connection.recv(65536):
                return

    def _way(self, actions):
        """Where a request goes that is forwarded: (instance, port), or the status of the answer that it gets instead."""
        settings = self.server.settings
        weighted = [(arn, weight) for arn, weight in reachability.forwarded_groups(actions) if weight > 0]
        chosen = random.choices([arn for arn, _ in weighted], [weight for _, weight in weighted])[0] if weighted else None
        group = chosen and reachability.target_group(chosen)
        targets = settings.health.serving(group) if group else []
        if not targets:
            return 503
        target = random.choice(targets)
        port = int(target["Port"])
        if reachability.to_target(self._balancer(), target, port) != OK:
            return 504
        return target["Id"], port

    def _forward(self, way, body):
        settings = self.server.settings
        if way == 504:
            time.sleep(settings.timeout)
        if isinstance(way, int):
            return self._own_error(way)
        address = settings.address_of(*way)
        return self._pass_on(address, body) if address else self._own_error(502)

    def _pass_on(self, address, body):
        settings, arn = self.server.settings, self.server.balancer_arn
        connection = settings.connections.take(arn, address, idle_timeout(self._balancer()))
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            headers.update({"X-Forwarded-For": settings.client_address, "X-Forwarded-Proto": "http",
                            "X-Forwarded-Port": str(self.server.listener_port),
                            "X-Amzn-Trace-Id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"})
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        except TimeoutError:
            connection.close()
            return self._own_error(504)
        except (OSError, http.client.HTTPException):
            connection.close()
            return self._own_error(502)
        settings.connections.give(arn, address, connection)
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP | {"content-length", "server", "date"}]
        return self._answer(answer.status, content, kept, server=answer.getheader("Server"))

    def _redirect(self, config):
        host, _, path_and_query = self.headers.get("Host", "localhost").partition(":")[0], None, self.path
        path, _, query = path_and_query.partition("?")
        values = {"protocol": "HTTP", "host": host, "port": str(self.server.listener_port), "path": path.lstrip("/"), "query": query}

        def filled(text):
            for name, value in values.items():
                text = text.replace(f"#{{{name}}}", value)
            return text
        query = filled(config.get("Query", "#{query}"))
        location = f"{filled(config.get('Protocol', '#{protocol}')).lower()}://{filled(config.get('Host', '#{host}'))}" \
                   f":{filled(config.get('Port', '#{port}'))}{filled(config.get('Path', '/#{path}'))}{'?' + query if query else ''}"
        status = 301 if config.get("StatusCode") == "HTTP_301" else 302
        self._answer(status, b"", [("Location", location), ("Content-Type", "text/html")])

    def _own_error(self, status):
        title = f"{status} {_TITLES[status]}"
        page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
        self._answer(status, page.encode(), [("Content-Type", "text/html")])

    def _answer(self, status, content, headers, server=None):
        self.send_response_only(status, _TITLES.get(status))
        self.send_header("Server", server or self.version_string())
        self.send_header("Date", self.date_time_string())
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
