"""Load balancers, listeners and rules on the local AWS answer as Elastic Load Balancing does."""

import pytest
from botocore.config import Config
from network_parts import Site, code_of

FIXED = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain"}}]


@pytest.fixture(scope="module")
def ec2(aws):
    return aws.client("ec2", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def elb(aws):
    return aws.client("elbv2", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def site(ec2):
    return Site(ec2, "10.70")


@pytest.fixture(scope="module")
def third(ec2, site):
    return ec2.create_subnet(VpcId=site.vpc, CidrBlock="10.70.2.0/24", AvailabilityZone="us-east-1c")["Subnet"]["SubnetId"]


@pytest.fixture(scope="module")
def balancer(elb, site):
    return elb.create_load_balancer(Name="front", SubnetMappings=[{"SubnetId": one} for one in site.subnets])["LoadBalancers"][0]["LoadBalancerArn"]


@pytest.fixture(scope="module")
def group(elb, site):
    return elb.create_target_group(Name="app", Protocol="HTTP", Port=5000, VpcId=site.vpc)["TargetGroups"][0]["TargetGroupArn"]


@pytest.fixture
def listener(elb, balancer, group):
    made = elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
    yield made["Listeners"][0]["ListenerArn"]
    elb.delete_listener(ListenerArn=made["Listeners"][0]["ListenerArn"])


def interfaces(ec2, balancer):
    name = "ELB " + balancer.split(":loadbalancer/")[1]
    found = ec2.describe_network_interfaces(Filters=[{"Name": "description", "Values": [name]}])["NetworkInterfaces"]
    return {one["SubnetId"]: one for one in found}


def described(elb, balancer):
    return elb.describe_load_balancers(LoadBalancerArns=[balancer])["LoadBalancers"][0]


def new_group(ec2, site, name):
    return ec2.create_security_group(GroupName=name, Description="test", VpcId=site.vpc)["GroupId"]


def test_a_load_balancer_has_a_public_interface_in_each_subnet_with_its_groups(ec2, elb, site, balancer):
    held = interfaces(ec2, balancer)
    assert held.keys() == set(site.subnets)
    one = held[site.subnets[0]]
    assert (one["RequesterId"], one["RequesterManaged"], one["InterfaceType"], one["Status"]) == ("amazon-elb", True, "interface", "in-use")
    assert one["Attachment"]["InstanceOwnerId"] == "amazon-elb" and "InstanceId" not in one["Attachment"]
    assert one["Association"]["PublicIp"] and one["Association"]["IpOwnerId"] == "amazon-elb"
    assert one["PrivateIpAddress"].startswith("10.70.0.")
    assert [g["GroupId"] for g in one["Groups"]] == described(elb, balancer)["SecurityGroups"], "the default group, as none was named"
    assert code_of(ec2.modify_network_interface_attribute, NetworkInterfaceId=one["NetworkInterfaceId"], Groups=[new_group(ec2, site, "x")]) == "OperationNotPermitted"


def test_its_interfaces_follow_its_groups_and_its_subnets(ec2, elb, site, third, balancer):
    mine = new_group(ec2, site, "front")
    assert elb.set_security_groups(LoadBalancerArn=balancer, SecurityGroups=[mine])["SecurityGroupIds"] == [mine]
    assert {g["GroupId"] for one in interfaces(ec2, balancer).values() for g in one["Groups"]} == {mine}
    assert code_of(ec2.delete_security_group, GroupId=mine) == "DependencyViolation"
    before = interfaces(ec2, balancer)[site.subnets[0]]
    zones = elb.set_subnets(LoadBalancerArn=balancer, Subnets=[site.subnets[0], third])["AvailabilityZones"]
    assert [(one["SubnetId"], one["ZoneName"]) for one in zones] == [(site.subnets[0], "us-east-1a"), (third, "us-east-1c")]
    held = interfaces(ec2, balancer)
    assert held.keys() == {site.subnets[0], third} and held[site.subnets[0]]["NetworkInterfaceId"] == before["NetworkInterfaceId"]
    assert held[site.subnets[0]]["Association"] == before["Association"] and held[third]["Groups"][0]["GroupId"] == mine
    elb.set_subnets(LoadBalancerArn=balancer, SubnetMappings=[{"SubnetId": one} for one in site.subnets])
    assert interfaces(ec2, balancer).keys() == set(site.subnets)


def test_while_it_is_there_its_network_cannot_be_taken_away_and_afterwards_it_can(ec2, elb, site):
    other = Site(ec2, "10.71")
    made = elb.create_load_balancer(Name="short-lived", Subnets=other.subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    assert code_of(ec2.detach_internet_gateway, InternetGatewayId=other.gateway, VpcId=other.vpc) == "DependencyViolation"
    assert code_of(ec2.delete_subnet, SubnetId=other.subnets[0]) == "DependencyViolation"
    elb.modify_load_balancer_attributes(LoadBalancerArn=made, Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}])
    assert code_of(elb.delete_load_balancer, LoadBalancerArn=made) == "OperationNotPermitted"
    elb.modify_load_balancer_attributes(LoadBalancerArn=made, Attributes=[{"Key": "deletion_protection.enabled", "Value": "false"}])
    elb.delete_load_balancer(LoadBalancerArn=made)
    assert interfaces(ec2, made) == {}
    ec2.detach_internet_gateway(InternetGatewayId=other.gateway, VpcId=other.vpc)
    elb.delete_load_balancer(LoadBalancerArn=made)


@pytest.mark.parametrize(("change", "code"), [
    ({"Subnets": ["subnet-00000000000000000"]}, "SubnetNotFound"), ({"Subnets": 1}, "ValidationError"), ({"Subnets": "same zone"}, "InvalidConfigurationRequest"),
    ({"SecurityGroups": ["sg-00000000000000000"]}, "InvalidSecurityGroup"), ({"Name": "front"}, "DuplicateLoadBalancerName"),
])
def test_a_wrong_load_balancer_is_named_by_its_fault(ec2, elb, site, balancer, change, code):
    arguments = {"Name": "wrong", "Subnets": site.subnets} | change
    if arguments["Subnets"] == 1:
        arguments["Subnets"] = site.subnets[:1]
    if arguments["Subnets"] == "same zone":
        twin = ec2.create_subnet(VpcId=site.vpc, CidrBlock="10.70.9.0/24", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
        arguments["Subnets"] = [*site.subnets, twin]
    assert code_of(elb.create_load_balancer, **arguments) == code
    if "Name" not in change:
        del arguments["Name"]
        call = elb.set_subnets if "Subnets" in change else elb.set_security_groups
        arguments.pop("SecurityGroups" if "Subnets" in change else "Subnets", None)
        assert code_of(call, LoadBalancerArn=balancer, **arguments) == code


def test_a_public_one_needs_an_internet_gateway_and_an_internal_one_does_not(ec2, elb):
    vpc = ec2.create_vpc(CidrBlock="10.72.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.72.{i}.0/24", AvailabilityZone=f"us-east-1{z}")["Subnet"]["SubnetId"] for i, z in enumerate("ab")]
    assert code_of(elb.create_load_balancer, Name="public", Subnets=subnets) == "InvalidSubnet"
    made = elb.create_load_balancer(Name="internal", Subnets=subnets, Scheme="internal")["LoadBalancers"][0]
    assert made["Scheme"] == "internal" and not any("Association" in one for one in interfaces(ec2, made["LoadBalancerArn"]).values())


def test_one_that_is_not_there_fails_a_look_by_arn(elb, balancer):
    gone = balancer[:-4] + "0000"
    assert code_of(elb.describe_load_balancers, LoadBalancerArns=[balancer, gone]) == "LoadBalancerNotFound"
    assert code_of(elb.set_subnets, LoadBalancerArn=gone, Subnets=["subnet-00000000000000000"]) == "LoadBalancerNotFound"
    assert code_of(elb.describe_load_balancer_attributes, LoadBalancerArn=gone) == "LoadBalancerNotFound"


def test_attributes_have_their_defaults_and_refuse_what_is_none(elb, balancer, listener, group):
    def attributes(answer):
        return {one["Key"]: one["Value"] for one in answer["Attributes"]}
    shown = attributes(elb.describe_load_balancer_attributes(LoadBalancerArn=balancer))
    assert (shown["idle_timeout.timeout_seconds"], shown["routing.http2.enabled"], shown["load_balancing.cross_zone.enabled"]) == ("60", "true", "true")
    changed = elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "30"}])
    assert attributes(changed)["idle_timeout.timeout_seconds"] == "30" and len(attributes(changed)) == len(shown)
    assert code_of(elb.modify_load_balancer_attributes, LoadBalancerArn=balancer, Attributes=[{"Key": "colour", "Value": "red"}]) == "ValidationError"
    assert code_of(elb.modify_load_balancer_attributes, LoadBalancerArn=balancer,
                   Attributes=[{"Key": "routing.http2.enabled", "Value": "maybe"}]) == "InvalidConfigurationRequest"
    assert attributes(elb.describe_listener_attributes(ListenerArn=listener))["routing.http.response.server.enabled"] == "true"
    elb.modify_listener_attributes(ListenerArn=listener, Attributes=[{"Key": "routing.http.response.server.enabled", "Value": "false"}])
    assert attributes(elb.describe_listener_attributes(ListenerArn=listener))["routing.http.response.server.enabled"] == "false"
    assert code_of(elb.modify_listener_attributes, ListenerArn=listener, Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "1"}]) == "ValidationError"
    elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "10"}])
    assert attributes(elb.describe_target_group_attributes(TargetGroupArn=group))["deregistration_delay.timeout_seconds"] == "10"


def test_a_port_has_one_listener(elb, balancer, listener):
    other = elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=81, DefaultActions=FIXED)["Listeners"][0]["ListenerArn"]
    assert code_of(elb.create_listener, LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=FIXED) == "DuplicateListener"
    assert code_of(elb.modify_listener, ListenerArn=other, Port=80) == "DuplicateListener"
    elb.modify_listener(ListenerArn=other, Port=82)
    elb.delete_listener(ListenerArn=other)
    assert code_of(elb.describe_listeners, ListenerArns=[listener, other]) == "ListenerNotFound"


def test_a_listener_that_speaks_http_has_neither_certificate_nor_policy_any_more(aws, elb, balancer):
    certificate = aws.client("acm").request_certificate(DomainName="front.example.com")["CertificateArn"]
    made = elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": certificate}], DefaultActions=FIXED)
    arn = made["Listeners"][0]["ListenerArn"]
    assert elb.modify_listener(ListenerArn=arn, Protocol="HTTP")["Listeners"][0].keys().isdisjoint({"Certificates", "SslPolicy"})
    shown = elb.describe_listeners(ListenerArns=[arn])["Listeners"][0]
    assert shown["Protocol"] == "HTTP" and not shown.get("Certificates") and not shown.get("SslPolicy")
    elb.delete_listener(ListenerArn=arn)


def test_a_forward_and_a_redirect_are_shown_in_full(elb, listener, group):
    action, = elb.describe_listeners(ListenerArns=[listener])["Listeners"][0]["DefaultActions"]
    assert action == {"Type": "forward", "TargetGroupArn": group, "ForwardConfig": {
        "TargetGroups": [{"TargetGroupArn": group, "Weight": 1}], "TargetGroupStickinessConfig": {"Enabled": False}}}
    redirect = elb.modify_listener(ListenerArn=listener, DefaultActions=[{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}])
    assert redirect["Listeners"][0]["DefaultActions"][0]["RedirectConfig"] == {
        "Protocol": "HTTPS", "Port": "#{port}", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}", "StatusCode": "HTTP_301"}
    elb.modify_listener(ListenerArn=listener, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])


def test_rules_are_shown_in_order_with_their_conditions_in_both_forms(elb, listener, group):
    for priority, condition in ((20, {"Field": "host-header", "HostHeaderConfig": {"Values": ["b.example.com", "a.example.com"]}}),
                                (10, {"Field": "path-pattern", "Values": ["/admin*"]}),
                                (30, {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["DELETE"]}})):
        elb.create_rule(ListenerArn=listener, Priority=priority, Conditions=[condition], Actions=[{"Type": "forward", "TargetGroupArn": group}])
    shown = elb.describe_rules(ListenerArn=listener)["Rules"]
    assert [(one["Priority"], one["IsDefault"]) for one in shown] == [("10", False), ("20", False), ("30", False), ("default", True)]
    assert [one["Conditions"] for one in shown[:3]] == [
        [{"Field": "path-pattern", "Values": ["/admin*"], "PathPatternConfig": {"Values": ["/admin*"]}}],
        [{"Field": "host-header", "Values": ["b.example.com", "a.example.com"], "HostHeaderConfig": {"Values": ["b.example.com", "a.example.com"]}}],
        [{"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["DELETE"]}}]]
    assert shown[0]["Actions"][0]["ForwardConfig"]["TargetGroups"] == [{"TargetGroupArn": group, "Weight": 1}]
    pages = list(elb.get_paginator("describe_rules").paginate(ListenerArn=listener, PaginationConfig={"PageSize": 3}))
    assert [len(one["Rules"]) for one in pages] == [3, 1]


def test_rules_change_places_and_the_default_one_stays(elb, listener):
    made = [elb.create_rule(ListenerArn=listener, Priority=p, Conditions=[{"Field": "path-pattern", "Values": [f"/{p}"]}], Actions=FIXED)["Rules"][0]["RuleArn"] for p in (1, 2)]
    assert code_of(elb.create_rule, ListenerArn=listener, Priority=1, Conditions=[{"Field": "path-pattern", "Values": ["/x"]}], Actions=FIXED) == "PriorityInUse"
    assert code_of(elb.set_rule_priorities, RulePriorities=[{"RuleArn": made[0], "Priority": 2}]) == "PriorityInUse"
    elb.set_rule_priorities(RulePriorities=[{"RuleArn": made[0], "Priority": 2}, {"RuleArn": made[1], "Priority": 1}])
    assert [one["RuleArn"] for one in elb.describe_rules(ListenerArn=listener)["Rules"][:2]] == made[::-1]
    default = next(one["RuleArn"] for one in elb.describe_rules(ListenerArn=listener)["Rules"] if one["IsDefault"])
    assert code_of(elb.delete_rule, RuleArn=default) == "OperationNotPermitted"
    assert code_of(elb.set_rule_priorities, RulePriorities=[{"RuleArn": default, "Priority": 9}]) == "OperationNotPermitted"
    changed = elb.modify_rule(RuleArn=made[0], Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a", "/b"]}}])["Rules"][0]
    assert changed["Conditions"][0]["Values"] == ["/a", "/b"] and changed["Actions"][0]["Type"] == "fixed-response"
    elb.delete_rule(RuleArn=made[0])
    assert code_of(elb.delete_rule, RuleArn=made[0]) == "RuleNotFound"
    assert code_of(elb.describe_rules, RuleArns=[made[0], made[1]]) == "RuleNotFound"


def test_a_group_is_used_only_while_a_listener_or_a_rule_forwards_to_it(elb, balancer, group):
    def used_by():
        return elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]["LoadBalancerArns"]
    assert used_by() == []
    made = elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=90, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])["Listeners"][0]["ListenerArn"]
    assert used_by() == [balancer]
    assert code_of(elb.delete_target_group, TargetGroupArn=group) == "ResourceInUse"
    elb.modify_listener(ListenerArn=made, DefaultActions=FIXED)
    assert used_by() == []
    elb.delete_listener(ListenerArn=made)
