"""What moto's queues lack: they do not give back who may name them as a dead-letter queue, lose messages when used from several threads, forget deduplication ids with the deleted
message, break a group's order when several of its messages are due again, and call functions of event source mappings themselves.

Source: Amazon SQS developer guide, "Exactly-once processing in Amazon SQS": the deduplication interval is five minutes, also
for messages that are received and deleted.
"""

import threading
import time

from moto.sqs.models import Queue, SQSBackend

DEDUPLICATION_SECONDS = 300
_arrived = threading.Condition()


def install():
    """Replace moto's way of adding, receiving and deleting messages."""
    if getattr(Queue, "driftmend", False):
        return
    Queue.driftmend = True
    created, received = Queue.__init__, SQSBackend.receive_message
    deleted, changed, purged = Queue.delete_message, SQSBackend.change_message_visibility, SQSBackend.purge_queue

    described = Queue.attributes.fget

    def attributes(self):
        allowed = getattr(self, "redrive_allow_policy", None)
        return described(self) | ({"RedriveAllowPolicy": allowed} if allowed else {})

    def create(self, *args, **kwargs):
        self.lock, self.seen = threading.RLock(), {}
        created(self, *args, **kwargs)

    def add_message(self, message):
        with self.lock:
            if self.fifo_queue and message.deduplication_id and self._is_duplicate(message):
                return
            self._messages.append(message)
        wake()

    def is_duplicate(self, message):
        now = time.monotonic()
        self.seen = {known: at for known, at in self.seen.items() if now - at < DEDUPLICATION_SECONDS}
        scope = message.group_id if self.deduplication_scope == "messageGroup" else None
        if (scope, message.deduplication_id) in self.seen:
            return True
        self.seen[scope, message.deduplication_id] = now
        return False

    def delete_message(self, receipt_handle):
        with self.lock:
            deleted(self, receipt_handle)
        wake()

    def receive_message(self, queue_name, count, wait_seconds_timeout, visibility_timeout, message_attribute_names=None):
        queue = self.get_queue(queue_name)
        until = time.monotonic() + float(wait_seconds_timeout or 0)
        while True:
            with queue.lock:
                # moto looks at one message at a time and hands out the second one of a group first when both are due again.
                queue._pending_messages = {message for message in queue._pending_messages if not message.visible}
                found = received(self, queue_name, count, 0, visibility_timeout, message_attribute_names)
            if found or time.monotonic() >= until:
                return found
            await_change(min(0.5, max(0.0, until - time.monotonic())))

    def change_visibility(self, queue_name, receipt_handle, visibility_timeout):
        with self.get_queue(queue_name).lock:
            changed(self, queue_name, receipt_handle, visibility_timeout)
        wake()

    def purge_queue(self, queue_name):
        with self.get_queue(queue_name).lock:
            purged(self, queue_name)

    Queue.attributes = property(attributes)
    Queue.__init__, Queue.add_message, Queue.delete_message, Queue._is_duplicate = create, add_message, delete_message, is_duplicate
    SQSBackend.receive_message, SQSBackend.change_message_visibility, SQSBackend.purge_queue = receive_message, change_visibility, purge_queue


def wake():
    """Tell who waits that a queue has changed."""
    with _arrived:
        _arrived.notify_all()


def await_change(seconds):
    """Wait until some queue changes, at most that long. Visibility timeouts that end wake nobody: wait for short times."""
    with _arrived:
        _arrived.wait(seconds)
