"""What the EC2 parts share: where moto keeps things, and how EC2 refuses."""

from moto.ec2.models import ec2_backends

from ..api.request import AwsError

_NOT_FOUND = {  # prefix of an id -> (error code, what EC2 calls it)
    "acl-": ("InvalidNetworkAclID.NotFound", "networkAcl ID"), "eni-": ("InvalidNetworkInterfaceID.NotFound", "networkInterface ID"),
    "i-": ("InvalidInstanceID.NotFound", "instance ID"), "igw-": ("InvalidInternetGatewayID.NotFound", "internetGateway ID"),
    "nat-": ("NatGatewayNotFound", "Nat Gateway"), "rtb-": ("InvalidRouteTableID.NotFound", "routeTable ID"),
    "rtbassoc-": ("InvalidAssociationID.NotFound", "association ID"), "aclassoc-": ("InvalidAssociationID.NotFound", "association ID"),
    "sg-": ("InvalidGroup.NotFound", "security group"), "subnet-": ("InvalidSubnetID.NotFound", "subnet ID"),
    "vpc-": ("InvalidVpcID.NotFound", "vpc ID"), "vpce-": ("InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id")}


def backend_of(call):
    return ec2_backends[call.account][call.region]


def found(resource_id, among):
    """`among[resource_id]`, or EC2's error for an id that is not there."""
    if resource_id in among:
        return among[resource_id]
    raise not_found(resource_id)


def not_found(resource_id):
    code, kind = _NOT_FOUND.get(str(resource_id).rpartition("-")[0] + "-", ("InvalidParameterValue", "ID"))
    return AwsError(code, f"The {kind} '{resource_id}' does not exist")


def needed(call, *names):
    """The values of these parameters; the first one that is missing is refused."""
    for name in names:
        if call.params.get(name) is None:
            raise AwsError("MissingParameter", f"The request must contain the parameter {name[:1].lower()}{name[1:]}")
    return [call.params[name] for name in names]


def dry_run(call):
    if call.dry_run:
        raise AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)


def only_one(call, names):
    """The one of these parameters that the request has, and its value; EC2 changes one attribute per call."""
    given = [(name, call.params[name]) for name in names if call.params.get(name) is not None]
    if len(given) > 1:
        raise AwsError("InvalidParameterCombination", f"Fields for multiple attribute types specified: {', '.join(name[:1].lower() + name[1:] for name, _ in given)}")
    return given[0] if given else (None, None)


def subnets_of(backend):
    """By id."""
    return {subnet_id: subnet for zone in backend.subnets.values() for subnet_id, subnet in zone.items()}


def instances_of(backend):
    """By id, whatever their state."""
    return {one.id: one for reservation in list(backend.reservations.values()) for one in reservation.instances}


def attached_gateway(backend, vpc_id):
    """The internet gateway of a VPC, or None."""
    return next((one for one in list(backend.internet_gateways.values()) if one.vpc is not None and one.vpc.id == vpc_id), None)
