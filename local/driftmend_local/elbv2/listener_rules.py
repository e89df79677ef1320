"""Listeners and their rules: one port each, priorities that are unique, actions and conditions the way they are described.

Source: Elastic Load Balancing API Reference 2015-12-01, Action, RuleCondition, ModifyListener, SetRulePriorities, ListenerAttribute.
"""

from moto.elbv2.models import FakeTargetGroup, elbv2_backends

from .balancers import check_attributes
from ..api.gateway import operation
from ..api.request import AwsError

_VALUES = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}
_REDIRECT = {"Protocol": "#{protocol}", "Port": "#{port}", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}"}
_HEADERS = ("access_control_allow_origin", "access_control_allow_methods", "access_control_allow_headers", "access_control_allow_credentials",
            "access_control_expose_headers", "access_control_max_age", "content_security_policy", "strict_transport_security",
            "x_content_type_options", "x_frame_options")
_ATTRIBUTES = {"routing.http.response.server.enabled": "true"} | {f"routing.http.response.{name}.header_value": "" for name in _HEADERS}
_OF_NETWORK = {"tcp.idle_timeout.seconds": "350"}


def shown_action(action):
    """An action as it is described: a forward in both of its forms, a redirect with what it leaves alone."""
    if action.get("Type") == "forward":
        config = dict(action.get("ForwardConfig") or {"TargetGroups": [{"TargetGroupArn": action["TargetGroupArn"]}]})
        config.setdefault("TargetGroupStickinessConfig", {"Enabled": False})
        config["TargetGroups"] = [{"Weight": 1, **one} for one in config.get("TargetGroups", [])]
        alone = {"TargetGroupArn": config["TargetGroups"][0]["TargetGroupArn"]} if len(config["TargetGroups"]) == 1 else {}
        return {k: v for k, v in action.items() if k != "TargetGroupArn"} | alone | {"ForwardConfig": config}
    if action.get("Type") == "redirect":
        return action | {"RedirectConfig": _REDIRECT | action["RedirectConfig"]}
    return action


def shown_condition(condition):
    """A condition on host or path in both of its forms."""
    config = _VALUES.get(condition.get("Field"))
    if config is None:
        return {k: v for k, v in condition.items() if k != "Values"}
    values = condition.get("Values") or condition.get(config, {}).get("Values", [])
    return condition | {"Values": values, config: {"Values": values}}


def shown_listener(listener):
    """Without what only a listener with certificates has."""
    secure = listener.get("Protocol") in ("HTTPS", "TLS")
    listener = {k: v for k, v in listener.items() if k not in ("SslPolicy", "AlpnPolicy") or secure and v}
    return listener | {"DefaultActions": [shown_action(one) for one in listener.get("DefaultActions", [])]}


def shown_rule(rule):
    return rule | {"Actions": [shown_action(one) for one in rule.get("Actions", [])],
                   "Conditions": [shown_condition(one) for one in rule.get("Conditions", [])]}


@operation("elbv2", "CreateListener")
def create_listener(call, moto):
    balancer = _backend(call).load_balancers.get(call.params["LoadBalancerArn"])
    if balancer is not None:
        _port_is_free(balancer, call.params.get("Port"))
    shown = moto(call)["Listeners"][0]
    balancer.listeners[shown["ListenerArn"]].attributes = dict(_ATTRIBUTES if balancer.type == "application" else _OF_NETWORK)
    return {"Listeners": [shown_listener(shown)]}


@operation("elbv2", "ModifyListener")
def modify_listener(call, moto):
    listener, balancer = _listener(call)
    _port_is_free(balancer, call.params.get("Port"), but=listener)
    shown = moto(call)["Listeners"][0]
    if shown["Protocol"] in ("HTTP", "TCP"):
        # "Changing the protocol from HTTPS to HTTP, or from TLS to TCP, removes the security policy and default certificate properties."
        listener.certificate, listener.certificates, listener.ssl_policy = None, [], None
        shown = {key: value for key, value in shown.items() if key != "Certificates"}
    return {"Listeners": [shown_listener(shown)]}


@operation("elbv2", "ModifyListenerAttributes")
def modify_listener_attributes(call, _moto):
    listener, balancer = _listener(call)
    wanted = {one["Key"]: one.get("Value", "") for one in call.params["Attributes"]}
    check_attributes(wanted, _ATTRIBUTES if balancer.type == "application" else _OF_NETWORK, "Listener")
    listener.attributes.update(wanted)
    return {"Attributes": [{"Key": key, "Value": value} for key, value in sorted(listener.attributes.items())]}


@operation("elbv2", "CreateRule")
def create_rule(call, moto):
    return {"Rules": [shown_rule(moto(call)["Rules"][0])]}


@operation("elbv2", "ModifyRule")
def modify_rule(call, moto):
    rule, _ = _rule(call, call.params["RuleArn"])
    if rule.is_default and call.params.get("Conditions"):
        raise AwsError("OperationNotPermitted", "Default rule conditions cannot be modified")
    return {"Rules": [shown_rule(one) for one in moto(call)["Rules"]]}


@operation("elbv2", "DeleteRule")
def delete_rule(call, moto):
    rule, _ = _rule(call, call.params["RuleArn"])
    if rule.is_default:
        raise AwsError("OperationNotPermitted", f"Default rule '{rule.arn}' cannot be deleted")
    return moto(call)


@operation("elbv2", "SetRulePriorities")
def set_rule_priorities(call, moto):
    """All at once, so that two rules can change places."""
    wanted = [(*_rule(call, one["RuleArn"]), int(one["Priority"])) for one in call.params["RulePriorities"]]
    if len({priority for _, _, priority in wanted}) < len(wanted):
        raise AwsError("PriorityInUse", "Priority is specified more than once")
    moved = {rule.arn for rule, _, _ in wanted}
    for rule, listener, priority in wanted:
        if rule.is_default:
            raise AwsError("OperationNotPermitted", "Default rule priority cannot be modified")
        if any(str(other.priority) == str(priority) for other in listener.rules.values() if other.arn not in moved):
            raise AwsError("PriorityInUse", f"Priority '{priority}' is currently in use")
    for rule, _, priority in wanted:
        rule.priority = priority
    return {"Rules": [shown_rule(described_rule(rule)) for rule, _, _ in wanted]}


def described_rule(rule):
    return {"RuleArn": rule.arn, "Priority": str(rule.priority), "IsDefault": rule.is_default, "Conditions": rule.conditions,
            "Actions": [one.data for one in rule.actions]}


def _backend(call):
    return elbv2_backends[call.account][call.region]


def _listener(call):
    """(the listener that the call names, its load balancer)"""
    for balancer in _backend(call).load_balancers.values():
        if call.params["ListenerArn"] in balancer.listeners:
            return balancer.listeners[call.params["ListenerArn"]], balancer
    raise AwsError("ListenerNotFound", f"One or more listeners not found: '{call.params['ListenerArn']}'")


def _rule(call, arn):
    """(the rule, its listener)"""
    for balancer in _backend(call).load_balancers.values():
        for listener in balancer.listeners.values():
            for rule in listener.rules.values():
                if rule.arn == arn:
                    return rule, listener
    raise AwsError("RuleNotFound", "One or more rules not found")


def _port_is_free(balancer, port, but=None):
    if port is not None and any(int(other.port) == int(port) for other in balancer.listeners.values() if other is not but):
        raise AwsError("DuplicateListener", "A listener already exists on this port for this load balancer")


def _used_by(group):
    """The load balancers that forward to a group, as they are now."""
    found = []
    for balancer in elbv2_backends[group.account_id][group.region_name].load_balancers.values():
        actions = [action for listener in balancer.listeners.values() for rule in listener.rules.values() for action in rule.actions]
        if any(group.arn in arns_of(action.data) for action in actions):
            found.append(balancer.arn)
    return found


def arns_of(action):
    """The target groups that an action forwards to."""
    arns = {action.get("TargetGroupArn")} | {one.get("TargetGroupArn") for one in (action.get("ForwardConfig") or {}).get("TargetGroups", [])}
    return arns - {None}


FakeTargetGroup.load_balancer_arns = property(_used_by, lambda group, _: None)
