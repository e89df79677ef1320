"""What the emulated network lets through: from a client to a load balancer and on to an instance, and from an instance out."""

import ipaddress

from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends

from . import network_path
from ..elbv2.balancers import interfaces_of
from ..functions.function_config import REGION
from ..api.request import ACCOUNT

OK, BLOCKED, STOPPED, GONE = "ok", "blocked", "stopped", "gone"


def load_balancers():
    """The application load balancers that exist."""
    return [one for one in list(elbv2_backends[ACCOUNT][REGION].load_balancers.values()) if one.type == "application"]


def target_group(arn):
    return elbv2_backends[ACCOUNT][REGION].target_groups.get(arn)


def target_groups():
    return list(elbv2_backends[ACCOUNT][REGION].target_groups.values())


def instance(instance_id):
    """The instance, whatever its state, or None."""
    return ec2_backends[ACCOUNT][REGION].get_instance_by_id(instance_id)


def forwarded_groups(actions):
    """[(target group ARN, weight)] of the forward actions."""
    found = []
    for action in actions:
        if action.type != "forward":
            continue
        if action.data.get("TargetGroupArn"):
            found.append((action.data["TargetGroupArn"], 1))
        else:
            found += [(one["TargetGroupArn"], int(one.get("Weight", 1))) for one in action.data.get("ForwardConfig", {}).get("TargetGroups", [])]
    return found


def balancer_of(group_arn):
    """A load balancer one of whose listeners or rules forwards to the target group, or None."""
    for balancer in elbv2_backends[ACCOUNT][REGION].load_balancers.values():
        for listener in list(balancer.listeners.values()):
            rules = [listener.default_actions] + [rule.actions for rule in list(listener.rules.values())]
            if any(arn == group_arn for actions in rules for arn, _ in forwarded_groups(actions)):
                return balancer
    return None


def client_may_reach(balancer, port, client_address):
    """May a client of that address open a connection to the load balancer's port?"""
    return why_not(balancer, port, client_address) is None


def why_not(balancer, port, client_address):
    """What keeps a client from the load balancer's port, or None. A client tries the node of every zone, so one that can be reached suffices."""
    backend = ec2_backends[ACCOUNT][REGION]
    if balancer.scheme == "internal":
        return f"{balancer.name} is internal: its name leads to private addresses"
    if not _allowed(balancer.security_groups, "ingress", port, [client_address], ()):
        return f"no security group of {balancer.name} lets port {port} in"
    return _first_way(network_path.from_internet(backend, node, client_address, port) for node in interfaces_of(backend, balancer))


def to_target(balancer, target, port):
    """OK, or what a packet from the load balancer to the target's port meets: BLOCKED on the way, STOPPED or GONE instance."""
    machine = instance(target["Id"])
    if machine is None or machine.state == "terminated":
        return GONE
    if machine.state != "running":
        return STOPPED
    return OK if why_no_target(balancer, machine, port) is None else BLOCKED


def why_no_target(balancer, machine, port):
    """What keeps the load balancer from the port of a running instance, or None. The node of any zone will do."""
    backend, groups = ec2_backends[ACCOUNT][REGION], [group.id for group in machine.security_groups]
    if not _allowed(balancer.security_groups, "egress", port, [machine.private_ip], groups):
        return f"no security group of {balancer.name} lets port {port} out"

    def way(node):
        if not _allowed(groups, "ingress", port, [node.private_ip_address], balancer.security_groups):
            return f"no security group of {machine.id} lets port {port} in from {balancer.name}"
        return network_path.between(backend, node, machine.nics[0], port)
    return _first_way(way(node) for node in interfaces_of(backend, balancer))


def why_no_way_out(machine, address, port=443):
    """What keeps an instance from a port of an address out there, or None."""
    if machine.state != "running":
        return f"{machine.id} is {machine.state}"
    if not _allowed([group.id for group in machine.security_groups], "egress", port, [address], ()):
        return f"no security group of {machine.id} lets port {port} out"
    return network_path.way_out(ec2_backends[ACCOUNT][REGION], machine.nics[0], address, port)


def why_not_directly(machine, port, client_address):
    """What keeps a client out there from the port of an instance itself, or None."""
    if machine.state != "running":
        return f"{machine.id} is {machine.state}"
    if not _allowed([group.id for group in machine.security_groups], "ingress", port, [client_address], ()):
        return f"no security group of {machine.id} lets port {port} in"
    return network_path.from_internet(ec2_backends[ACCOUNT][REGION], machine.nics[0], client_address, port)


def _first_way(reasons):
    """None if one of the ways is free, else what stops the first."""
    found = list(reasons)
    return None if any(one is None for one in found) else found[0] if found else "it has no node in any subnet"


def zone_is_enabled(balancer, target):
    """Has the load balancer a subnet in the target's zone?"""
    machine = instance(target["Id"])
    subnet = machine and ec2_backends[ACCOUNT][REGION].get_subnet(machine.subnet_id) if machine and machine.subnet_id else None
    return subnet is None or subnet.availability_zone in {one.availability_zone for one in balancer.subnets}


def _allowed(group_ids, direction, port, addresses, peer_groups):
    """Does any rule of any of the groups let TCP to the port pass, with one of the addresses or groups on the other side?"""
    backend = ec2_backends[ACCOUNT][REGION]
    for group_id in group_ids or ():
        group = backend.get_security_group_from_id(group_id)
        rules = list(getattr(group, f"{direction}_rules")) if group else []
        if any(_covers(rule, port) and _names(rule, addresses, peer_groups, backend) for rule in rules):
            return True
    return False


def _covers(rule, port):
    return rule.ip_protocol == "-1" or (rule.ip_protocol == "tcp" and rule.from_port <= port <= rule.to_port)


def _names(rule, addresses, peer_groups, backend):
    if (rule.source_group or {}).get("GroupId") in peer_groups:
        return True
    blocks = [block for block in (rule.cidr_ipv4, rule.cidr_ipv6) if block]
    if rule.prefix_list_id:
        listed = backend.managed_prefix_lists.get(rule.prefix_list_id)
        blocks += [entry["Cidr"] for entry in (listed.entries.get(listed.version, []) if listed else [])]
    networks = [ipaddress.ip_network(block, strict=False) for block in blocks]
    return any(ipaddress.ip_address(address) in network for address in addresses for network in networks)
