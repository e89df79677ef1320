"""Route tables as EC2 keeps them: one target per route, in the table's own VPC, blackhole once it is gone; one table per subnet.

Source: Amazon EC2 API Reference, CreateRoute, ReplaceRoute, DeleteRoute, AssociateRouteTable; Amazon VPC User Guide, "Route tables".
"""

import ipaddress

from moto.ec2.models.route_tables import Route, RouteTable
from moto.ec2.utils import random_subnet_association_id

from .backends import backend_of, dry_run, found, needed, not_found, subnets_of
from ..api.gateway import operation
from ..api.request import AwsError

_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
_TARGETS = ("GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId", "NetworkInterfaceId", "InstanceId", "VpcPeeringConnectionId",
            "TransitGatewayId", "CarrierGatewayId", "VpcEndpointId")
_SLOTS = ("gateway", "instance", "nat_gateway", "egress_only_igw", "transit_gateway", "interface", "vpc_pcx", "carrier_gateway", "vpc_endpoint_id")


@operation("ec2", "CreateRoute")
def create_route(call, _moto):
    table, destination = _table(call), _destination(call)
    if _route(table, destination):
        raise AwsError("RouteAlreadyExists", f"The route identified by {destination} already exists.")
    target = _target(call, table)
    dry_run(call)
    route = Route(table, *_as_destination(call, destination), **target)
    table._routes[route.id] = route
    return {"Return": True}


@operation("ec2", "ReplaceRoute")
def replace_route(call, _moto):
    table, destination = _table(call), _destination(call)
    route = _route(table, destination)
    if route is None:
        raise AwsError("InvalidParameterValue", f"There is no route defined for '{destination}' in the route table. Use CreateRoute instead.")
    if call.params.get("LocalTarget"):
        target = {"local": True}
    elif route.local and not any(call.params.get(name) for name in ("NetworkInterfaceId", "InstanceId", "VpcEndpointId")):
        raise AwsError("InvalidParameterValue", f"cannot replace local route {destination} in route table {table.id} with this target")
    else:
        target = {"local": False} | _target(call, table)
    dry_run(call)
    for slot in _SLOTS:
        setattr(route, slot, None)
    for slot, value in target.items():
        setattr(route, slot, value)
    return {}


@operation("ec2", "DeleteRoute")
def delete_route(call, _moto):
    table, destination = _table(call), _destination(call)
    route = _route(table, destination)
    if route is None:
        raise AwsError("InvalidRoute.NotFound", f"no route with destination-cidr-block {destination} in route table {table.id}")
    if route.local:
        raise AwsError("InvalidParameterValue", f"cannot remove local route {destination} in route table {table.id}")
    dry_run(call)
    table._routes.pop(next(key for key, one in table._routes.items() if one is route))
    return {}


def _table(call):
    [table_id] = needed(call, "RouteTableId")
    return found(table_id, backend_of(call).route_tables)


def _destination(call):
    """The destination in EC2's own form: a range without its host bits."""
    given = [(name, call.params[name]) for name in _DESTINATIONS if call.params.get(name)]
    if len(given) != 1:
        raise AwsError("MissingParameter" if not given else "InvalidParameterCombination",
                       "The request must contain exactly one of destinationCidrBlock, destinationIpv6CidrBlock or destinationPrefixListId")
    [(name, text)] = given
    if name == "DestinationPrefixListId":
        found_lists = backend_of(call).managed_prefix_lists
        if text not in found_lists:
            raise AwsError("InvalidPrefixListID.NotFound", f"The prefix list ID '{text}' does not exist")
        return text
    try:
        network = ipaddress.ip_network(text, strict=False)
        if network.version == (4 if name == "DestinationCidrBlock" else 6):
            return str(network)
    except ValueError:
        pass
    raise AwsError("InvalidParameterValue", f"Value ({text}) for parameter {name[:1].lower()}{name[1:]} is invalid. This is not a valid CIDR block.")


def _as_destination(call, destination):
    lists = backend_of(call).managed_prefix_lists
    return (destination if "." in destination else None, destination if ":" in destination else None, lists.get(destination))


def _route(table, destination):
    return next((one for one in table._routes.values()
                 if destination in (one.destination_cidr_block, one.destination_ipv6_cidr_block, one.destination_prefix_list_id)), None)


def _target(call, table):
    given = [(name, call.params[name]) for name in _TARGETS if call.params.get(name)]
    if len(given) != 1:
        raise AwsError("MissingParameter" if not given else "InvalidParameterCombination",
                       "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId, "
                       "egressOnlyInternetGatewayId, transitGatewayId, carrierGatewayId, vpcEndpointId or instanceId")
    [(name, target_id)] = given
    return _RESOLVE[name](backend_of(call), table, target_id)


def _gateway(backend, table, gateway_id):
    gateway = backend.internet_gateways.get(gateway_id) or backend.vpn_gateways.get(gateway_id) or backend.vpc_end_points.get(gateway_id)
    if gateway is None:
        raise AwsError("InvalidGatewayID.NotFound", f"The gateway ID '{gateway_id}' does not exist")
    if gateway_id.startswith("igw-") and (gateway.vpc is None or gateway.vpc.id != table.vpc_id):
        raise AwsError("InvalidParameterValue", f"route table {table.id} and network gateway {gateway_id} belong to different networks")
    return {"gateway": gateway}


def _nat_gateway(backend, table, gateway_id):
    gateway = backend.nat_gateways.get(gateway_id)
    if gateway is None or gateway.state not in ("available", "pending"):
        raise AwsError("InvalidNatGatewayID.NotFound", f"The natGateway ID '{gateway_id}' does not exist")
    if gateway.vpc_id != table.vpc_id:
        raise AwsError("InvalidParameterValue", f"route table {table.id} and NAT gateway {gateway_id} belong to different networks")
    return {"nat_gateway": gateway}


def _interface(backend, table, interface_id):
    interface = found(interface_id, backend.enis)
    if interface.vpc_id != table.vpc_id:
        raise AwsError("InvalidParameterValue", f"route table {table.id} and interface {interface_id} belong to different networks")
    return {"interface": interface}


def _instance(backend, table, instance_id):
    instance = backend.get_instance_by_id(instance_id)
    if instance is None or instance.state == "terminated":
        raise not_found(instance_id)
    if len(instance.nics) != 1:
        raise AwsError("InvalidInstanceID", f"There are multiple interfaces attached to instance '{instance_id}'. Please specify an interface ID for the operation instead.")
    return _interface(backend, table, next(iter(instance.nics.values())).id)


def _other(slot, collection, code, kind):
    def resolve(backend, _table, target_id):
        target = getattr(backend, collection).get(target_id)
        if target is None:
            raise AwsError(code, f"The {kind} '{target_id}' does not exist")
        return {slot: target}
    return resolve


_RESOLVE = {
    "GatewayId": _gateway, "NatGatewayId": _nat_gateway, "NetworkInterfaceId": _interface, "InstanceId": _instance,
    "EgressOnlyInternetGatewayId": _other("egress_only_igw", "egress_only_internet_gateways", "InvalidGatewayID.NotFound", "gateway ID"),
    "VpcPeeringConnectionId": _other("vpc_pcx", "vpc_pcxs", "InvalidVpcPeeringConnectionID.NotFound", "vpcPeeringConnection ID"),
    "TransitGatewayId": _other("transit_gateway", "transit_gateways", "InvalidTransitGatewayID.NotFound", "transitGateway ID"),
    "CarrierGatewayId": _other("carrier_gateway", "carrier_gateways", "InvalidCarrierGatewayID.NotFound", "carrier gateway ID"),
    "VpcEndpointId": lambda backend, table, target_id: {"vpc_endpoint_id": found_endpoint(backend, target_id)}}


def found_endpoint(backend, endpoint_id):
    if endpoint_id not in backend.vpc_end_points:
        raise AwsError("InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist")
    return endpoint_id


def _state(route):
    """`blackhole` once nothing is where the route leads."""
    return "active" if route.local or _is_there(route, route.route_table.ec2_backend) else "blackhole"


def _is_there(route, backend):
    vpc_id = route.route_table.vpc_id
    if route.interface:
        machine = route.interface.instance
        return route.interface.id in backend.enis and machine is not None and machine.state == "running"
    if route.nat_gateway:
        return route.nat_gateway.state == "available"
    if route.gateway and route.gateway.id.startswith("igw-"):
        return route.gateway.id in backend.internet_gateways and route.gateway.vpc is not None and route.gateway.vpc.id == vpc_id
    if route.gateway and route.gateway.id.startswith("vgw-"):
        attachment = getattr(route.gateway, "attachments", {}).get(vpc_id)
        return attachment is not None and attachment.state == "attached"
    if route.gateway or route.vpc_endpoint_id:
        return (route.vpc_endpoint_id or route.gateway.id) in backend.vpc_end_points
    if route.egress_only_igw:
        return route.egress_only_igw.id in backend.egress_only_internet_gateways
    if route.vpc_pcx:
        return route.vpc_pcx.id in backend.vpc_pcxs and route.vpc_pcx._status.code not in ("deleted", "rejected", "failed")
    if route.transit_gateway:
        return route.transit_gateway.id in backend.transit_gateways and route.transit_gateway.state != "deleted"
    return route.carrier_gateway is not None and route.carrier_gateway.id in backend.carrier_gateways


Route.state = property(_state)
Route.instance_id = property(lambda route: route.interface.instance.id if route.interface and route.interface.instance else None)
Route.instance_owner_id = property(lambda route: route.interface.owner_id if route.interface and route.interface.instance else None)


# Which table a subnet uses.

@operation("ec2", "AssociateRouteTable")
def associate(call, _moto):
    backend, table = backend_of(call), _table(call)
    holder = call.params.get("SubnetId") or call.params.get("GatewayId")
    if not holder:
        raise AwsError("MissingParameter", "The request must contain the parameter subnetId or gatewayId")
    vpc_id = found(holder, subnets_of(backend)).vpc_id if holder.startswith("subnet-") else _vpc_of_gateway(backend, holder)
    if vpc_id != table.vpc_id:
        raise AwsError("InvalidParameterValue", f"Route table {table.id} and {'subnet' if holder.startswith('subnet-') else 'gateway'} {holder} belong to different networks")
    for other in backend.route_tables.values():
        for association_id, target in other._associations.items():
            if target == holder and other is table:
                return _associated(association_id)
            if target == holder:
                raise AwsError("Resource.AlreadyAssociated", f"the specified association for route table {table.id} conflicts with an existing association")
    dry_run(call)
    made = random_subnet_association_id()
    table._associations[made] = holder
    return _associated(made)


def _vpc_of_gateway(backend, gateway_id):
    gateway = found(gateway_id, backend.internet_gateways)
    return gateway.vpc.id if gateway.vpc else None


def _associated(association_id):
    return {"AssociationId": association_id, "AssociationState": {"State": "associated"}}


@operation("ec2", "DisassociateRouteTable")
def disassociate(call, _moto):
    [association_id] = needed(call, "AssociationId")
    table = _holding(backend_of(call), association_id)
    if table.main_association_id == association_id:
        raise AwsError("InvalidParameterValue", f"cannot disassociate the main route table association {association_id}")
    dry_run(call)
    del table._associations[association_id]
    return {}


@operation("ec2", "ReplaceRouteTableAssociation")
def replace_association(call, _moto):
    [association_id] = needed(call, "AssociationId")
    table, before = _table(call), _holding(backend_of(call), association_id)
    if before.vpc_id != table.vpc_id:
        raise AwsError("InvalidParameterValue", f"Route table {table.id} and association {association_id} belong to different networks")
    dry_run(call)
    made = random_subnet_association_id()
    if before.main_association_id == association_id:
        before.main_association_id, table.main_association_id = None, made
    else:
        table._associations[made] = before._associations.pop(association_id)
    return {"NewAssociationId": made, "AssociationState": {"State": "associated"}}


def _holding(backend, association_id):
    for table in backend.route_tables.values():
        if association_id in table._associations or table.main_association_id == association_id:
            return table
    raise AwsError("InvalidAssociationID.NotFound", f"The association ID '{association_id}' does not exist")


@operation("ec2", "DeleteRouteTable")
def delete_table(call, _moto):
    table = _table(call)
    if table._associations or table.main_association_id:
        raise AwsError("DependencyViolation", f"The routeTable '{table.id}' has dependencies and cannot be deleted.")
    dry_run(call)
    del backend_of(call).route_tables[table.id]
    return {}


RouteTable.propagating_vgws = property(lambda table: [])
