"""ELBv2 where moto differs from AWS: targets by id and port, their health, pages."""

from moto.ec2.models import ec2_backends
from moto.elbv2.exceptions import TargetNotRunning
from moto.elbv2.models import FakeTargetGroup, elbv2_backends

from ..api import hooks
from ..api.gateway import operation
from .listener_rules import described_rule, shown_listener, shown_rule
from ..api.paging import page, size_of
from ..api.request import AwsError

_PAGED = {  # action -> (result key, the parameter that names items, the item's name, the error for one that is not there)
    "DescribeLoadBalancers": ("LoadBalancers", "LoadBalancerArns", "LoadBalancerArn", ("LoadBalancerNotFound", "One or more load balancers not found")),
    "DescribeListeners": ("Listeners", "ListenerArns", "ListenerArn", ("ListenerNotFound", "One or more listeners not found")),
    "DescribeTargetGroups": ("TargetGroups", "TargetGroupArns", "TargetGroupArn", ("TargetGroupNotFound", "One or more target groups not found")),
    "DescribeRules": ("Rules", "RuleArns", "RuleArn", ("RuleNotFound", "One or more rules not found"))}


def _paged(action, key, parameter, name, error):
    @operation("elbv2", action)
    def describe(call, moto):
        items = _all(call, moto, action, key)
        if set(call.params.get(parameter) or ()) - {item[name] for item in items}:
            raise AwsError(*error)
        asked, marker = call.params.get("PageSize"), call.params.get("Marker")
        if not (asked or marker or size_of("elbv2", action)):
            return {key: items}
        shown, following = page(call, items, marker, asked or 400)
        return {key: shown} | ({"NextMarker": following} if following else {})


def _all(call, moto, action, key):
    """moto pages rules by itself."""
    items = moto(call, without=("PageSize", "Marker")).get(key, [])
    if action == "DescribeListeners":
        return [shown_listener(one) for one in items]
    if action == "DescribeRules":
        if call.params.get("ListenerArn"):
            backend = elbv2_backends[call.account][call.region]
            items = [described_rule(one) for one in backend.describe_rules(call.params["ListenerArn"], None)]
        return sorted(map(shown_rule, items), key=lambda one: (one["IsDefault"], 0 if one["IsDefault"] else int(one["Priority"])))
    return items


for _action, _of in _PAGED.items():
    _paged(_action, *_of)


@operation("elbv2", "DescribeTargetHealth")
def describe_target_health(call, _moto):
    group = _group(call)
    registered, used = list(group.targets), _has_listener(call, group)
    asked = [(t["Id"], int(t.get("Port") or group.port)) for t in call.params.get("Targets", [])] or registered
    return {"TargetHealthDescriptions": [_described(call, group, target_id, port, registered, used) for target_id, port in asked]}


def _described(call, group, target_id, port, registered, used):
    target = {"Id": target_id, "Port": port}
    state, reason, text = _health(call, group, target, (target_id, port) in registered, used)
    health = {"State": state} | ({"Reason": reason} if reason else {}) | ({"Description": text} if text else {})
    checked = str(group.health_check_port or "traffic-port")
    shown = {"Target": target, "TargetHealth": health, "HealthCheckPort": str(port) if checked == "traffic-port" else checked}
    return shown if reason != "Target.NotRegistered" else {k: v for k, v in shown.items() if k != "HealthCheckPort"}


def _health(call, group, target, registered, used):
    if not registered:
        return "unused", "Target.NotRegistered", "Target is not registered to the target group"
    if not used:
        return "unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"
    if target["Id"].startswith("i-"):
        instance = ec2_backends[call.account][call.region].get_instance_by_id(target["Id"])
        if instance is None or instance.state != "running":
            state = instance.state if instance else "terminated"
            return "unused", "Target.InvalidState", f"Target is in the {state} state"
    if str(group.health_check_enabled).lower() == "false":
        return "unavailable", "Target.HealthCheckDisabled", "Health checks are not enabled for this target"
    return hooks.health_provider(group.arn, target)


def _group(call):
    group = elbv2_backends[call.account][call.region].target_groups.get(call.params["TargetGroupArn"])
    if group is None:
        raise AwsError("TargetGroupNotFound", "One or more target groups not found")
    return group


def _has_listener(call, group):
    """Whether a listener's default action or a rule forwards to the group."""
    return bool(group.load_balancer_arns)


def _register(self, targets):
    """A target is an id and a port: one instance may be registered on several."""
    for target in targets:
        instance = self.ec2_backend.get_instance_by_id(target["Id"]) if target["Id"].startswith("i-") else None
        if target["Id"].startswith("i-") and (instance is None or instance.state != "running"):
            raise TargetNotRunning(instance_id=target["Id"])
        port = int(target.get("Port") or self.port)
        self.targets[target["Id"], port] = {"Id": target["Id"], "Port": port}


def _deregister(self, targets):
    """What is not registered, or only on another port, is passed over in silence, as on AWS."""
    for target in targets:
        self.targets.pop((target["Id"], int(target.get("Port") or self.port)), None)


def _forget_terminated(self, instance_ids):
    for key in [k for k in self.targets if k[0] in instance_ids]:
        del self.targets[key]


FakeTargetGroup.register = _register
FakeTargetGroup.deregister = _deregister
FakeTargetGroup.deregister_terminated_instances = _forget_terminated
