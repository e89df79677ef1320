"""VPC endpoints as EC2 keeps them: interfaces with groups in subnets, or a route in each table; a policy, and the service's name.

Source: Amazon EC2 API Reference, CreateVpcEndpoint, ModifyVpcEndpoint, DeleteVpcEndpoints; AWS PrivateLink Guide, "Default endpoint policy".
"""

import json

from moto.ec2.models.vpcs import VPCEndPoint

from .backends import backend_of, dry_run, found, needed, subnets_of
from .interfaces import forget, known_groups, made_by_service, private_address
from ..api.gateway import operation
from ..api.request import AwsError

DEFAULT_POLICY = json.dumps(VPCEndPoint.DEFAULT_POLICY)


@operation("ec2", "CreateVpcEndpoint")
def create(call, moto):
    """A gateway unless the request says otherwise; without groups an interface gets the VPC's default one."""
    backend, p = backend_of(call), call.params
    [vpc_id] = needed(call, "VpcId")
    found(vpc_id, backend.vpcs)
    kind = p.get("VpcEndpointType", "Gateway")
    groups, subnet_ids = known_groups(backend, p.get("SecurityGroupIds", [])), p.get("SubnetIds", [])
    _one_of_a_zone(backend, subnet_ids)
    _tables(backend, p.get("RouteTableIds", []))
    _checked(p.get("PolicyDocument"))
    dry_run(call)
    answer = moto(call)["VpcEndpoint"]
    endpoint = backend.vpc_end_points[answer["VpcEndpointId"]]
    endpoint.vpc_endpoint_type, endpoint.subnet_ids = kind, list(subnet_ids)
    endpoint.private_dns_enabled = kind == "Interface" and endpoint.private_dns_enabled
    if kind == "Interface":
        default = next(one for one in backend.groups[vpc_id].values() if one.is_default)
        endpoint.security_group_ids = [group.id for group in groups or [default]]
        for interface_id in endpoint.network_interface_ids:
            _furnish(call, backend, endpoint, backend.enis[interface_id])
    return {"VpcEndpoint": answer | {"VpcEndpointType": kind, "PrivateDnsEnabled": endpoint.private_dns_enabled}}


@operation("ec2", "ModifyVpcEndpoint")
def modify(call, _moto):
    """Adding what is there and removing what is not changes nothing."""
    backend, p = backend_of(call), call.params
    endpoint = _endpoint(call)
    groups = [group.id for group in known_groups(backend, p.get("AddSecurityGroupIds", []))]
    subnets = [one for one in endpoint.subnet_ids or [] if one not in p.get("RemoveSubnetIds", [])]
    added = [one for one in p.get("AddSubnetIds", []) if one not in subnets]
    _one_of_a_zone(backend, subnets + added)
    tables = [one for one in _tables(backend, p.get("AddRouteTableIds", [])) if one not in endpoint.route_table_ids]
    _checked(p.get("PolicyDocument"))
    dry_run(call)
    endpoint.security_group_ids = [one for one in dict.fromkeys(endpoint.security_group_ids + groups) if one not in p.get("RemoveSecurityGroupIds", [])]
    _follow(call, backend, endpoint, subnets + added)
    for table_id in tables:
        _lead(backend, endpoint, table_id)
    for table_id in {*p.get("RemoveRouteTableIds", [])} & {*endpoint.route_table_ids}:
        _leave(backend, endpoint, table_id)
    if "PolicyDocument" in p or p.get("ResetPolicy"):
        endpoint.policy_document = p.get("PolicyDocument") or DEFAULT_POLICY
    if "PrivateDnsEnabled" in p:
        endpoint.private_dns_enabled = p["PrivateDnsEnabled"]
    return {"Return": True}


@operation("ec2", "DeleteVpcEndpoints")
def delete(call, _moto):
    """What is not there is answered beside what went; what went is listed for a while."""
    backend, missing = backend_of(call), []
    [endpoint_ids] = needed(call, "VpcEndpointIds")
    dry_run(call)
    for endpoint_id in endpoint_ids:
        endpoint = backend.vpc_end_points.get(endpoint_id)
        if endpoint is None or endpoint.state == "deleted":
            missing.append({"ResourceId": endpoint_id, "Error": {"Code": "InvalidVpcEndpoint.NotFound", "Message": f"The Vpc Endpoint Id '{endpoint_id}' does not exist"}})
            continue
        _follow(call, backend, endpoint, [])
        for table_id in list(endpoint.route_table_ids):
            _leave(backend, endpoint, table_id)
        endpoint.state = "deleted"
    return {"Unsuccessful": missing}


def _endpoint(call):
    [endpoint_id] = needed(call, "VpcEndpointId")
    endpoint = found(endpoint_id, backend_of(call).vpc_end_points)
    if endpoint.state == "deleted":
        raise AwsError("InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist")
    return endpoint


def _one_of_a_zone(backend, subnet_ids):
    known = subnets_of(backend)
    zones = [found(subnet_id, known).availability_zone for subnet_id in subnet_ids]
    if len(set(zones)) < len(zones):
        raise AwsError("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone of " + str(subnet_ids[-1]))


def _tables(backend, table_ids):
    for table_id in table_ids:
        found(table_id, backend.route_tables)
    return table_ids


def _checked(policy):
    try:
        json.loads(policy or "{}")
    except ValueError:
        raise AwsError("InvalidParameterValue", "The policy document is not valid JSON") from None


def _follow(call, backend, endpoint, subnet_ids):
    """One interface in each of these subnets, with the groups of the endpoint."""
    held = {backend.enis[one].subnet.id: backend.enis[one] for one in endpoint.network_interface_ids if one in backend.enis}
    for subnet_id in held.keys() - set(subnet_ids):
        forget(backend, held.pop(subnet_id))
    for subnet_id in subnet_ids:
        if subnet_id not in held:
            held[subnet_id] = backend.create_network_interface(subnets_of(backend)[subnet_id], "")
            _furnish(call, backend, endpoint, held[subnet_id])
        held[subnet_id]._group_set = known_groups(backend, endpoint.security_group_ids)
    endpoint.subnet_ids, endpoint.network_interface_ids = list(subnet_ids), [held[one].id for one in subnet_ids]


def _furnish(call, backend, endpoint, interface):
    made_by_service(interface, f"VPC Endpoint Interface {endpoint.id}", "vpc_endpoint", call.account, known_groups(backend, endpoint.security_group_ids))
    private_address(interface)


def _lead(backend, endpoint, table_id):
    endpoint.route_table_ids.append(table_id)
    if endpoint.destination_prefix_list_id:
        backend.create_route(table_id, None, gateway_id=endpoint.id, destination_prefix_list_id=endpoint.destination_prefix_list_id)


def _leave(backend, endpoint, table_id):
    endpoint.route_table_ids.remove(table_id)
    if endpoint.destination_prefix_list_id and table_id in backend.route_tables:
        backend.delete_route(table_id, endpoint.destination_prefix_list_id)
