"""One run: all contenders on their scenes, round after round."""

import contextlib
import os
import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from .contenders import credential_endpoint, write_bare_calls, write_custodian, write_same_calls
from .measuring import run, waves
from .recording import OUR_FUNCTIONS, SWEEP, workload
from .shipped import loaded_classes, zipped_mb
from .stub import Replay

ROUND_TRIP = 0.1
EVENTS_TO_WARM_UP, EVENTS_WITH_ROUND_TRIPS = 10, 3
CUSTODIAN = "Cloud Custodian"
BARE = "bare"


@dataclass
class Results:
    """`samples`: {contender: [Sample of each round]}, where ours are `build/Route`, `build/Route restored` and so on, and the boto3 handler with
    Route's calls `boto3/Route`, the JDK alone
    with them `bare/Route`. `waves`: {(build, "Reconcile" or SWEEP): [[Seen]]} of one warm Reconcile with ROUND_TRIP seconds to every answer,
    `waited`: its seconds. `load`: the load average before and after. `java`: the JDK."""

    samples: dict = field(default_factory=lambda: defaultdict(list))
    classes: dict = field(default_factory=dict)
    zipped: dict = field(default_factory=dict)
    waves: dict = field(default_factory=dict)
    waited: dict = field(default_factory=dict)
    load: list = field(default_factory=list)
    java: str = ""


def play(host, recording, builds, rounds, warm, say):
    """Results of that many rounds, with `warm` more events for each process that serves more than one; before many, one that does not count."""
    results = Results(load=[os.getloadavg()[0]], java=_version(host.java))
    with contextlib.ExitStack() as parts:
        parts.enter_context(workload(recording))
        contenders = _contenders(host, recording, parts)
        for turn in range(0 if rounds > 1 else 1, rounds + 1):
            for name, (scene, make, restored) in contenders.items():
                sample = run(host.stub, scene, make(), 0 if restored else warm if turn else 1, restored)
                if turn:
                    results.samples[name].append(sample)
            say(f"round {turn} of {rounds}" if turn else "one round to warm up")
        for build, code in builds.items():
            results.zipped[build] = zipped_mb(code)
            for name in OUR_FUNCTIONS:
                results.classes[build, name] = loaded_classes(host, recording.scenes[build, name], recording.functions[build, name])
            for scene in ("Reconcile", SWEEP):
                results.waves[build, scene], results.waited[build, scene] = _with_round_trips(host, recording, build, scene)
    results.load.append(os.getloadavg()[0])
    return results


def _contenders(host, recording, parts):
    """{name: (Scene, how to make its Process, whether it is restored)}"""
    found = {}
    credentials = parts.enter_context(credential_endpoint())
    for (build, name), function in recording.functions.items():
        scene = recording.scenes[build, name]
        found[f"{build}/{name}"] = scene, lambda f=function: host.java_process(f), False
        found[f"{build}/{name} restored"] = scene, lambda f=function: host.java_process(f, credentials=credentials), True
    first = next(iter(recording.functions))[0]
    for name in OUR_FUNCTIONS:
        directory = parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
        scene = recording.scenes[first, name]
        write_same_calls(directory, scene.during)
        answer = b'{"calls": %d}' % len(scene.during)
        alike = type(scene)(scene.event, [], scene.during, scene.aim, answer)
        found[f"boto3/{name}"] = alike, lambda d=directory: host.python_process("same-calls", "same_calls.handler", d), False
        directory = parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
        write_bare_calls(directory, scene.during, host.java, host.client_jars)
        bare = replace(recording.functions[first, name], handler="Bare::handleRequest", code=Path(directory))
        found[f"{BARE}/{name}"] = replace(alike, before=scene.before), lambda f=bare: host.java_process(f), False
    directory = parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
    write_custodian(directory)
    found[CUSTODIAN] = recording.scenes["", "Custodian"], lambda: host.python_process("custodian", "c7n.handler.dispatch_event", directory), False
    return found


def _with_round_trips(host, recording, build, name):
    """(waves, seconds) of Reconcile's event with the median time, once it is warm."""
    scene, seen = recording.scenes[build, name], []
    host.stub.source = Replay(scene.during + scene.before)
    with host.java_process(recording.functions[build, "Reconcile"]) as process:
        process.await_init()
        for turn in range(EVENTS_TO_WARM_UP + EVENTS_WITH_ROUND_TRIPS):
            host.stub.delay = ROUND_TRIP if turn >= EVENTS_TO_WARM_UP else 0.0
            host.stub.begin()
            process.invoke(scene.event)
            seen.append(((process.marks["answered"] - process.marks["given"]).wall, list(host.stub.seen)))
        host.stub.delay = 0.0
    seconds, requests = sorted(seen[EVENTS_TO_WARM_UP:], key=lambda one: one[0])[EVENTS_WITH_ROUND_TRIPS // 2]
    return waves(requests), seconds


def _version(java):
    """Of its vendor and its number, as its release file has them."""
    release = Path(java).resolve().parents[1].joinpath("release").read_text(encoding="utf-8")
    return " ".join(re.search(f'^{name}="(.*)"', release, re.MULTILINE)[1] for name in ("IMPLEMENTOR", "IMPLEMENTOR_VERSION"))
