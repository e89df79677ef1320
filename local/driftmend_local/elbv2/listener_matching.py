"""Which actions of a listener a request meets: those of the first rule, by priority, whose conditions all hold.

Source: User Guide for Application Load Balancers, "Condition types for listener rules".
"""

import fnmatch
import ipaddress
from urllib.parse import parse_qsl


def actions_for(listener, request, client_address):
    """`request` is the handler of an HTTP request; without a matching rule the default actions are those."""
    rules = [rule for rule in list(listener.rules.values()) if not rule.is_default]
    for rule in sorted(rules, key=lambda one: int(one.priority)):
        if all(_holds(condition, request, client_address) for condition in rule.conditions):
            return rule.actions
    return listener.default_actions


def _holds(condition, request, client_address):
    return _TESTS[condition["Field"]](condition, request, client_address)


def _values(condition, config):
    return condition.get("Values") or condition.get(config, {}).get("Values", [])


def _host(condition, request, _):
    host = request.headers.get("Host", "").partition(":")[0]
    return any(_like(host.lower(), wanted.lower()) for wanted in _values(condition, "HostHeaderConfig"))


def _path(condition, request, _):
    return any(_like(request.path.partition("?")[0], wanted) for wanted in _values(condition, "PathPatternConfig"))


def _header(condition, request, _):
    config = condition["HttpHeaderConfig"]
    sent = request.headers.get(config["HttpHeaderName"])
    return sent is not None and any(_like(sent.lower(), wanted.lower()) for wanted in config["Values"])


def _method(condition, request, _):
    return request.command in condition["HttpRequestMethodConfig"]["Values"]


def _query(condition, request, _):
    sent = [(k.lower(), v.lower()) for k, v in parse_qsl(request.path.partition("?")[2], keep_blank_values=True)]
    return any(_like(value, wanted["Value"].lower()) and ("Key" not in wanted or _like(key, wanted["Key"].lower()))
               for wanted in condition["QueryStringConfig"]["Values"] for key, value in sent)


def _source(condition, _request, client_address):
    return any(ipaddress.ip_address(client_address) in ipaddress.ip_network(block, strict=False) for block in condition["SourceIpConfig"]["Values"])


def _like(text, wanted):
    """Only * and ? are wild."""
    return fnmatch.fnmatchcase(text, wanted.replace("[", "[[]"))


_TESTS = {"host-header": _host, "path-pattern": _path, "http-header": _header, "http-request-method": _method, "query-string": _query, "source-ip": _source}
