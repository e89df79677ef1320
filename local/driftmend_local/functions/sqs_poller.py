"""Event source mappings from queues to functions, polled as Lambda polls them.

Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS" and "Handling errors for an SQS event source in Lambda".
"""

import json
import logging
import threading

from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import sqs_backends

from . import sqs_queues, underway
from .function_config import backend, function_of
from ..iam import judgement
from ..iam.needs import Asked
from .lambda_host import Throttled
from ..api.request import ACCOUNT

log = logging.getLogger("driftmend.local")
LOOK_SECONDS = 0.5


class SqsPoller:
    """Polls every enabled mapping from a queue; mappings may come, go and be switched at any time."""

    def __init__(self, host):
        self._host = host
        self._stopped = threading.Event()
        self._busy = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="sqs-poller", daemon=True)

    def start(self):
        self._thread.start()

    def close(self):
        self._stopped.set()
        sqs_queues.wake()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self):
        while not self._stopped.is_set():
            found = False
            for mapping in _polled():
                try:
                    found |= self._poll(mapping)
                except Exception:
                    log.exception("polling %s", mapping.event_source_arn)
            if not found:
                sqs_queues.await_change(LOOK_SECONDS)

    @staticmethod
    def waiting():
        """How many messages, visible or not, lie in the queues that are polled."""
        names = {(one.event_source_arn.split(":")[3], one.event_source_arn.split(":")[-1]) for one in _polled()}
        return sum(len(sqs_backends[ACCOUNT][region].get_queue(name)._messages) for region, name in names)

    def _poll(self, mapping):
        """Take one round of messages and start their batches. True if there were any."""
        free = self._concurrency(mapping) - self._busy.get(mapping.uuid, 0)
        if free <= 0 or not may_use(mapping, "sqs:ReceiveMessage", "sqs:GetQueueAttributes"):
            return False
        region, queue_name = mapping.event_source_arn.split(":")[3], mapping.event_source_arn.split(":")[-1]
        queues = sqs_backends[ACCOUNT][region]
        queue = queues.get_queue(queue_name)
        messages = queues.receive_message(queue_name, min(10, mapping.batch_size), 0, queue.visibility_timeout, ["All"])
        batches = {}
        for message in messages:
            batches.setdefault(message.group_id, []).append(message)
        for batch in batches.values():
            with self._lock:
                self._busy[mapping.uuid] = self._busy.get(mapping.uuid, 0) + 1
            underway.begin("batches")
            threading.Thread(target=self._deliver, args=(mapping, queues, queue_name, batch), name=f"batch-{queue_name}", daemon=True).start()
        return bool(messages)

    def _concurrency(self, mapping):
        scaling = (mapping.scaling_config or {}).get("MaximumConcurrency")
        return min(int(scaling or 1000), max(1, self._host.concurrency(mapping.function_name)))

    def _deliver(self, mapping, queues, queue_name, batch):
        try:
            event = json.dumps({"Records": [_record(message, mapping) for message in batch]}).encode()
            answer, _, _ = self._host.invoke(mapping.function_name, event, wait=True)
            if not answer.error and may_use(mapping, "sqs:DeleteMessage"):
                self._delete(queues, queue_name, batch, _failed_items(answer.payload, mapping, batch))
        except Throttled:
            pass
        except Exception:
            if not self._stopped.is_set():
                log.exception("a batch of %s was not delivered; it comes back when its visibility timeout is over", queue_name)
        finally:
            with self._lock:
                self._busy[mapping.uuid] -= 1
            underway.end("batches")
            sqs_queues.wake()

    @staticmethod
    def _delete(queues, queue_name, batch, failed):
        """Delete what succeeded. What failed comes back when its visibility timeout is over, unless the function changed that."""
        for message in batch:
            if message.id not in failed:
                try:
                    queues.delete_message(queue_name, message.receipt_handle)
                except ReceiptHandleIsInvalid:
                    log.debug("%s was deleted by somebody else", message.id)


def may_use(mapping, *actions):
    """Whether the function's role may do this with the queue: Lambda polls with that role."""
    try:
        judgement.require_role(function_of(mapping.function_name).role, *(Asked(action, mapping.event_source_arn) for action in actions))
    except judgement.Denied:
        return False
    return True


def _polled():
    return [mapping for mapping in list(backend()._event_source_mappings.values())
            if mapping.enabled in (True, "true") and mapping._get_service_source_from_arn().startswith("sqs")]


def _failed_items(payload, mapping, batch):
    """The ids of the messages that failed. An answer that names something else than messages of the batch fails all of it.

    Only what the function names comes back, on a FIFO queue too: a function that stops at the first failure must name the rest.
    """
    everything = {message.id for message in batch}
    if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
        return set()
    try:
        answer = json.loads(payload or b"null")
        items = (answer or {}).get("batchItemFailures") or []
        failed = {item["itemIdentifier"] for item in items}
    except (ValueError, AttributeError, KeyError, TypeError):
        return everything
    return failed if failed <= everything else everything


def _record(message, mapping):
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count), "SentTimestamp": str(message.sent_timestamp),
        "SenderId": str(message.sender_id), "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
    }
    if message.group_id is not None:
        attributes.update(MessageGroupId=message.group_id, MessageDeduplicationId=message.deduplication_id or "", SequenceNumber=message.sequence_number or "")
    sent = {name: {"stringValue": value.get("StringValue"), "stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
            for name, value in message.message_attributes.items()}
    return {
        "messageId": message.id, "receiptHandle": message.receipt_handle, "body": message.body, "attributes": attributes,
        "messageAttributes": sent, "md5OfBody": message.body_md5, "eventSource": "aws:sqs",
        "eventSourceARN": mapping.event_source_arn, "awsRegion": mapping.region,
    }
