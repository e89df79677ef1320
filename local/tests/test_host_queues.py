"""Events that nobody waits for: asynchronous invocations and event source mappings, with Lambda's rules."""

import json
import time

import pytest
from driftmend_local.functions import lambda_api, sqs_queues, underway
from driftmend_local.api import server
from driftmend_local.functions.async_invoke import AsyncInvoker
from driftmend_local.functions.jdk import find_java
from driftmend_local.functions.lambda_host import LambdaHost
from driftmend_local.functions.sqs_poller import SqsPoller
from host_parts import CLIENT, client, eventually, make_function, sample_code


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    sqs_queues.install()
    running = server.start(0)
    logs = tmp_path_factory.mktemp("logs")
    host = LambdaHost(find_java(), CLIENT, running.url, logs, {("code", "sample"): sample_code()})
    invoker = AsyncInvoker(host, retry_delays=(0.1, 0.2))
    lambda_api.install(host, invoker.invoke_async)
    poller = SqsPoller(host)
    poller.start()
    running.logs, running.invoker, running.poller = logs, invoker, poller
    make_function(running.url, "worker")
    yield running
    poller.close()
    invoker.close()
    host.close()
    running.stop()


def queue(aws, name, **attributes):
    sqs = client(aws.url, "sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def received(aws, url):
    sqs = client(aws.url, "sqs")
    return eventually(lambda: sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=1).get("Messages"))


def events_seen(aws, name):
    return [line[6:] for line in (aws.logs / f"{name}.log").read_text().splitlines() if line.startswith("event ")]


def bodies_seen(aws, name):
    return [[record["body"] for record in json.loads(event)["Records"]] for event in events_seen(aws, name) if "Records" in event]


def test_an_event_that_fails_three_times_goes_to_the_failure_destination_with_its_story(aws):
    url, arn = queue(aws, "failures")
    functions = client(aws.url, "lambda")
    functions.put_function_event_invoke_config(FunctionName="worker", DestinationConfig={"OnFailure": {"Destination": arn}})
    functions.invoke(FunctionName="worker", InvocationType="Event", Payload=b'{"fail": 1}')
    record = json.loads(received(aws, url)[0]["Body"])
    assert record["requestPayload"] == {"fail": 1}
    assert record["requestContext"]["condition"] == "RetriesExhausted" and record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "asked to fail"
    assert events_seen(aws, "worker").count('{"fail": 1}') == 3
    starts = {line.split()[2] for line in (aws.logs / "worker.log").read_text().splitlines() if line.startswith("START")}
    assert record["requestContext"]["requestId"] in starts


def test_a_dead_letter_queue_of_the_function_gets_the_event_itself(aws):
    url, arn = queue(aws, "dead")
    make_function(aws.url, "dying", DeadLetterConfig={"TargetArn": arn})
    aws.invoker.invoke_async("arn:aws:lambda:us-east-1:123456789012:function:dying", b'{"fail": 2}')
    message = received(aws, url)[0]
    assert message["Body"] == '{"fail": 2}'
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "asked to fail"


def test_an_event_for_a_function_that_is_gone_is_not_taken(aws):
    with pytest.raises(LookupError, match="function:gone"):
        aws.invoker.invoke_async("arn:aws:lambda:us-east-1:123456789012:function:gone", b'{"x": 1}')


@pytest.fixture(scope="module")
def mapped(aws):
    """A FIFO queue with a dead letter queue, mapped to a function of its own."""
    dead_url, dead_arn = queue(aws, "work-dead.fifo", FifoQueue="true")
    url, arn = queue(aws, "work.fifo", FifoQueue="true", VisibilityTimeout="1",
                     RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2}))
    make_function(aws.url, "batch")
    mapping = client(aws.url, "lambda").create_event_source_mapping(
        FunctionName="batch", EventSourceArn=arn, BatchSize=10, FunctionResponseTypes=["ReportBatchItemFailures"])
    return url, dead_url, mapping["UUID"]


def send(aws, url, group, *bodies):
    for body in bodies:
        client(aws.url, "sqs").send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=f"{group}-{body}")


def left(aws, url):
    attributes = client(aws.url, "sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesNotVisible"])


def test_messages_reach_the_function_in_order_and_are_deleted(aws, mapped):
    url, _, _ = mapped
    send(aws, url, "one", "a", "b", "c")
    eventually(lambda: left(aws, url) == 0)
    assert [body for batch in bodies_seen(aws, "batch") for body in batch] == ["a", "b", "c"]


def test_what_is_under_way_is_known_until_the_last_of_it_is_over(aws, mapped):
    url, _, _ = mapped
    assert underway.await_idle(aws.poller.waiting, 20)[1]
    send(aws, url, "known", '{"sleep": 400, "known": 1}')
    assert not underway.look(aws.poller.waiting)[1]
    assert underway.await_idle(aws.poller.waiting, 20) == ({"messages": 0}, True)
    assert '{"sleep": 400, "known": 1}' in [body for batch in bodies_seen(aws, "batch") for body in batch] and left(aws, url) == 0
    aws.invoker.invoke_async("arn:aws:lambda:us-east-1:123456789012:function:worker", b'{"fail": 3}')
    assert not underway.await_idle(aws.poller.waiting, 0.01)[1]
    assert underway.await_idle(aws.poller.waiting, 20)[1]
    assert events_seen(aws, "worker").count('{"fail": 3}') == 3, "the retries were waited for"


def under_way(aws, url):
    shown = client(aws.url, "sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"])
    return int(shown["Attributes"]["ApproximateNumberOfMessagesNotVisible"])


def test_one_batch_of_a_group_is_under_way_at_a_time_and_other_groups_go_on(aws, mapped):
    url, _, _ = mapped
    send(aws, url, "slow", '{"sleep": 3000}')
    eventually(lambda: under_way(aws, url) == 1)
    send(aws, url, "slow", "after")
    send(aws, url, "quick", "beside")
    eventually(lambda: left(aws, url) == 0)
    order = [body for batch in bodies_seen(aws, "batch") for body in batch]
    assert order.index('{"sleep": 3000}') < order.index("beside") < order.index("after")


def test_a_message_that_was_seen_five_minutes_ago_or_less_is_not_delivered_again(aws, mapped):
    url, _, _ = mapped
    send(aws, url, "twice", "same")
    eventually(lambda: left(aws, url) == 0)
    send(aws, url, "twice", "same")
    time.sleep(0.5)
    assert [body for batch in bodies_seen(aws, "batch") for body in batch].count("same") == 1


def test_only_the_messages_that_failed_come_back_and_end_on_the_dead_letter_queue(aws, mapped):
    url, dead_url, uuid = mapped
    functions = client(aws.url, "lambda")
    functions.update_event_source_mapping(UUID=uuid, Enabled=False)
    send(aws, url, "mixed", "good", "bad", "fine")
    time.sleep(0.7)
    assert left(aws, url) == 3, "a disabled mapping polls nothing"
    functions.update_event_source_mapping(UUID=uuid, Enabled=True)
    assert received(aws, dead_url)[0]["Body"] == "bad"
    seen = [body for batch in bodies_seen(aws, "batch") for body in batch]
    assert (seen.count("good"), seen.count("bad"), seen.count("fine")) == (1, 2, 1)
    assert left(aws, url) == 0


def test_a_batch_that_fails_comes_back_whole_after_its_visibility_timeout(aws, mapped):
    url, dead_url, _ = mapped
    send(aws, url, "broken", '{"fail": 3}')
    assert received(aws, dead_url)[0]["Body"] == '{"fail": 3}'
    assert [body for batch in bodies_seen(aws, "batch") for body in batch].count('{"fail": 3}') == 2
