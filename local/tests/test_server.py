"""Starting, stopping and standing side by side."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from driftmend_local.api import server

LOCAL = Path(__file__).resolve().parents[1]
TEMPLATE = LOCAL.parent / "template.yaml"
CHILD = "import sys; from driftmend_local.api import server; s = server.start(0); print(s.url, flush=True); sys.stdin.read(); s.stop()"


def test_a_port_in_use_is_said_in_a_sentence(aws):
    with pytest.raises(server.PortInUse, match=f"port {aws.server.port} on 127.0.0.1 is in use; stop the program"):
        server.start(aws.server.port)


def test_two_processes_stand_side_by_side(aws):
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(LOCAL)})
    try:
        other = child.stdout.readline().strip()
        assert other.startswith("http://127.0.0.1:") and other != aws.url
        aws.client("sqs").create_queue(QueueName="here")
        seen = requests.post(other, headers={"X-Amz-Target": "AmazonSQS.ListQueues", "Content-Type": "application/x-amz-json-1.0",
                                             "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"}, data="{}")
        assert seen.status_code == 200 and "here" not in seen.text
    finally:
        child.communicate("")
    assert child.returncode == 0


def test_a_reset_forgets_stacks_events_and_calls(aws):
    aws.client("cloudformation").create_stack(StackName="gone", TemplateBody=json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}))
    requests.post(f"{aws.url}/moto-api/reset").raise_for_status()
    assert aws.client("cloudformation").list_stacks()["StackSummaries"] == []
    assert requests.get(f"{aws.url}/_local/events").json() == []
    assert aws.client("sns").list_topics()["Topics"] == []


@pytest.mark.parametrize(("parameters", "outputs"), [
    ({"ImageId": "ami-12345678"}, {"LoadBalancerDnsName", "Endpoint", "InstanceId", "InstancePrivateIp", "WorkQueueUrl"}), ({"Workload": "false"}, {"WorkQueueUrl"})])
def test_the_template_of_this_repository_deploys_and_goes_again(aws, parameters, outputs):
    cloudformation = aws.client("cloudformation")
    of_web = {"LoadBalancerDnsName", "Endpoint", "InstanceId", "InstancePrivateIp"}
    aws.client("s3").create_bucket(Bucket="template-bucket")
    aws.client("s3").put_object(Bucket="template-bucket", Key="template.yaml", Body=TEMPLATE.read_bytes())
    made = cloudformation.create_stack(StackName="driftmend", TemplateURL="https://template-bucket.s3.amazonaws.com/template.yaml",
                                       Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
                                       Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])["StackId"]
    stack = wait(cloudformation, made)
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert {o["OutputKey"] for o in stack["Outputs"]} & (of_web | {"WorkQueueUrl"}) == outputs
    cloudformation.delete_stack(StackName=made)
    assert wait(cloudformation, made)["StackStatus"] == "DELETE_COMPLETE"


def wait(cloudformation, stack):
    for _ in range(300):
        shown = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        if not shown["StackStatus"].endswith("_IN_PROGRESS"):
            return shown
        time.sleep(0.1)
    raise AssertionError(shown["StackStatus"])
