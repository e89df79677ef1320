"""Playing the steps of a case: plain API calls with references filled in, and the few things that are no API call."""

import functools
import json
import re
import time

import jmespath
from botocore.exceptions import ClientError, UnknownServiceError
from driftmend_demo.system import boto_session

PATIENCE = 20
_REFERENCE = re.compile(r"\$([A-Za-z]\w*)")
_BESIDE = ("take", "until", "refused", "as")


class Unplayable(Exception):
    """A step that could not be done: nothing is known of Driftmend by that."""


class Stage:
    """Plays steps on one stack. `client(service, by)` gives a boto3 client; `verbs` does what is no API call.

    `names` is what `$` refers to: the stack's logical ids, and what steps have taken from answers.
    """

    def __init__(self, client, verbs, names, by=None):
        self._client, self._verbs, self._by = client, verbs, by
        self.names, self._given = dict(names), set(names)

    @property
    def taken(self):
        """The texts that steps took from answers, such as ids; short ones say nothing."""
        return [value for name, value in self.names.items() if name not in self._given and isinstance(value, str) and len(value) > 8]

    def play(self, steps):
        for step in steps:
            self._play(step)

    def _play(self, step):
        verb = verb_of(step)
        arguments = filled(step[verb], self.names)
        if "." not in verb:
            self._take(verb, step, getattr(self._verbs, verb)(arguments))
            return
        service, operation = verb.split(".")
        client = self._client(service, step.get("as", self._by))
        call = getattr(client, operation)
        arguments = as_text(arguments or {}, client, operation)
        if "refused" in step:
            self._refused(verb, call, arguments, step["refused"])
            return
        answer = self._until(verb, call, arguments, step["until"]) if "until" in step else self._called(verb, call, arguments)
        self._take(verb, step, answer)

    def _take(self, verb, step, answer):
        for name, path in step.get("take", {}).items():
            taken = jmespath.search(filled(path, self.names), answer)
            if taken is None:
                raise Unplayable(f"{verb} answered nothing at {path}")
            self.names[name] = taken

    @staticmethod
    def _called(verb, call, arguments):
        try:
            return call(**arguments)
        except ClientError as problem:
            raise Unplayable(f"{verb}: {problem}") from problem

    def _until(self, verb, call, arguments, path):
        path, until = filled(path, self.names), time.monotonic() + PATIENCE
        while True:
            answer = self._called(verb, call, arguments)
            if jmespath.search(path, answer):
                return answer
            if time.monotonic() > until:
                raise Unplayable(f"{verb} did not come to {path} within {PATIENCE} s")
            time.sleep(0.05)

    @staticmethod
    def _refused(verb, call, arguments, code):
        try:
            call(**arguments)
        except ClientError as problem:
            if code not in problem.response["Error"]["Code"]:
                raise Unplayable(f"{verb} was refused as {problem}, not as {code}") from problem
            return
        raise Unplayable(f"{verb} was not refused")


def verb_of(step):
    """`service.operation`, or one of the verbs."""
    return next(name for name in step if name not in _BESIDE)


def filled(value, names):
    """The value with every $name replaced; a text that is nothing but a name becomes what it names, whatever that is."""
    if isinstance(value, dict):
        return {key: filled(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, names) for inner in value]
    if not isinstance(value, str):
        return value
    whole = _REFERENCE.fullmatch(value)
    return _named(whole, names) if whole else _REFERENCE.sub(lambda found: str(_named(found, names)), value)


def _named(found, names):
    if found[1] not in names:
        raise Unplayable(f"nothing is called {found[1]}: neither a resource of the stack nor something that a step took")
    return names[found[1]]


def as_text(arguments, client, operation):
    """The arguments, those that the API takes as text (policies, templates) written as JSON where the case has them as a mapping."""
    members = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation]).input_shape.members
    return {name: json.dumps(value, default=str) if isinstance(value, dict) and name in members and members[name].type_name == "string" else value
            for name, value in arguments.items()}


def mistakes(step):
    """What is wrong with a step's call by the API's own model, without any call: [text]."""
    verb = verb_of(step)
    if "." not in verb:
        return []
    service, operation = verb.split(".")
    try:
        client = _unused_client(service)
    except UnknownServiceError:
        return [f"{verb}: there is no service {service}"]
    if operation not in client.meta.method_to_api_mapping:
        return [f"{verb}: {service} has no {operation}"]
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation]).input_shape
    given = step[verb] or {}
    return ([f"{verb}: there is no {name}" for name in given if name not in shape.members]
            + [f"{verb}: {name} is missing" for name in shape.required_members if name not in given])


@functools.cache
def _unused_client(service):
    return boto_session().client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
