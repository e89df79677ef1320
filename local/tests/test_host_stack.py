"""A deployed stack at work: events reach the function, the load balancer forwards what the groups allow, health is real."""

import json
import socket
import time

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


def events(local):
    return [json.loads(line[6:]) for line in local.log.read_text().splitlines() if line.startswith("event ")]


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
    # The deployment makes such calls too, and the bus may be behind by some.
    found = eventually(lambda: [event["detail"] for event in events(local) if "198.51.100.0/24" in json.dumps(event.get("detail", {}).get("requestParameters"))])
    assert [(one["eventName"], one["userIdentity"]["userName"]) for one in found] == [("AuthorizeSecurityGroupIngress", "on-call-laptop")]


def test_a_message_on_the_queue_reaches_the_function_and_is_gone(local, outputs):
    sqs = client(local, "sqs")
    sqs.send_message(QueueUrl=outputs["QueueUrl"], MessageBody="work", MessageGroupId="one", MessageDeduplicationId="one")
    eventually(lambda: any(event.get("Records", [{}])[0].get("body") == "work" for event in events(local)))


def test_a_schedule_can_be_fired_by_hand(local):
    # A schedule that was just made is planned at the next look at all of them.
    [known] = eventually(lambda: [one for one in ask(local, "/_local/schedules").json()["schedules"] if one["inSeconds"] is not None])
    assert known["name"] == "driftmend-sweep" and 0 < known["inSeconds"] <= 900
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


def _has_no_connection(url):
    try:
        requests.get(url, timeout=0.2)
    except requests.ConnectTimeout:
        return True
    except requests.RequestException:
        pass
    return False


def test_a_client_that_no_rule_lets_in_gets_no_answer(local, outputs):
    ec2 = client(local, "ec2")
    rule = {"GroupId": outputs["FrontGroup"], "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}
    elsewhere = {"GroupId": outputs["FrontGroup"], "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "198.51.100.0/24"}]}]}
    ec2.revoke_security_group_ingress(**rule)
    ec2.authorize_security_group_ingress(**elsewhere)
    try:
        # Whoever got in just before hangs until they give up or are cut off; from then on nobody gets a connection.
        with pytest.raises((requests.ConnectionError, requests.Timeout)):
            requests.get(outputs["Endpoint"], timeout=5)
        eventually(lambda: _has_no_connection(outputs["Endpoint"]))
    finally:
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
    # A connection that is being made while the port closes is reset.
    except (ConnectionRefusedError, ConnectionResetError):
        return True
    return False


def test_a_listener_that_is_removed_answers_nothing_from_then_on(local, outputs):
    client(local, "elbv2").delete_listener(ListenerArn=outputs["Listener"])
    time.sleep(0.3)
    with pytest.raises(requests.ConnectionError):
        requests.get(outputs["Endpoint"], timeout=5)
