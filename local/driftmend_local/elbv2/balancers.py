"""Load balancers as Elastic Load Balancing keeps them: two zones, an internet gateway if public, an interface in each subnet.

Source: Elastic Load Balancing API Reference 2015-12-01, CreateLoadBalancer, SetSubnets, SetSecurityGroups, LoadBalancerAttribute; User
Guide for Application Load Balancers, "Subnets for your load balancer".
"""

from moto.ec2.models import ec2_backends
from moto.ec2.utils import random_public_ip
from moto.elbv2.models import elbv2_backends

from ..ec2.backends import attached_gateway, subnets_of
from ..api.gateway import operation
from ..ec2.interfaces import forget, made_by_service, private_address
from ..api.request import AwsError

_ATTRIBUTES = {  # of an application load balancer, with their defaults
    "access_logs.s3.enabled": "false", "access_logs.s3.bucket": "", "access_logs.s3.prefix": "", "client_keep_alive.seconds": "3600",
    "connection_logs.s3.enabled": "false", "connection_logs.s3.bucket": "", "connection_logs.s3.prefix": "",
    "deletion_protection.enabled": "false", "health_check_logs.s3.enabled": "false", "health_check_logs.s3.bucket": "",
    "health_check_logs.s3.prefix": "", "idle_timeout.timeout_seconds": "60", "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "true", "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false", "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false", "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append", "routing.http2.enabled": "true", "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false"}
_OF_NETWORK = {
    "access_logs.s3.enabled": "false", "access_logs.s3.bucket": "", "access_logs.s3.prefix": "", "deletion_protection.enabled": "false",
    "dns_record.client_routing_policy": "any_availability_zone", "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "false", "secondary_ips.auto_assigned.per_subnet": "0", "zonal_shift.config.enabled": "false"}


@operation("elbv2", "CreateLoadBalancer")
def create(call, moto):
    backend, p = _backend(call), call.params
    kind, scheme = p.get("Type", "application"), p.get("Scheme", "internet-facing")
    if any(one.name == p.get("Name") for one in backend.load_balancers.values()):
        raise AwsError("DuplicateLoadBalancerName", f"A load balancer with the same name '{p['Name']}' exists, but with different settings")
    subnets = _subnets(call, kind, scheme)
    groups = _groups(call, p["SecurityGroups"], subnets[0].vpc_id) if p.get("SecurityGroups") else None
    shown = moto(call)["LoadBalancers"][0]
    balancer = backend.load_balancers[shown["LoadBalancerArn"]]
    balancer.type, balancer.scheme, balancer.attrs = kind, scheme, dict(_ATTRIBUTES if kind == "application" else _OF_NETWORK)
    if groups is None and kind == "application":
        balancer.security_groups = [_ec2(call).get_default_security_group(balancer.vpc_id).id]
    keep_interfaces(_ec2(call), balancer)
    return {"LoadBalancers": [shown | {"Type": kind, "Scheme": scheme} | ({"SecurityGroups": balancer.security_groups} if balancer.security_groups else {})]}


@operation("elbv2", "SetSecurityGroups")
def set_security_groups(call, moto):
    balancer = _balancer(call)
    if not call.params.get("SecurityGroups"):
        raise AwsError("ValidationError", "At least one security group must be specified")
    _groups(call, call.params["SecurityGroups"], balancer.vpc_id)
    answer = moto(call)
    keep_interfaces(_ec2(call), balancer)
    return answer


@operation("elbv2", "SetSubnets")
def set_subnets(call, _moto):
    balancer = _balancer(call)
    subnets = _subnets(call, balancer.type, balancer.scheme)
    if {one.vpc_id for one in subnets} != {balancer.vpc_id}:
        raise AwsError("InvalidConfigurationRequest", "All subnets must belong to the VPC of the load balancer")
    balancer.subnets = subnets
    keep_interfaces(_ec2(call), balancer)
    return {"AvailabilityZones": [{"ZoneName": one.availability_zone, "SubnetId": one.id} for one in subnets], "IpAddressType": balancer.ip_address_type}


@operation("elbv2", "DeleteLoadBalancer")
def delete(call, moto):
    """One that is not there is gone."""
    balancer = _backend(call).load_balancers.get(call.params["LoadBalancerArn"])
    if balancer is not None:
        if balancer.attrs.get("deletion_protection.enabled") == "true":
            raise AwsError("OperationNotPermitted", f"Load balancer '{balancer.arn}' cannot be deleted because deletion protection is enabled")
        balancer.subnets = []
        keep_interfaces(_ec2(call), balancer)
    return moto(call)


@operation("elbv2", "ModifyLoadBalancerAttributes")
def modify_attributes(call, _moto):
    balancer = _balancer(call)
    wanted = {one["Key"]: one.get("Value", "") for one in call.params["Attributes"]}
    known = _ATTRIBUTES if balancer.type == "application" else _OF_NETWORK
    check_attributes(wanted, known, "Load balancer")
    balancer.attrs.update(wanted)
    return {"Attributes": [{"Key": key, "Value": value} for key, value in sorted(balancer.attrs.items())]}


def check_attributes(wanted, known, of):
    for key, value in wanted.items():
        if key not in known:
            raise AwsError("ValidationError", f"{of} attribute key '{key}' is not recognized")
        if known[key] in ("true", "false") and value not in ("true", "false"):
            raise AwsError("InvalidConfigurationRequest", f"{of} attribute value '{value}' of '{key}' must be one of: [true, false]")
        if known[key].isdigit() and not value.isdigit():
            raise AwsError("InvalidConfigurationRequest", f"{of} attribute value '{value}' of '{key}' must be a number")


def keep_interfaces(ec2, balancer):
    """One interface in each subnet, with the load balancer's groups, and a public address if it is for the internet."""
    description = f"ELB {balancer.arn.split(':loadbalancer/')[1]}"
    held = {one.subnet_id: one for one in list(ec2.enis.values()) if one.description == description and one.requester_managed}
    wanted = {one.id: one for one in balancer.subnets}
    groups = [ec2.get_security_group_from_id(group_id) for group_id in balancer.security_groups or []]
    for subnet_id in held.keys() - wanted.keys():
        forget(ec2, held[subnet_id])
    for subnet_id, subnet in wanted.items():
        if subnet_id in held:
            held[subnet_id]._group_set = groups
            continue
        made = ec2.create_network_interface(subnet, "", description=description)
        made_by_service(made, description, "interface" if balancer.type == "application" else "network_load_balancer", "amazon-elb", groups)
        private_address(made)
        made.public_ip = None if balancer.scheme == "internal" else random_public_ip()


def interfaces_of(ec2, balancer):
    """The load balancer's interfaces, one for each subnet."""
    description = f"ELB {balancer.arn.split(':loadbalancer/')[1]}"
    return [one for one in list(ec2.enis.values()) if one.description == description and one.requester_managed]


def _backend(call):
    return elbv2_backends[call.account][call.region]


def _ec2(call):
    return ec2_backends[call.account][call.region]


def _balancer(call):
    balancer = _backend(call).load_balancers.get(call.params["LoadBalancerArn"])
    if balancer is None:
        raise AwsError("LoadBalancerNotFound", "One or more load balancers not found")
    return balancer


def _groups(call, group_ids, vpc_id):
    for group_id in group_ids:
        group = _ec2(call).get_security_group_from_id(group_id)
        if group is None:
            raise AwsError("InvalidSecurityGroup", f"Security group '{group_id}' does not exist")
        if group.vpc_id != vpc_id:
            raise AwsError("InvalidConfigurationRequest", f"Security group '{group_id}' does not belong to VPC '{vpc_id}'")
    return group_ids


def _subnets(call, kind, scheme):
    """The subnets that the request names, in either form."""
    ids = list(call.params.get("Subnets") or []) + [one["SubnetId"] for one in call.params.get("SubnetMappings") or []]
    if not ids:
        raise AwsError("ValidationError", "At least one subnet must be specified")
    known = subnets_of(_ec2(call))
    for subnet_id in ids:
        if subnet_id not in known:
            raise AwsError("SubnetNotFound", f"The subnet ID '{subnet_id}' is not valid")
    subnets = [known[subnet_id] for subnet_id in ids]
    zones = {one.availability_zone for one in subnets}
    if len(zones) < len(subnets):
        raise AwsError("InvalidConfigurationRequest", "A load balancer cannot be attached to multiple subnets in the same Availability Zone")
    if kind == "application" and len(zones) < 2:
        raise AwsError("ValidationError", "At least two subnets in two different Availability Zones must be specified")
    if scheme == "internet-facing" and attached_gateway(_ec2(call), subnets[0].vpc_id) is None:
        raise AwsError("InvalidSubnet", f"VPC {subnets[0].vpc_id} has no internet gateway")
    return subnets
