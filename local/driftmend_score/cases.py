"""The case files: read, checked, and turned into cases. What is wrong in one is reported by file and case, before anything is started."""

import datetime
from dataclasses import dataclass, field
from pathlib import Path

import yaml

DATA = Path(__file__).resolve().parents[1] / "score"
STACKS = ("driftmend", "every-kind", "doomed")
SORTS = ("EXTRA", "MISSING", "CHANGED", "GONE")
EXPOSURES = ("REACHABLE", "LATENT", "OUTAGE", "DEGRADED", "NONE")
ENDS = ("repaired", "reported")
HEARD = ("event", "sweep", "probe")
TRAFFIC = ("whole", "cut")
VERBS = ("hold", "deploy", "fire", "rest", "forget", "peer_group")
FORGOTTEN = ("event history", "claims")
GUARD = "Driftmend itself"
_MUTATION = {"case", "kind", "shows", "stack", "as", "heard", "rule edit", "alone", "do", "drifts", "writes", "traffic", "back"}
_LEGITIMATE = {"case", "why", "stack", "as", "alone", "do", "back"}


class Wrong(Exception):
    """A case file that cannot be played; the text names file, case and mistake."""


@dataclass(frozen=True)
class Drift:
    """What must be alerted: `end` is how it must end. Of the guard's own parts only the logical id is given, the rest is None."""

    logical_id: str
    property: str | None
    sort: str | None
    exposure: str | None
    end: str

    def __str__(self):
        return " ".join(filter(None, (self.logical_id, self.property, self.sort, self.exposure, self.end)))


@dataclass(frozen=True)
class Case:
    """One entry. `do` and `back` are steps; a legitimate case has no drifts, no writes and a `why`."""

    name: str
    file: str
    kind: str
    do: tuple
    back: tuple = ()
    stack: str = "driftmend"
    by: str | None = None
    shows: tuple = ()
    heard: str = "event"
    is_rule_edit: bool = False
    drifts: tuple = ()
    writes: tuple = ()
    traffic: str = "whole"
    why: str | None = field(default=None)
    wants_all: bool = False

    @property
    def is_legitimate(self):
        return self.why is not None

    @property
    def is_alone(self):
        """What switches the guard itself off would keep cases beside it from being heard; others say that they touch more than their stack."""
        return self.kind == GUARD or self.wants_all

    @property
    def end(self):
        return "left alone" if self.is_legitimate else " and ".join(end for end in ENDS if any(one.end == end for one in self.drifts))


def load(directory=DATA):
    """(mutations, legitimate cases), in the order in which they stand in the files. Raises Wrong."""
    mutations = [_mutation(*entry) for entry in entries(directory / "mutations")]
    legitimate = [_legitimate(*entry) for entry in entries(directory / "legitimate")]
    names = [one.name for one in mutations + legitimate]
    for name in names:
        if names.count(name) > 1:
            raise Wrong(f"{names.count(name)} cases are called: {name}")
    return mutations, legitimate


def cells(directory=DATA):
    """[(row, cell)] that the mutations must show, from cells.yaml."""
    rows = yaml.safe_load((directory / "cells.yaml").read_text(encoding="utf-8"))
    return [(row, cell) for row, named in rows.items() for cell in named]


def entries(directory):
    """(file name, what the file says for all its cases, one case) of each case of each file."""
    for path in sorted(directory.glob("*.yaml")):
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as problem:
            raise Wrong(f"{path.name} is not YAML: {problem}") from problem
        if not isinstance(content, dict) or not isinstance(content.get("cases"), list):
            raise Wrong(f"{path.name} has no list of cases")
        common = {key: value for key, value in content.items() if key != "cases"}
        for entry in content["cases"]:
            yield path.name, common, entry


def _mutation(file, common, entry):
    case = Entry(file, common, entry, _MUTATION)
    kind = case.text("kind")
    drifts = tuple(_drift(case, line, kind) for line in case.list("drifts"))
    case.require(drifts, "it says no drifts: what must be alerted?")
    traffic = case.choice("traffic", TRAFFIC, "whole")
    writes = tuple(case.list("writes"))
    case.require(bool(writes) == any(one.end == "repaired" for one in drifts), "what is repaired takes writes, and what is only reported none")
    return Case(case.name, file, kind, case.steps("do"), case.steps("back"), case.choice("stack", STACKS, "driftmend"), case.get("as"),
                tuple(case.list("shows")), case.choice("heard", HEARD, "event"), bool(case.get("rule edit")), drifts, writes, traffic, wants_all=bool(case.get("alone")))


def _legitimate(file, common, entry):
    case = Entry(file, common, entry, _LEGITIMATE)
    return Case(case.name, file, "legitimate", case.steps("do"), case.steps("back"), case.choice("stack", STACKS, "driftmend"), case.get("as"),
                why=case.text("why"), wants_all=bool(case.get("alone")))


def _drift(case, line, kind):
    """`LogicalId property SORT EXPOSURE end`, and of the guard's own parts `LogicalId end`."""
    words = str(line).split()
    if kind == GUARD:
        case.require(len(words) == 2 and words[1] in ENDS, f"{line!r} is not: logical id, {' or '.join(ENDS)}")
        return Drift(words[0], None, None, None, words[1])
    case.require(len(words) == 5 and words[2] in SORTS and words[3] in EXPOSURES and words[4] in ENDS,
                 f"{line!r} is not: logical id, property, one of {', '.join(SORTS)}, one of {', '.join(EXPOSURES)}, {' or '.join(ENDS)}")
    return Drift(*words)


class Entry:
    """One entry of a file; every question names it in its error."""

    def __init__(self, file, common, entry, known, verbs=VERBS):
        self._where, self.name, self._verbs = file, "?", verbs
        self.require(isinstance(entry, dict) and isinstance(entry.get("case"), str), f"{entry!r} has no sentence under: case")
        self._where, self.name = f"{file}: {entry['case']}", entry["case"]
        self._content = {**common, **entry}
        for key in self._content:
            self.require(key in known, f"{key!r} is not one of {', '.join(sorted(known))}")

    def require(self, holds, mistake):
        if not holds:
            raise Wrong(f"{self._where}: {mistake}")

    def get(self, key):
        return self._content.get(key)

    def text(self, key):
        self.require(isinstance(self.get(key), str), f"it has no text under: {key}")
        return self.get(key)

    def choice(self, key, choices, default):
        value = self._content.get(key, default)
        self.require(value in choices, f"{key} is one of {', '.join(choices)}, not {value!r}")
        return value

    def list(self, key):
        value = self._content.get(key, [])
        value = [value] if isinstance(value, str) else value
        self.require(isinstance(value, list), f"{key} is a list")
        return value

    def steps(self, key):
        steps = self._content.get(key, [])
        self.require(isinstance(steps, list) and (steps or key != "do"), f"{key} is a list of steps")
        return tuple(self._step(step) for step in steps)

    def _step(self, step):
        self.require(isinstance(step, dict), f"{step!r} is not a step: a call with its arguments")
        names = [name for name in step if name not in ("take", "until", "refused", "as")]
        self.require(len(names) == 1, f"a step has one call beside take, until, refused and as, not {names}")
        [name] = names
        self.require(name in self._verbs or name.count(".") == 1, f"{name} is neither service.operation nor one of {', '.join(self._verbs)}")
        self._require_plain(step)
        if name == "forget":
            self.require(isinstance(step[name], list) and step[name] and set(step[name]) <= set(FORGOTTEN), f"forget takes a list of {', '.join(FORGOTTEN)}")
        return step

    def _require_plain(self, value):
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            self.require(not isinstance(inner, (datetime.date, datetime.datetime)), f"{inner} is read as a date: put it into quotes")
            self._require_plain(inner)
