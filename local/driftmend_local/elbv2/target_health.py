"""Target health from real HTTP checks, with the states and reasons of an application load balancer.

Source: Elastic Load Balancing user guide for application load balancers, "Health checks for your target groups".
"""

import concurrent.futures
import http.client
import threading
import time
from dataclasses import dataclass

from ..ec2 import reachability
from ..api.gateway import network_at_rest
from ..ec2.instances import stops_of
from ..ec2.reachability import BLOCKED, OK

DIVISOR = 15
_LOOK_SECONDS = 0.2
REGISTERING = ("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
CHECKING = ("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
HEALTHY = ("healthy", None, None)
UNREGISTERED = ("unused", "Target.NotRegistered", "Target is not registered to the target group")
UNUSED = ("unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")
ZONE_OFF = ("unused", "Target.NotInUse", "Target is in an Availability Zone that is not enabled for the load balancer")
UNCHECKED = ("unavailable", "Target.HealthCheckDisabled", "Health checks are disabled for this target group")


@dataclass
class _Target:
    """What is known of one target of one group. `shown` is (state, reason, description)."""

    shown: tuple = REGISTERING
    good: int = 0
    bad: int = 0
    due: float = 0.0
    checking: bool = False

    def note(self, failure, healthy_after, unhealthy_after):
        """Count a check. A new target is healthy after one good check; later the thresholds rule."""
        self.good, self.bad = (self.good + 1, 0) if failure is None else (0, self.bad + 1)
        if failure is None:
            if self.shown[0] == "initial" or self.good >= healthy_after:
                self.shown = HEALTHY
        elif self.bad >= unhealthy_after or self.shown[0] == "unhealthy":
            self.shown = ("unhealthy", *failure)
        elif self.shown[0] == "initial":
            self.shown = CHECKING


class TargetHealth:
    """Checks the targets of every group that a load balancer uses.

    `address_of(instance_id, port)` is where the workload of an instance listens, or None. Intervals are the deployed ones
    divided by `divisor`; timeouts and thresholds are the deployed ones. Nothing drains: a target without open requests is
    deregistered at once on AWS too.
    """

    def __init__(self, address_of, divisor=DIVISOR):
        self._address_of, self._divisor = address_of, divisor
        self._targets = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._checks = concurrent.futures.ThreadPoolExecutor(8, thread_name_prefix="health-check")
        self._thread = threading.Thread(target=self._run, name="target-health", daemon=True)

    def start(self):
        self._thread.start()

    def close(self):
        self._stopped.set()
        self._checks.shutdown(wait=False, cancel_futures=True)

    def health_of(self, group_arn, target):
        """(state, reason, description) as DescribeTargetHealth answers it; reason and description are None if healthy."""
        with network_at_rest():
            return self._health_of(group_arn, target)

    def _health_of(self, group_arn, target):
        group = reachability.target_group(group_arn)
        registered = group and _registered(group, target)
        if not registered:
            return UNREGISTERED
        unused = _why_unused(group, registered)
        if unused:
            return unused
        if not group.health_check_enabled:
            return UNCHECKED
        with self._lock:
            known = self._targets.get(_key(group_arn, registered))
            return known.shown if known else REGISTERING

    @staticmethod
    def groups():
        """The target groups that a load balancer uses."""
        return [group for group in reachability.target_groups() if reachability.balancer_of(group.arn)]

    def serving(self, group):
        """The registered targets that get requests: the healthy ones, or all in use if none is (a load balancer fails open)."""
        usable = [target for target in list(group.targets.values()) if not _why_unused(group, target)]
        healthy = [target for target in usable if self.health_of(group.arn, target)[0] == "healthy"]
        return healthy or usable

    def _run(self):
        while not self._stopped.wait(_LOOK_SECONDS):
            now = time.monotonic()
            for group, target, known in self._in_use():
                if known.due <= now and not known.checking and group.health_check_enabled:
                    known.checking, known.due = True, now + int(group.health_check_interval_seconds) / self._divisor
                    self._checks.submit(self._check, group, target, known)

    def _in_use(self):
        """[(group, target, what is known)]; forgets targets that are gone or unused."""
        with network_at_rest():
            current = {_key(group.arn, target): (group, target) for group in reachability.target_groups()
                       for target in list(group.targets.values()) if not _why_unused(group, target)}
        with self._lock:
            self._targets = {key: self._targets.get(key) or _Target() for key in current}
            return [(*current[key], known) for key, known in self._targets.items()]

    def _check(self, group, target, known):
        try:
            failure = self._failure(group, target)
            with self._lock:
                known.note(failure, int(group.healthy_threshold_count), int(group.unhealthy_threshold_count))
        finally:
            known.checking = False

    def _failure(self, group, target):
        """None, or (reason, description) of a failed check."""
        port = int(target["Port"] if group.health_check_port in (None, "traffic-port") else group.health_check_port)
        with network_at_rest():
            balancer = reachability.balancer_of(group.arn)
            reached = reachability.to_target(balancer, target, port) if balancer else BLOCKED
        if reached != OK:
            return "Target.Timeout", "Request timed out"
        address = self._address_of(target["Id"], port)
        if not address:
            return "Target.FailedHealthChecks", "Health checks failed"
        connection = http.client.HTTPConnection(*address, timeout=float(group.health_check_timeout_seconds))
        try:
            connection.request("GET", group.health_check_path or "/", headers={"User-Agent": "ELB-HealthChecker/2.0", "Connection": "close"})
            status = connection.getresponse().status
        except TimeoutError:
            return "Target.Timeout", "Request timed out"
        except (OSError, http.client.HTTPException):
            return "Target.FailedHealthChecks", "Health checks failed"
        finally:
            connection.close()
        if matches(status, (group.matcher or {}).get("HttpCode", "200")):
            return None
        return "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{status}]"


def _key(group_arn, target):
    """What is known of a target ends when its instance is stopped, however soon that is started again: it is initial then."""
    machine = reachability.instance(target["Id"])
    return group_arn, target["Id"], str(target["Port"]), stops_of(machine) if machine is not None else 0


def _registered(group, target):
    """The registration that {"Id", "Port"} names; without a port, the one on the group's."""
    wanted = (target["Id"], int(target.get("Port") or group.port))
    return next((one for one in list(group.targets.values()) if (one["Id"], int(one["Port"])) == wanted), None)


def matches(status, matcher):
    """Is the status one of a matcher such as "200", "200,302" or "200-299"?"""
    for part in str(matcher).split(","):
        low, _, high = part.strip().partition("-")
        if low and int(low) <= status <= int(high or low):
            return True
    return False


def _why_unused(group, target):
    machine = reachability.instance(target["Id"])
    if machine is not None and machine.state in ("stopped", "stopping"):
        return "unused", "Target.InvalidState", f"Target is in the {machine.state} state"
    balancer = reachability.balancer_of(group.arn)
    if balancer is None:
        return UNUSED
    return None if reachability.zone_is_enabled(balancer, target) else ZONE_OFF
