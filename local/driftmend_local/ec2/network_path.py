"""What routes and network ACLs of the emulated EC2 let pass. Each question is answered by None, or by a sentence that says what stops the packet.

Connections are TCP. The side that opens one does it from port 51234, which stands for the ephemeral ports of all.
Source: Amazon VPC User Guide, "Route priority", "Network ACL rules", "NAT gateways".
"""

import ipaddress

from .backends import attached_gateway

EPHEMERAL = 51234
_CHAINED = 3


def table_of(backend, subnet):
    """The route table of a subnet: its own, else the VPC's main one."""
    tables = [one for one in list(backend.route_tables.values()) if one.vpc_id == subnet.vpc_id]
    own = next((one for one in tables if subnet.id in one._associations.values()), None)
    return own or next((one for one in tables if one.main_association_id), None)


def route_to(backend, subnet, address):
    """The route that a packet to the address takes from the subnet: the most specific one. None if there is none."""
    table, best = table_of(backend, subnet), (-1, None)
    for route in list(table._routes.values()) if table else []:
        for block in _blocks(route):
            network = ipaddress.ip_network(block, strict=False)
            if ipaddress.ip_address(address) in network and network.prefixlen > best[0]:
                best = (network.prefixlen, route)
    return best[1]


def _blocks(route):
    if route.destination_prefix_list:
        listed = route.destination_prefix_list
        return [entry["Cidr"] for entry in listed.entries.get(listed.version, [])]
    return [block for block in (route.destination_cidr_block, route.destination_ipv6_cidr_block) if block]


def from_internet(backend, interface, client, port):
    """May a client out there open a connection to the port of an interface that has a public address?"""
    subnet = interface.subnet
    if not interface.public_ip:
        return f"{interface.id} has no public address"
    return (_to_gateway(backend, subnet, client)
            or _through_acl(backend, subnet, False, client, port) or _through_acl(backend, subnet, True, client, EPHEMERAL))


def between(backend, opening, answering, port):
    """May one interface open a connection to the port of another in the same VPC? Within a subnet no ACL is asked."""
    near, far = opening.subnet, answering.subnet
    if near.id == far.id:
        return None
    return (_through_acl(backend, near, True, answering.private_ip_address, port)
            or _through_acl(backend, far, False, opening.private_ip_address, port)
            or _through_acl(backend, far, True, opening.private_ip_address, EPHEMERAL)
            or _through_acl(backend, near, False, answering.private_ip_address, EPHEMERAL))


def way_out(backend, interface, address, port=443):
    """May an interface open a connection to an address out there, through a gateway, a NAT gateway or a NAT instance?"""
    return (_through_acl(backend, interface.subnet, True, address, port) or _through_acl(backend, interface.subnet, False, address, EPHEMERAL)
            or _by_route(backend, interface, address, port, _CHAINED))


def _by_route(backend, interface, address, port, hops):
    route = route_to(backend, interface.subnet, address)
    why = _stops(route, interface.subnet, address)
    if why:
        return why
    if route.gateway and route.gateway.id.startswith("igw-"):
        return None if interface.public_ip else f"{interface.id} has no public address to leave through {route.gateway.id} with"
    through = route.nat_gateway._eni if route.nat_gateway else route.interface
    if through is None or not hops:
        return f"the route of {interface.subnet.id} to {address} does not lead to the internet"
    if through.source_dest_check and not route.nat_gateway:
        return f"{through.id} drops what is not for itself: its source/destination check is on"
    return _past(backend, interface, through, address, port) or _by_route(backend, through, address, port, hops - 1)


def _past(backend, interface, through, address, port):
    """Through the subnet of the machine that translates, in both directions; within one subnet no ACL is asked on the near side."""
    subnet, inside = through.subnet, interface.private_ip_address
    near = None if subnet.id == interface.subnet.id else (
        _through_acl(backend, subnet, False, inside, port) or _through_acl(backend, subnet, True, inside, EPHEMERAL))
    return near or _through_acl(backend, subnet, True, address, port) or _through_acl(backend, subnet, False, address, EPHEMERAL)


def _to_gateway(backend, subnet, address):
    if attached_gateway(backend, subnet.vpc_id) is None:
        return f"{subnet.vpc_id} has no internet gateway"
    route = route_to(backend, subnet, address)
    why = _stops(route, subnet, address)
    if why:
        return why
    if not (route.gateway and route.gateway.id.startswith("igw-")):
        return f"the route of {subnet.id} to {address} does not lead to the internet gateway"
    return None


def _stops(route, subnet, address):
    if route is None:
        return f"{subnet.id} has no route to {address}"
    return f"the route of {subnet.id} to {address} is a blackhole" if route.state == "blackhole" else None


def _through_acl(backend, subnet, egress, address, port):
    acl = next((one for one in list(backend.network_acls.values()) if any(held.subnet_id == subnet.id for held in one.associations)), None)
    if acl is None:
        return f"{subnet.id} has no network ACL"
    for entry in sorted(acl.network_acl_entries, key=lambda one: one.rule_number):
        if entry.egress == egress and _covers(entry, address, port):
            return None if entry.rule_action == "allow" else f"{acl.id} denies it {'out of' if egress else 'into'} {subnet.id}, rule {entry.rule_number}, port {port}"
    return f"{acl.id} has no entry for it {'out of' if egress else 'into'} {subnet.id}, port {port}"


def _covers(entry, address, port):
    if entry.protocol not in ("-1", "6") or entry.protocol == "6" and not int(entry.port_range_from) <= port <= int(entry.port_range_to):
        return False
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(block, strict=False) for block in (entry.cidr_block, entry.ipv6_cidr_block) if block)
