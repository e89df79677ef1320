"""Functions run as on Lambda: a real JVM under AWS's runtime interface client, with its role's credentials and nothing else."""

import base64
import json
import os
import threading
import time

import pytest
from botocore.exceptions import ClientError
from driftmend_local.functions import lambda_api
from driftmend_local.api import server
from driftmend_local.functions.jdk import find_java
from driftmend_local.functions.lambda_host import LambdaHost
from host_parts import CLIENT, client, eventually, make_function, sample_code


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    running = server.start(0)
    logs = tmp_path_factory.mktemp("logs")
    host = LambdaHost(find_java(), CLIENT, running.url, logs, {("code", "sample"): sample_code()})
    queued = []
    lambda_api.install(host, lambda arn, payload: queued.append((arn, payload)))
    running.logs, running.queued, running.host = logs, queued, host
    make_function(running.url, "plain", Environment={"Variables": {"COLOUR": "green"}})
    yield running
    host.close()
    running.stop()


def invoke(aws, name, event=None, **options):
    answer = client(aws.url, "lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}), **options)
    return answer, json.loads(answer["Payload"].read() or b"null")


def test_a_function_answers_with_what_lambda_tells_it(aws):
    answer, seen = invoke(aws, "plain")
    assert answer["StatusCode"] == 200 and answer["ExecutedVersion"] == "$LATEST" and "FunctionError" not in answer
    assert seen["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:plain"
    assert seen["directory"] == os.path.realpath(sample_code())
    assert 5_000 < int(seen["remaining"]) <= 10_000


def test_its_environment_is_the_deployed_one_and_lambdas_own_and_nothing_of_the_host(aws, monkeypatch):
    monkeypatch.setenv("LEAKED", "yes")
    _, seen = invoke(aws, "plain")
    environment = {name[4:]: value for name, value in seen.items() if name.startswith("env.")}
    assert environment["COLOUR"] == "green"
    assert environment["AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["AWS_ENDPOINT_URL"] == aws.url
    assert "LEAKED" not in environment and "HOME" not in environment


def test_its_credentials_are_a_session_of_its_role(aws):
    _, seen = invoke(aws, "plain")
    import boto3
    sts = boto3.client("sts", endpoint_url=aws.url, region_name="us-east-1", aws_access_key_id=seen["env.AWS_ACCESS_KEY_ID"],
                       aws_secret_access_key=seen["env.AWS_SECRET_ACCESS_KEY"], aws_session_token=seen["env.AWS_SESSION_TOKEN"])
    assert sts.get_caller_identity()["Arn"] == "arn:aws:sts::123456789012:assumed-role/plain-role/plain"


def test_one_warm_process_serves_one_event_after_the_other(aws):
    first, second = invoke(aws, "plain")[1], invoke(aws, "plain")[1]
    assert second["loaded"] == first["loaded"] and int(second["served"]) == int(first["served"]) + 1
    assert second["requestId"] != first["requestId"]


def test_an_exception_is_an_unhandled_function_error_with_the_log_that_explains_it(aws):
    answer, error = invoke(aws, "plain", {"fail": True}, LogType="Tail")
    assert answer["FunctionError"] == "Unhandled" and answer["StatusCode"] == 200
    assert error["errorMessage"] == "asked to fail" and error["errorType"] == "java.lang.IllegalStateException"
    tail = base64.b64decode(answer["LogResult"]).decode()
    assert tail.startswith("START RequestId: ") and 'event {"fail": true}' in tail and "REPORT RequestId: " in tail


def test_a_process_that_exits_is_an_error_answer_and_the_next_event_finds_a_new_process(aws):
    before = invoke(aws, "plain")[1]["loaded"]
    answer, error = invoke(aws, "plain", {"exit": True})
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Runtime.ExitError" and error["errorMessage"].endswith("Runtime exited with error: exit status 7")
    assert invoke(aws, "plain")[1]["loaded"] != before


def test_an_event_past_the_timeout_kills_the_process(aws):
    make_function(aws.url, "slow", Timeout=1)
    before = invoke(aws, "slow")[1]
    answer, error = invoke(aws, "slow", {"sleep": 30000})
    assert answer["FunctionError"] == "Unhandled" and error["errorMessage"].endswith("Task timed out after 1.00 seconds")
    after = invoke(aws, "slow")[1]
    assert after["loaded"] != before["loaded"] and after["served"] == "1"


def test_reserved_concurrency_refuses_what_is_more_than_reserved(aws):
    make_function(aws.url, "single")
    client(aws.url, "lambda").put_function_concurrency(FunctionName="single", ReservedConcurrentExecutions=1)
    invoke(aws, "single")
    busy = threading.Thread(target=invoke, args=(aws, "single", {"sleep": 1500}))
    busy.start()
    time.sleep(0.5)
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        invoke(aws, "single")
    busy.join()
    assert invoke(aws, "single")[1]["served"] == "3"


def test_a_snapstart_version_restores_with_container_credentials_only(aws):
    make_function(aws.url, "snap", SnapStart={"ApplyOn": "PublishedVersions"})
    functions = client(aws.url, "lambda")
    version = functions.publish_version(FunctionName="snap")["Version"]
    functions.create_alias(FunctionName="snap", Name="live", FunctionVersion=version)
    answer, seen = invoke(aws, "snap", Qualifier="live")
    assert answer["ExecutedVersion"] == version and seen["arn"].endswith(":function:snap:live")
    assert seen["env.AWS_LAMBDA_INITIALIZATION_TYPE"] == "snap-start"
    assert not [name for name in seen if name in ("env.AWS_ACCESS_KEY_ID", "env.AWS_SECRET_ACCESS_KEY", "env.AWS_SESSION_TOKEN")]
    import requests
    endpoint, token = seen["env.AWS_CONTAINER_CREDENTIALS_FULL_URI"], seen["env.AWS_CONTAINER_AUTHORIZATION_TOKEN"]
    assert requests.get(endpoint, timeout=5).status_code == 401
    given = requests.get(endpoint, headers={"Authorization": token}, timeout=5).json()
    assert given["RoleArn"].endswith("/snap-role") and given["Token"]
    assert invoke(aws, "snap")[1]["env.AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand", "SnapStart is for published versions"


def test_a_handler_that_is_not_there_says_so(aws):
    make_function(aws.url, "lost", Handler="Missing::handleRequest")
    answer, error = invoke(aws, "lost")
    assert answer["FunctionError"] == "Unhandled" and "Missing" in error["errorMessage"]


@pytest.mark.parametrize("snap_start", ["None", "PublishedVersions"])
def test_a_function_that_does_not_get_through_its_init_says_why(aws, snap_start):
    name = f"unborn-{snap_start}"
    make_function(aws.url, name, SnapStart={"ApplyOn": snap_start}, Environment={"Variables": {"FAIL_INIT": "1"}})
    functions = client(aws.url, "lambda")
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion=functions.publish_version(FunctionName=name)["Version"])
    assert aws.host.warm_up()[name] == "asked not to begin (java.lang.IllegalStateException)"
    answer, error = invoke(aws, name, Qualifier="live")
    assert answer["FunctionError"] == "Unhandled" and error["errorMessage"] == "asked not to begin"


def test_a_function_that_is_not_there_is_not_found(aws):
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        invoke(aws, "nobody")


def test_an_event_invocation_is_queued_and_a_dry_run_is_neither_queued_nor_run(aws):
    functions = client(aws.url, "lambda")
    assert functions.invoke(FunctionName="plain", InvocationType="Event", Payload=b'{"a":1}')["StatusCode"] == 202
    assert functions.invoke(FunctionName="plain", InvocationType="DryRun")["StatusCode"] == 204
    assert aws.queued == [("plain", b'{"a":1}')]


def test_logs_go_to_the_file_and_to_cloudwatch_and_metric_lines_become_metrics(aws):
    invoke(aws, "plain", {"metric": True})
    assert '"metric": true' in (aws.logs / "plain.log").read_text()
    events = client(aws.url, "logs").filter_log_events(logGroupName="/aws/lambda/plain")["events"]
    assert any("event {" in event["message"] for event in events)
    metrics = eventually(lambda: client(aws.url, "cloudwatch").list_metrics(Namespace="Sample")["Metrics"])
    assert metrics[0]["MetricName"] == "Seen" and metrics[0]["Dimensions"] == [{"Name": "Guard", "Value": "one"}]


def test_closing_the_host_leaves_no_process(aws):
    pids = [environment._child.pid for pool in aws.host._pools.values() for environment in pool._idle]
    assert pids
    aws.host.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
