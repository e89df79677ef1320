"""The network, load balancer and instance of the deployed stack as the APIs show them, without the ids that change with every repair."""

_TARGETS = ("NatGatewayId", "NetworkInterfaceId", "GatewayId")


def seen(bench):
    """Everything besides the groups' rules that a kind compares, by logical id where there is one."""
    ids, ec2, elb = bench.ids, bench.ec2, bench.elb
    mine = [{"Name": "vpc-id", "Values": [ids["Vpc"]]}]
    machine = ec2.describe_instances(InstanceIds=[ids["WebInstance"]])["Reservations"][0]["Instances"][0]
    balancer = elb.describe_load_balancers(LoadBalancerArns=[ids["LoadBalancer"]])["LoadBalancers"][0]
    return {
        "dns": [ec2.describe_vpc_attribute(VpcId=ids["Vpc"], Attribute=name)[name[0].upper() + name[1:]]["Value"]
                for name in ("enableDnsSupport", "enableDnsHostnames")],
        "subnets": {one["SubnetId"]: one["MapPublicIpOnLaunch"] for one in _all(ec2, "describe_subnets", Filters=mine)},
        "tables": {one["RouteTableId"]: _table(one) for one in _all(ec2, "describe_route_tables", Filters=mine)},
        "lists": [_list(one) for one in _all(ec2, "describe_network_acls", Filters=mine)],
        "machine": (machine["State"]["Name"], machine["SourceDestCheck"], machine["MetadataOptions"]["HttpTokens"], machine.get("PublicIpAddress")),
        "balancer": (sorted(balancer["SecurityGroups"]), sorted(one["SubnetId"] for one in balancer["AvailabilityZones"])),
        "attributes": [sorted((one["Key"], one["Value"]) for one in answer["Attributes"]) for answer in (
            elb.describe_load_balancer_attributes(LoadBalancerArn=ids["LoadBalancer"]),
            elb.describe_listener_attributes(ListenerArn=ids["HttpListener"]),
            elb.describe_target_group_attributes(TargetGroupArn=ids["WebTargetGroup"]))],
        "listeners": sorted(one["Port"] for one in _all(elb, "describe_listeners", LoadBalancerArn=ids["LoadBalancer"])),
        "rules": sorted(one["Priority"] for one in _all(elb, "describe_rules", ListenerArn=ids["HttpListener"])),
    }


def _table(table):
    routes = {one["DestinationCidrBlock"]: next(one[name] for name in _TARGETS if one.get(name)) for one in table["Routes"]}
    return routes, sorted(one["SubnetId"] for one in table["Associations"] if one.get("SubnetId"))


def _list(acl):
    entries = sorted((one["Egress"], one["RuleNumber"], one["RuleAction"], one["Protocol"], one["CidrBlock"]) for one in acl["Entries"])
    return entries, sorted(one["SubnetId"] for one in acl["Associations"])


def _all(client, operation, **arguments):
    """Of every page: a test may have AWS answer in small ones."""
    pages = client.get_paginator(operation)
    return [one for page in pages.paginate(**arguments) for one in page[pages.result_keys[0].expression]]
