"""What CloudFormation remembers of its stacks."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..api.gateway import on_reset
from ..api.request import ACCOUNT, AwsError

DONE = ("DELETE_COMPLETE",)


@dataclass
class Resource:
    logical_id: str
    type: str
    physical_id: str | None = None
    attributes: dict = field(default_factory=dict)
    properties: dict = field(default_factory=dict)
    status: str = "CREATE_IN_PROGRESS"
    reason: str | None = None
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    retained: bool = False
    retained_once_created: bool = False
    retained_on_replace: bool = False
    depends_on: tuple = ()

    def copy_with(self, **changes):
        return Resource(**(self.__dict__ | changes))


@dataclass
class Spec:
    """What a create or an update asks for: the template in both stages, parameters, tags."""

    body: str
    processed_body: str
    template: dict
    parameters: dict
    resolved: dict
    tags: dict
    role: str | None = None
    capabilities: tuple = ()
    topics: tuple = ()


@dataclass
class Stack:
    name: str
    region: str
    spec: Spec
    id: str = ""
    status: str = "REVIEW_IN_PROGRESS"
    reason: str | None = None
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime | None = None
    deleted: datetime | None = None
    resources: dict = field(default_factory=dict)
    outputs: list = field(default_factory=list)
    events: list = field(default_factory=list)
    change_sets: dict = field(default_factory=dict)
    protected: bool = False
    disable_rollback: bool = False
    held: str | None = None
    token: str | None = None

    def __post_init__(self):
        self.id = self.id or f"arn:aws:cloudformation:{self.region}:{ACCOUNT}:stack/{self.name}/{uuid.uuid4()}"

    @property
    def shown_status(self):
        return self.held or self.status

    def exports(self):
        return {o["ExportName"]: o["OutputValue"] for o in self.outputs if "ExportName" in o}


_stacks = {}


@on_reset
def _forget():
    _stacks.clear()


def add(stack):
    _stacks[stack.id] = stack


def remove(stack):
    _stacks.pop(stack.id, None)


def all_stacks(region):
    return [s for s in _stacks.values() if s.region == region]


def find(name_or_id, region):
    """The stack by ARN, or the live one by name. Raises ValidationError as AWS words it."""
    for stack in reversed(all_stacks(region)):
        if stack.id == name_or_id or (stack.name == name_or_id and stack.status not in DONE):
            return stack
    raise AwsError("ValidationError", f"Stack with id {name_or_id} does not exist")


def live(name, region):
    return next((s for s in all_stacks(region) if s.name == name and s.status not in DONE), None)


def exports(region):
    """Export name -> (value, id of the exporting stack) over the region."""
    return {name: (value, s.id) for s in all_stacks(region) if s.status not in DONE for name, value in s.exports().items()}
