"""ELBv2 where moto differs from AWS: targets by id and port, their health, pages."""

from moto.ec2.models import ec2_backends
from moto.elbv2.exceptions import TargetNotRunning
from moto.elbv2.models import FakeTargetGroup, elbv2_backends

from . import hooks
from .gateway import operation
from .paging import page, size_of
from .request import AwsError

_PAGED = {"DescribeLoadBalancers": "LoadBalancers", "DescribeListeners": "Listeners", "DescribeTargetGroups": "TargetGroups", "DescribeRules": "Rules"}


def _paged(action, key):
    @operation("elbv2", action)
    def describe(call, moto):
        answer = moto(call, without=("PageSize", "Marker"))
        asked, marker = call.params.get("PageSize"), call.params.get("Marker")
        if not (asked or marker or size_of("elbv2", action)):
            return answer
        items, following = page(call, answer.get(key, []), marker, asked or 400)
        return {key: items} | ({"NextMarker": following} if following else {})


for _action, _key in _PAGED.items():
    _paged(_action, _key)


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
    for balancer in elbv2_backends[call.account][call.region].load_balancers.values():
        for listener in balancer.listeners.values():
            actions = list(listener.default_actions) + [a for rule in listener.rules.values() for a in rule.actions]
            if any(group.arn in _forwards_to(action) for action in actions):
                return True
    return False


def _forwards_to(action):
    data = action if isinstance(action, dict) else getattr(action, "data", {})
    arns = {data.get("TargetGroupArn")}
    arns |= {t.get("TargetGroupArn") for t in (data.get("ForwardConfig") or {}).get("TargetGroups", [])}
    return arns


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
