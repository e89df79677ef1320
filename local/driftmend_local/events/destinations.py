"""Sending to a queue or a topic as AWS's own services do: inside, without a signed call."""

from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from ..api.request import ACCOUNT


class NoDestination(Exception):
    """The destination does not exist or is of a kind that the local AWS does not deliver to."""


def send(arn, body, attributes=None, group=None, deduplication=None):
    """Deliver a text to the queue or topic with that ARN; `attributes` become String message attributes."""
    service, region, name = arn.split(":")[2], arn.split(":")[3], arn.split(":")[-1]
    values = {key: {"DataType": "String", "StringValue": str(value)} for key, value in (attributes or {}).items()}
    try:
        if service == "sqs":
            sqs_backends[ACCOUNT][region].send_message(name, body, message_attributes=values, group_id=group, deduplication_id=deduplication)
        elif service == "sns":
            published = {key: {"Type": "String", "Value": str(value)} for key, value in (attributes or {}).items()}
            sns_backends[ACCOUNT][region].publish(body, arn=arn, message_attributes=published)
        else:
            raise NoDestination(f"the local AWS does not deliver to {arn}: only to queues and topics")
    except NoDestination:
        raise
    except Exception as problem:
        raise NoDestination(f"{arn} took nothing: {problem}") from problem
