"""Faults, permissions and the call log, as tests of the functions use them."""

import time

import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture(autouse=True)
def no_leftovers(aws):
    yield
    for control in ("faults", "permissions", "calls"):
        requests.delete(f"{aws.url}/_local/{control}")


def post(aws, control, payload):
    return requests.post(f"{aws.url}/_local/{control}", json=payload)


def code_of(call):
    with pytest.raises(ClientError) as refused:
        call()
    # The SDK for Java takes the whole of this header for the code.
    assert "#" not in refused.value.response["ResponseMetadata"]["HTTPHeaders"].get("x-amzn-errortype", "")
    return refused.value.response["Error"]["Code"], refused.value.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(("service", "action", "method", "kind", "expected"), [
    ("ec2", "DescribeVpcs", "describe_vpcs", "throttle", ("RequestLimitExceeded", 503)),
    ("elbv2", "DescribeLoadBalancers", "describe_load_balancers", "throttle", ("Throttling", 400)),
    ("dynamodb", "ListTables", "list_tables", "throttle", ("ThrottlingException", 400)),
    ("ec2", "DescribeVpcs", "describe_vpcs", "denied", ("UnauthorizedOperation", 403)),
    ("elbv2", "DescribeLoadBalancers", "describe_load_balancers", "denied", ("AccessDenied", 403)),
    ("ssm", "DescribeParameters", "describe_parameters", "denied", ("AccessDeniedException", 400)),
    ("ec2", "DescribeVpcs", "describe_vpcs", "error", ("InternalError", 500)),
    ("cloudformation", "ListStacks", "list_stacks", "error", ("InternalFailure", 500)),
])
def test_a_fault_answers_as_the_service_would(aws, service, action, method, kind, expected):
    post(aws, "faults", [{"service": service, "action": action, "kind": kind, "times": 1}])
    client = aws.client(service, config=ONCE)
    assert code_of(getattr(client, method)) == expected
    getattr(client, method)()
    assert [f["fired"] for f in requests.get(f"{aws.url}/_local/faults").json()] == [1]


def test_a_throttled_call_succeeds_on_the_retry_of_the_sdk(aws):
    post(aws, "faults", {"service": "ec2", "action": "DescribeVpcs", "kind": "throttle", "times": 2})
    assert aws.client("ec2").describe_vpcs()["ResponseMetadata"]["RetryAttempts"] == 2


def test_latency_delays_the_answer(aws):
    post(aws, "faults", {"service": "ec2", "action": "DescribeVpcs", "kind": "latency", "ms": 300})
    began = time.monotonic()
    aws.client("ec2").describe_vpcs()
    assert time.monotonic() - began >= 0.3


def test_an_unknown_kind_of_fault_is_named(aws):
    answer = post(aws, "faults", {"service": "ec2", "action": "DescribeVpcs", "kind": "explode"})
    assert answer.status_code == 400 and "explode" in answer.json()["error"]


def session_of(aws, role):
    iam = aws.client("iam")
    try:
        arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    except iam.exceptions.EntityAlreadyExistsException:
        arn = iam.get_role(RoleName=role)["Role"]["Arn"]
    made = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="function")["Credentials"]
    return lambda service: aws.client(service, made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"], config=ONCE)


def test_a_role_held_to_actions_may_do_those_and_nothing_else(aws):
    client = session_of(aws, "reader")
    post(aws, "permissions", {"role": "reader", "actions": ["ec2:DescribeVpc*", "sqs:ListQueues"]})
    client("ec2").describe_vpcs()
    assert code_of(client("ec2").describe_subnets) == ("UnauthorizedOperation", 403)
    assert code_of(client("elbv2").describe_load_balancers) == ("AccessDenied", 403)
    aws.client("ec2").describe_subnets()
    seen = requests.get(f"{aws.url}/_local/permissions").json()["reader"]
    assert seen["used"] == ["ec2:DescribeVpcs"]
    assert seen["denied"] == ["ec2:DescribeSubnets", "elasticloadbalancing:DescribeLoadBalancers"]
    requests.delete(f"{aws.url}/_local/permissions")
    client("ec2").describe_subnets()


def test_a_transaction_needs_the_actions_of_its_parts(aws):
    client = session_of(aws, "writer")
    post(aws, "permissions", {"role": "writer", "actions": ["dynamodb:UpdateItem"]})
    item = {"Put": {"TableName": "none", "Item": {"pk": {"S": "a"}}}}
    assert code_of(lambda: client("dynamodb").transact_write_items(TransactItems=[item]))[0] == "AccessDeniedException"
    assert requests.get(f"{aws.url}/_local/permissions").json()["writer"]["denied"] == ["dynamodb:PutItem"]


def test_a_fault_can_be_kept_to_one_role(aws):
    client = session_of(aws, "unlucky")
    post(aws, "faults", {"service": "ec2", "action": "Describe*", "kind": "throttle", "principal": "role/unlucky"})
    assert code_of(client("ec2").describe_vpcs)[0] == "RequestLimitExceeded"
    aws.client("ec2").describe_vpcs()


def test_the_log_names_each_call_with_who_made_it(aws):
    session_of(aws, "counted")("ec2").describe_vpcs()
    assert code_of(lambda: aws.client("ec2").describe_vpcs(VpcIds=["vpc-00000000000000000"]))[1] == 400
    calls = requests.get(f"{aws.url}/_local/calls", params={"service": "ec2"}).json()
    assert [(c["action"], c["role"], c["status"], c["error"]) for c in calls] == [
        ("DescribeVpcs", "counted", 200, None), ("DescribeVpcs", None, 400, "InvalidVpcID.NotFound")]
    assert requests.get(f"{aws.url}/_local/calls", params={"count": 1, "service": "ec2"}).json() == {"ec2:DescribeVpcs": 2}


def test_an_unknown_local_path_lists_what_there_is(aws):
    answer = requests.get(f"{aws.url}/_local/nothing")
    assert answer.status_code == 404 and "/_local/faults" in answer.json()["error"]
