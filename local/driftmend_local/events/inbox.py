"""What on-call would get: every message that a topic publishes, and what lies on the dead letter queues."""

import datetime
import functools
import json
import threading

from moto.sns.models import Topic
from moto.sqs.models import sqs_backends

from ..functions.function_config import REGION
from ..api.request import ACCOUNT


class Inbox:
    """Reads all topics from inside, so that no subscription shows that a guard of subscriptions would find."""

    def __init__(self):
        self._messages = []
        self._lock = threading.Lock()

    def start(self):
        _listen(self._take)

    def close(self):
        _listen(None)

    def alerts(self, topic_arn=None):
        """[{"topic", "messageId", "time", "subject", "text", "json", "attributes"}], oldest first; all topics or one."""
        with self._lock:
            return [one for one in self._messages if topic_arn in (None, one["topic"])]

    def dead_letters(self):
        """{queue name: [{"messageId", "body", "attributes"}]} of the queues that have a dead letter's name, nothing received."""
        queues = list(sqs_backends[ACCOUNT][REGION].queues.values())
        targets = {queue.dead_letter_queue.name for queue in queues if queue.dead_letter_queue}
        return {queue.name: [_shown(message) for message in list(queue._messages)]
                for queue in queues if queue.name in targets or "deadletter" in queue.name.lower().replace("-", "")}

    def _take(self, topic, message_id, message, subject, attributes, structure):
        forms = json.loads(message) if structure == "json" else {"default": message}
        text = forms.get("email") or forms.get("default")
        one = {
            "topic": topic.arn, "messageId": message_id, "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"),
            "subject": subject, "text": text, "json": next(filter(None, map(_parsed, (*_machine_forms(forms), text))), None),
            "attributes": {name: value.get("Value", value.get("StringValue")) for name, value in (attributes or {}).items()},
        }
        with self._lock:
            self._messages.append(one)


def _machine_forms(forms):
    return [forms[protocol] for protocol in ("sqs", "https", "http", "lambda", "email-json") if protocol in forms] + [forms.get("default")]


def _parsed(text):
    try:
        value = json.loads(text)
    except (ValueError, TypeError):
        return None
    return value if isinstance(value, dict) else None


def _shown(message):
    attributes = {name: value.get("StringValue") for name, value in message.message_attributes.items()}
    return {"messageId": message.id, "body": message.body, "attributes": attributes}


def _listen(take):
    """Let every published message be shown to `take` too; None stops that."""
    Topic.shown_to = staticmethod(take) if take else None
    if hasattr(Topic.publish, "driftmend"):
        return
    published = Topic.publish

    @functools.wraps(published)
    def publish(self, message, subject=None, message_attributes=None, group_id=None, deduplication_id=None, message_structure=None):
        message_id = published(self, message, subject, message_attributes, group_id, deduplication_id, message_structure)
        if Topic.shown_to:
            Topic.shown_to(self, message_id, message, subject, message_attributes, message_structure)
        return message_id

    publish.driftmend = True
    Topic.publish = publish
