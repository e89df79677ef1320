"""What the local AWS answers below /_local about itself and its stack."""

from ..ec2 import reachability
from ..functions import underway
from ..api.gateway import network_at_rest, register
from .workload import KEEP_ALIVE


def register_controls(launcher):
    """Register the routes of a launcher. Before its parts are there all answer 503; a ValueError is a 400."""

    def ready(method, payload, query):
        return (200, {"ready": True, "exports": launcher.exports}) if launcher.ready else (503, {"ready": False})

    def alerts(method, payload, query):
        return 200, {"alerts": launcher.inbox.alerts(query.get("topic")), "deadLetters": launcher.inbox.dead_letters()}

    def schedules(method, payload, query):
        if method == "GET":
            return 200, {"schedules": launcher.schedules.known()}
        name, _, action = query["rest"].rpartition("/")
        if action != "fire":
            raise ValueError("ask for POST /_local/schedules/NAME/fire")
        return 200, {"fired": name, "execution": launcher.schedules.fire(name)}

    def workload(method, payload, query):
        if method == "GET":
            return 200, {"workload": launcher.workloads.known()}
        workloads, only = launcher.workloads, (payload or {}).get("instance")
        if query["rest"] == "install":
            workloads.install(str(only), payload.get("files") or {}, int(payload.get("port", 5000)),
                              int(payload.get("keepAlive", KEEP_ALIVE)))
            return 200, {"instances": [only], "workload": workloads.known()}
        actions = {"kill": workloads.kill, "start": workloads.revive}
        if query["rest"] not in actions:
            raise ValueError("ask for POST /_local/workload/kill, /start or /install")
        return 200, {"instances": actions[query["rest"]](only), "workload": workloads.known()}

    def loadbalancers(method, payload, query):
        return 200, {"loadBalancers": launcher.balancers.known()}

    def reach(method, payload, query):
        with network_at_rest():
            why = _why_not(query.get("from", launcher.balancers.client_address), query.get("to", ""), int(query.get("port", 80)))
        return 200, {"reached": why is None, "why": why}

    def update(method, payload, query):
        if method != "POST" or not isinstance(payload, dict):
            raise ValueError('ask for POST /_local/update with the parameters to change, e.g. {"ProbeRate": "rate(2 minutes)"}')
        changed = launcher.deployment.update({name: str(value) for name, value in payload.items()})
        launcher.warm_up()
        return 200, {"updated": changed, "status": launcher.deployment.describe()["StackStatus"]}

    def on_its_way(method, payload, query):
        found, idle = underway.await_idle(launcher.poller.waiting, min(float(query.get("wait", 0)), 120))
        return 200, {"idle": idle, "underway": found}

    def environments(method, payload, query):
        if method != "DELETE" or not query["rest"]:
            raise ValueError("ask for DELETE /_local/environments/FUNCTION")
        launcher.host.retire(query["rest"])
        return 200, {"retired": query["rest"]}

    def once_assembled(handler):
        return lambda *request: handler(*request) if launcher.assembled else (503, {"ready": False})

    for path, handler in (("ready", ready), ("alerts", alerts), ("schedules", schedules), ("workload", workload),
                          ("loadbalancers", loadbalancers), ("reach", reach), ("update", update), ("underway", on_its_way),
                          ("environments", environments)):
        register(f"/_local/{path}", once_assembled(handler))


def _why_not(source, destination, port):
    """What keeps `source`, an address out there, from a load balancer or an instance, or the instance `source` from an address out there."""
    balancer = next((one for one in reachability.load_balancers() if destination in (one.name, one.arn)), None)
    if balancer:
        return reachability.why_not(balancer, port, source)
    machines = {one: reachability.instance(one) for one in (source, destination) if one.startswith("i-")}
    if None in machines.values() or len(machines) != 1:
        raise ValueError("ask for GET /_local/reach?to=NAME&port=80 of an internet-facing load balancer, ?to=INSTANCE&port=22, or ?from=INSTANCE&to=ADDRESS&port=443")
    if source in machines:
        return reachability.why_no_way_out(machines[source], destination or "203.0.113.80", port)
    return reachability.why_not_directly(machines[destination], port, source)
