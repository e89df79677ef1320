"""A deployed stack at work: events reach the function, the load balancer forwards what the groups allow, health is real."""

import json
import socket
import time
from pathlib import Path

import boto3
import pytest
import requests
from driftmend_local.launcher import Launcher, Settings
from host_parts import CLIENT, eventually, sample_code

TEMPLATE = Path(__file__).with_name("small.yaml")


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    directory = tmp_path_factory.mktemp("local")
    launcher = Launcher(Settings(port=0, template=TEMPLATE, code=sample_code(), client=CLIENT, directory=directory), say=lambda line: None)
    launcher.start()
    launcher.balancers.timeout, launcher.balancers.silence = 0.2, 0.5
    launcher.log = directory / str(launcher.server.port) / "logs" / "Function.log"
    yield launcher
    launcher.stop()


@pytest.fixture(scope="module")
def outputs(local):
    return local.deployment.outputs()


def client(local, service):
    """What somebody gets who uses the printed exports."""
    said = local.exports
    return boto3.client(service, endpoint_url=said["AWS_ENDPOINT_URL"], region_name=said["AWS_REGION"],
                        aws_access_key_id=said["AWS_ACCESS_KEY_ID"], aws_secret_access_key=said["AWS_SECRET_ACCESS_KEY"])


def ask(local, path):
    return requests.get(local.server.url + path, timeout=5)


def events(local):
    return [json.loads(line[6:]) for line in local.log.read_text().splitlines() if line.startswith("event ")]


def status(outputs, path="/"):
    return requests.get(outputs["Endpoint"] + path, timeout=5).status_code


def health(local, outputs):
    described = client(local, "elbv2").describe_target_health(TargetGroupArn=outputs["Group"])["TargetHealthDescriptions"]
    return [(one["TargetHealth"]["State"], one["TargetHealth"].get("Reason"), one["TargetHealth"].get("Description")) for one in described]


HEALTHY = [("healthy", None, None)]


# The stack as it was deployed


def test_it_is_ready_and_says_so_with_the_exports(local):
    answer = ask(local, "/_local/ready")
    assert answer.status_code == 200 and answer.json()["exports"] == local.exports


def test_the_exported_keys_are_those_of_a_user(local):
    assert client(local, "sts").get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/on-call-laptop"


def test_the_function_is_restored_before_the_first_event_and_knows_where_the_load_balancer_answers(local, outputs):
    answer = client(local, "lambda").invoke(FunctionName=outputs["Function"], Qualifier="live", Payload=b"{}")
    seen = json.loads(answer["Payload"].read())
    assert seen["env.AWS_LAMBDA_INITIALIZATION_TYPE"] == "snap-start"
    assert requests.get(f"http://{seen['env.BALANCER']}/", timeout=5).status_code == 200


def test_a_call_of_a_person_reaches_the_function_by_the_deployed_rule_with_the_persons_name(local, outputs):
    client(local, "ec2").authorize_security_group_ingress(
        GroupId=outputs["AppGroup"], IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "198.51.100.0/24"}]}])
    found = eventually(lambda: [event for event in events(local) if event.get("detail", {}).get("eventName") == "AuthorizeSecurityGroupIngress"])
    assert found[0]["detail"]["userIdentity"]["userName"] == "on-call-laptop"


def test_a_message_on_the_queue_reaches_the_function_and_is_gone(local, outputs):
    sqs = client(local, "sqs")
    sqs.send_message(QueueUrl=outputs["QueueUrl"], MessageBody="work", MessageGroupId="one", MessageDeduplicationId="one")
    eventually(lambda: any(event.get("Records", [{}])[0].get("body") == "work" for event in events(local)))


def test_a_schedule_can_be_fired_by_hand(local):
    known = ask(local, "/_local/schedules").json()["schedules"]
    assert [one["name"] for one in known] == ["driftmend-sweep"] and 0 < known[0]["inSeconds"] <= 900
    execution = requests.post(f"{local.server.url}/_local/schedules/driftmend-sweep/fire", timeout=5).json()["execution"]
    eventually(lambda: {"swept": execution} in events(local))
    assert requests.post(f"{local.server.url}/_local/schedules/none/fire", timeout=5).status_code == 400


def test_published_messages_are_in_the_inbox_in_every_form(local, outputs):
    forms = {"default": "plain", "email": "for people", "sqs": '{"schema": "one"}'}
    client(local, "sns").publish(TopicArn=outputs["Topic"], Subject="Hello", MessageStructure="json", Message=json.dumps(forms),
                                 MessageAttributes={"severity": {"DataType": "String", "StringValue": "high"}})
    message, = ask(local, "/_local/alerts").json()["alerts"]
    assert (message["subject"], message["text"], message["json"]) == ("Hello", "for people", {"schema": "one"})
    assert message["attributes"] == {"severity": "high"} and message["topic"] == outputs["Topic"]


def test_another_parameter_is_deployed_while_it_runs(local):
    url = f"{local.server.url}/_local/update"
    assert requests.post(url, json={"Rate": "rate(2 minutes)"}, timeout=60).json() == {"updated": True, "status": "UPDATE_COMPLETE"}
    known = eventually(lambda: [one for one in ask(local, "/_local/schedules").json()["schedules"] if one["expression"] == "rate(2 minutes)"])
    assert known[0]["name"] == "driftmend-sweep"
    assert requests.post(url, json={"Rate": "rate(2 minutes)"}, timeout=60).json()["updated"] is False


# The way of a request


def test_a_request_is_forwarded_with_the_clients_address(outputs):
    answer = requests.get(outputs["Endpoint"], timeout=5)
    assert answer.json() == {"for": "192.0.2.10", "host": outputs["LoadBalancerDnsName"]}


def test_a_client_that_no_rule_lets_in_gets_no_answer(local, outputs):
    ec2 = client(local, "ec2")
    rule = {"GroupId": outputs["FrontGroup"], "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}
    elsewhere = {"GroupId": outputs["FrontGroup"], "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "198.51.100.0/24"}]}]}
    ec2.revoke_security_group_ingress(**rule)
    ec2.authorize_security_group_ingress(**elsewhere)
    with pytest.raises(requests.ConnectionError):
        requests.get(outputs["Endpoint"], timeout=5)
    with pytest.raises(requests.Timeout):
        requests.get(outputs["Endpoint"], timeout=0.2)
    ec2.revoke_security_group_ingress(**elsewhere)
    ec2.authorize_security_group_ingress(**rule)
    assert status(outputs) == 200


@pytest.mark.parametrize(("group", "direction"), [("AppGroup", "ingress"), ("FrontGroup", "egress")])
def test_a_group_between_load_balancer_and_instance_makes_a_504_and_failing_checks(local, outputs, group, direction):
    ec2 = client(local, "ec2")
    peer = outputs["FrontGroup" if group == "AppGroup" else "AppGroup"]
    rule = {"GroupId": outputs[group], "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 5000, "ToPort": 5000, "UserIdGroupPairs": [{"GroupId": peer}]}]}
    getattr(ec2, f"revoke_security_group_{direction}")(**rule)
    answer = requests.get(outputs["Endpoint"], timeout=5)
    assert answer.status_code == 504 and answer.headers["Server"] == "awselb/2.0" and "<h1>504 Gateway Time-out</h1>" in answer.text
    eventually(lambda: health(local, outputs) == [("unhealthy", "Target.Timeout", "Request timed out")])
    getattr(ec2, f"authorize_security_group_{direction}")(**rule)
    eventually(lambda: health(local, outputs) == HEALTHY)
    assert status(outputs) == 200


# The network below the groups


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
    ec2.revoke_security_group_ingress(GroupId=outputs["AppGroup"], IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "198.51.100.0/24"}]}])
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


def test_a_killed_application_is_a_502_until_it_is_started_again(local, outputs):
    assert requests.post(f"{local.server.url}/_local/workload/kill", timeout=5).json()["instances"] == [outputs["Instance"]]
    assert status(outputs) == 502
    eventually(lambda: health(local, outputs) == [("unhealthy", "Target.FailedHealthChecks", "Health checks failed")])
    requests.post(f"{local.server.url}/_local/workload/start", timeout=5)
    eventually(lambda: health(local, outputs) == HEALTHY)
    assert status(outputs) == 200


def test_a_wrong_health_path_fails_the_checks_and_leaves_the_site_up(local, outputs):
    elbv2 = client(local, "elbv2")
    elbv2.modify_target_group(TargetGroupArn=outputs["Group"], HealthCheckPath="/nowhere")
    eventually(lambda: health(local, outputs) == [("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [404]")])
    assert status(outputs) == 200, "with every target unhealthy a load balancer fails open"
    elbv2.modify_target_group(TargetGroupArn=outputs["Group"], HealthCheckPath="/health")
    eventually(lambda: health(local, outputs) == HEALTHY)


def test_without_a_target_the_load_balancer_answers_503(local, outputs):
    elbv2 = client(local, "elbv2")
    target = [{"Id": outputs["Instance"], "Port": 5000}]
    elbv2.deregister_targets(TargetGroupArn=outputs["Group"], Targets=target)
    assert status(outputs) == 503
    elbv2.register_targets(TargetGroupArn=outputs["Group"], Targets=target)
    assert health(local, outputs)[0][0] == "initial" or health(local, outputs) == HEALTHY
    eventually(lambda: health(local, outputs) == HEALTHY)
    assert status(outputs) == 200


def test_a_stopped_instance_serves_nothing_and_a_started_one_serves_again(local, outputs):
    ec2 = client(local, "ec2")
    before = ask(local, "/_local/workload").json()["workload"][0]["pid"]
    ec2.stop_instances(InstanceIds=[outputs["Instance"]])
    eventually(lambda: not ask(local, "/_local/workload").json()["workload"])
    assert status(outputs) == 503 and health(local, outputs)[0][:2] == ("unused", "Target.InvalidState")
    ec2.start_instances(InstanceIds=[outputs["Instance"]])
    eventually(lambda: health(local, outputs) == HEALTHY)
    assert status(outputs) == 200 and ask(local, "/_local/workload").json()["workload"][0]["pid"] != before


def test_default_actions_answer_and_redirect_without_a_target(local, outputs):
    elbv2 = client(local, "elbv2")
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "418", "MessageBody": "tea", "ContentType": "text/plain"}}
    elbv2.modify_listener(ListenerArn=outputs["Listener"], DefaultActions=[fixed])
    assert requests.get(outputs["Endpoint"], timeout=5).text == "tea"
    assert health(local, outputs)[0][:2] == ("unused", "Target.NotInUse")
    redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    elbv2.modify_listener(ListenerArn=outputs["Listener"], DefaultActions=[redirect])
    answer = requests.get(f"{outputs['Endpoint']}/a?b=c", timeout=5, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://localhost:443/a?b=c")
    elbv2.modify_listener(ListenerArn=outputs["Listener"], DefaultActions=[{"Type": "forward", "TargetGroupArn": outputs["Group"]}])
    assert status(outputs) == 200


def test_a_listener_on_another_port_is_not_the_one_that_clients_know(local, outputs):
    elbv2 = client(local, "elbv2")
    elbv2.modify_listener(ListenerArn=outputs["Listener"], Port=8080)
    host, _, port = outputs["LoadBalancerDnsName"].partition(":")
    eventually(lambda: _is_refused(host, int(port)))
    elbv2.modify_listener(ListenerArn=outputs["Listener"], Port=80)
    eventually(lambda: not _is_refused(host, int(port)))
    assert status(outputs) == 200


def _is_refused(host, port):
    try:
        socket.create_connection((host, port), 1).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_listener_that_is_removed_answers_nothing_from_then_on(local, outputs):
    client(local, "elbv2").delete_listener(ListenerArn=outputs["Listener"])
    time.sleep(0.3)
    with pytest.raises(requests.ConnectionError):
        requests.get(outputs["Endpoint"], timeout=5)
