"""The network below a deployed stack: what routes, network ACLs, groups and listener rules make of a client's request."""

import pytest
import requests
from host_parts import eventually
from stack_parts import HEALTHY, ask, client, deployed, health, status


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    with deployed(tmp_path_factory.mktemp("local")) as launcher:
        yield launcher


@pytest.fixture(scope="module")
def outputs(local):
    return local.deployment.outputs()


def acl_of(ec2, subnet):
    found, = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
    return found["NetworkAclId"], next(one["NetworkAclAssociationId"] for one in found["Associations"] if one["SubnetId"] == subnet)


def reach(local, **asked):
    answer = requests.get(f"{local.server.url}/_local/reach", params=asked, timeout=5).json()
    return answer["why"]


def is_silent(outputs):
    with pytest.raises(requests.Timeout):
        requests.get(outputs["Endpoint"], timeout=0.2)
    return True


def test_without_the_route_to_the_internet_a_client_gets_no_answer(local, outputs):
    ec2, name = client(local, "ec2"), ask(local, "/_local/loadbalancers").json()["loadBalancers"][0]["name"]
    assert reach(local, to=name) is None
    ec2.delete_route(RouteTableId=outputs["Routes"], DestinationCidrBlock="0.0.0.0/0")
    assert is_silent(outputs) and reach(local, to=name).endswith("to 192.0.2.10")
    ec2.create_route(RouteTableId=outputs["Routes"], DestinationCidrBlock="128.0.0.0/1", GatewayId=outputs["Gateway"])
    assert status(outputs) == 200, "half of the internet is enough for this client"
    ec2.delete_route(RouteTableId=outputs["Routes"], DestinationCidrBlock="128.0.0.0/1")
    ec2.create_route(RouteTableId=outputs["Routes"], DestinationCidrBlock="0.0.0.0/0", GatewayId=outputs["Gateway"])
    assert status(outputs) == 200


def test_a_client_finds_the_node_of_the_zone_that_is_left(local, outputs):
    ec2 = client(local, "ec2")
    shown = ec2.describe_route_tables(RouteTableIds=[outputs["Routes"]])["RouteTables"][0]["Associations"]
    held = {one["SubnetId"]: one["RouteTableAssociationId"] for one in shown}
    ec2.disassociate_route_table(AssociationId=held[outputs["SubnetA"]])
    assert status(outputs) == 200
    ec2.disassociate_route_table(AssociationId=held[outputs["SubnetB"]])
    assert is_silent(outputs), "both subnets use the main table, which leads nowhere"
    for subnet in (outputs["SubnetA"], outputs["SubnetB"]):
        ec2.associate_route_table(RouteTableId=outputs["Routes"], SubnetId=subnet)
    assert status(outputs) == 200


@pytest.mark.parametrize(("egress", "port"), [(False, 80), (True, 51234)])
def test_a_network_acl_that_drops_requests_or_answers_makes_silence(local, outputs, egress, port):
    ec2, acl = client(local, "ec2"), acl_of(client(local, "ec2"), outputs["SubnetA"])[0]
    entry = {"NetworkAclId": acl, "RuleNumber": 50, "Egress": egress}
    ec2.create_network_acl_entry(**entry, RuleAction="deny", Protocol="6", CidrBlock="192.0.2.0/24", PortRange={"From": port, "To": port})
    assert is_silent(outputs)
    ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=40, Egress=egress, RuleAction="allow", Protocol="-1", CidrBlock="192.0.2.10/32")
    assert status(outputs) == 200, "the entry with the lower number is asked first"
    for number in (40, 50):
        ec2.delete_network_acl_entry(**entry | {"RuleNumber": number})


def test_between_two_subnets_a_network_acl_makes_a_504_and_within_one_it_is_not_asked(local, outputs):
    """The instance is in A: the node in A reaches it past any ACL of A, so the load balancer is moved to others first."""
    ec2, elbv2 = client(local, "ec2"), client(local, "elbv2")
    acl, association = acl_of(ec2, outputs["SubnetA"])
    strict = ec2.create_network_acl(VpcId=ec2.describe_subnets(SubnetIds=[outputs["SubnetA"]])["Subnets"][0]["VpcId"])["NetworkAcl"]["NetworkAclId"]
    for egress in (True, False):
        ec2.create_network_acl_entry(NetworkAclId=strict, RuleNumber=100, Egress=egress, RuleAction="allow", Protocol="6", CidrBlock="192.0.2.0/24",
                                     PortRange={"From": 1, "To": 65535})
    made = ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=strict)["NewAssociationId"]
    assert status(outputs) == 200, "within subnet A"
    third = ec2.create_subnet(VpcId=ec2.describe_subnets(SubnetIds=[outputs["SubnetA"]])["Subnets"][0]["VpcId"], CidrBlock="10.0.2.0/24",
                              AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
    routes = ec2.associate_route_table(RouteTableId=outputs["Routes"], SubnetId=third)["AssociationId"]
    elbv2.set_subnets(LoadBalancerArn=outputs["Balancer"], Subnets=[third, outputs["SubnetB"]])
    assert status(outputs) == 504
    eventually(lambda: health(local, outputs) == [("unhealthy", "Target.Timeout", "Request timed out")])
    ec2.replace_network_acl_association(AssociationId=made, NetworkAclId=acl)
    eventually(lambda: health(local, outputs) == HEALTHY)
    assert status(outputs) == 200
    elbv2.set_subnets(LoadBalancerArn=outputs["Balancer"], Subnets=[outputs["SubnetA"], outputs["SubnetB"]])
    ec2.disassociate_route_table(AssociationId=routes)
    ec2.delete_subnet(SubnetId=third)
    ec2.delete_network_acl(NetworkAclId=strict)
    assert status(outputs) == 200


def test_the_groups_of_the_load_balancer_are_those_that_are_set_on_it(local, outputs):
    elbv2 = client(local, "elbv2")
    elbv2.set_security_groups(LoadBalancerArn=outputs["Balancer"], SecurityGroups=[outputs["AppGroup"]])
    assert is_silent(outputs)
    elbv2.set_security_groups(LoadBalancerArn=outputs["Balancer"], SecurityGroups=[outputs["FrontGroup"]])
    assert status(outputs) == 200


def test_an_instance_goes_out_through_a_nat_gateway_and_is_reached_at_an_address_of_its_own(local, outputs):
    ec2, instance = client(local, "ec2"), outputs["Instance"]
    assert "no public address" in reach(local, **{"from": instance, "to": "203.0.113.80", "port": 443})
    vpc = ec2.describe_subnets(SubnetIds=[outputs["SubnetA"]])["Subnets"][0]["VpcId"]
    private = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=outputs["SubnetB"], AllocationId=address)["NatGateway"]["NatGatewayId"]
    ec2.create_route(RouteTableId=private, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway)
    shown = ec2.describe_route_tables(RouteTableIds=[outputs["Routes"]])["RouteTables"][0]["Associations"]
    association = next(one["RouteTableAssociationId"] for one in shown if one["SubnetId"] == outputs["SubnetA"])
    made = ec2.replace_route_table_association(AssociationId=association, RouteTableId=private)["NewAssociationId"]
    assert reach(local, **{"from": instance, "port": 443}) is None
    ec2.delete_route(RouteTableId=private, DestinationCidrBlock="0.0.0.0/0")
    assert "no route to 203.0.113.80" in reach(local, **{"from": instance, "port": 443})
    ec2.create_route(RouteTableId=private, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway)
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    assert "blackhole" in reach(local, **{"from": instance, "port": 443})
    ec2.replace_route_table_association(AssociationId=made, RouteTableId=outputs["Routes"])
    ec2.delete_route_table(RouteTableId=private)
    assert "lets port 5000 in" in reach(local, to=instance, port=5000)
    rule = {"GroupId": outputs["AppGroup"], "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}
    ec2.authorize_security_group_ingress(**rule)
    assert "no public address" in reach(local, to=instance, port=22)
    ec2.associate_address(AllocationId=address, InstanceId=instance)
    assert reach(local, to=instance, port=22) is None
    ec2.disassociate_address(AssociationId=ec2.describe_addresses(AllocationIds=[address])["Addresses"][0]["AssociationId"])
    ec2.release_address(AllocationId=address)
    ec2.revoke_security_group_ingress(**rule)


def test_a_listener_rule_answers_before_the_default_action(local, outputs):
    elbv2 = client(local, "elbv2")

    def rule(priority, text, *conditions):
        return elbv2.create_rule(ListenerArn=outputs["Listener"], Priority=priority, Conditions=list(conditions), Actions=[
            {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403", "MessageBody": text, "ContentType": "text/plain"}}])["Rules"][0]["RuleArn"]
    made = [rule(20, "paths", {"Field": "path-pattern", "Values": ["/admin*"]}),
            rule(10, "both", {"Field": "path-pattern", "Values": ["/admin/x"]}, {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "b?"}]}}),
            rule(30, "methods", {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["DELETE"]}}),
            rule(40, "headers", {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Who", "Values": ["eve*"]}}),
            rule(50, "hosts", {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}}),
            rule(60, "sources", {"Field": "source-ip", "SourceIpConfig": {"Values": ["198.51.100.0/24"]}})]

    def text(path="/", method="GET", **headers):
        return requests.request(method, outputs["Endpoint"] + path, headers={k.replace("_", "-"): v for k, v in headers.items()}, timeout=5).text
    assert text("/admin/x?a=bc") == "both" and text("/admin/x?a=b") == "paths" and text("/Admin").startswith("<!doctype html>")
    assert (text(method="DELETE"), text(X_Who="Eve Mallory"), text(Host="shop.example.com")) == ("methods", "headers", "hosts")
    assert status(outputs) == 200
    elbv2.set_rule_priorities(RulePriorities=[{"RuleArn": made[0], "Priority": 5}])
    assert text("/admin/x?a=bc") == "paths"
    for one in made:
        elbv2.delete_rule(RuleArn=one)
    assert status(outputs, "/admin") == 404
