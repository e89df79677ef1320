"""Playing cases: a fault is made, waited for, diagnosed, judged and put back; several stacks at the same time."""

import queue
import threading
import time
from dataclasses import dataclass, field

from ..steps import Stage, Unplayable
from .cases import SITES

SETTLE_SECONDS = 20
PAUSE = 0.1
QUESTIONS = ("seen", "verdict", "found", "no false fault", "explained", "no contradiction")
SOUND = {"single": ("healthy",), "pair": ("healthy", "healthy")}


@dataclass
class Result:
    """What became of one case. `answers` is {question: good?}; `shortfalls` say what is not good; `took` is the diagnosis in seconds."""

    case: object
    answers: dict = field(default_factory=dict)
    shortfalls: list = field(default_factory=list)
    took: float | None = None

    @property
    def is_good(self):
        return not self.shortfalls

    def ask(self, question, good, shortfall):
        self.answers[question] = good
        if not good:
            self.shortfalls.append(f"{question}: {shortfall}")


def play(cases, sites, diagnosed=True, say=lambda result: None):
    """[Result] in the order of the cases. A site that could not be put back plays no further case."""
    waiting = {sort: queue.SimpleQueue() for sort in SITES}
    for one in cases:
        waiting[one.site].put(one)
    results, lock = {}, threading.Lock()

    def run(site):
        while True:
            try:
                case = waiting[site.sort].get_nowait()
            except queue.Empty:
                return
            result = _played(case, site, diagnosed)
            is_sound = _is_put_back(case, site, result)
            with lock:
                results[case.name] = result
                say(result)
            if not is_sound:
                return
    runs = [threading.Thread(target=run, args=(site,), name=site.name) for site in sites]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    for one in cases:
        if one.name not in results:
            results[one.name] = Result(one, shortfalls=["not played: no site was left for it"])
    return [results[one.name] for one in cases]


def _played(case, site, diagnosed):
    result = Result(case)
    try:
        _await(site, SOUND[site.sort], "none")
        site.stage = Stage(site.client, site, site.ids)
        site.stage.play(case.do)
        seen, health, said = _await(site, case.health, case.seen)
        result.ask("seen", (seen, health) == (case.seen, case.health), f"{said} (targets: {', '.join(health) or 'none'}), not {case.seen} ({', '.join(case.health) or 'none'})")
        if diagnosed:
            began = time.monotonic()
            diagnosed = site.diagnose()
            result.took = time.monotonic() - began
            judge(result, case, diagnosed)
    except (Unplayable, RuntimeError) as problem:
        result.shortfalls.append(f"played: {problem}")
    return result


def _is_put_back(case, site, result):
    try:
        if hasattr(site, "stage"):
            site.stage.names |= site.ids
            site.stage.play(case.back)
            site.stage.names |= site.ids
        seen, health, said = _await(site, SOUND[site.sort], "none")
    except (Unplayable, RuntimeError) as problem:
        seen, said = None, str(problem)
    if (seen, health if seen else None) == ("none", SOUND[site.sort]):
        return True
    result.shortfalls.append(f"put back: {said}")
    return False


def _await(site, health, symptom):
    """Wait until target health and what a client sees are so; (symptom, health, sentence) as they are then, or at the end of patience."""
    until = time.monotonic() + SETTLE_SECONDS
    while (found := site.health()) != health and time.monotonic() < until:
        time.sleep(PAUSE)
    while (seen := site.seen())[0] != symptom and time.monotonic() < until:
        time.sleep(PAUSE)
    return seen[0], found, seen[1]


def judge(result, case, diagnosed):
    """Hold the diagnosis against what the case says."""
    broken = [one["hop"] for one in diagnosed["hops"] if one["state"] == "broken"]
    bare = [one["hop"] for one in diagnosed["hops"] if one["state"] == "broken" and not (one["evidence"] and one["fix"])]
    missed, false = [one for one in case.broken if one not in broken], [one for one in broken if one not in case.broken]
    result.ask("verdict", diagnosed["verdict"] == case.verdict, f"{diagnosed['verdict']} is diagnosed, not {case.verdict}")
    if case.broken:
        result.ask("found", not missed and not bare, f"not reported as broken: {', '.join(missed) or 'nothing'}; without evidence or fix: {', '.join(bare) or 'nothing'}")
    result.ask("no false fault", not false, "; ".join(f"{one['hop']}: {' '.join(one['evidence'])}" for one in diagnosed["hops"] if one["hop"] in false))
    result.ask("explained", diagnosed["explainedBy"] == case.explained_by, f"by {diagnosed['explainedBy']}, not {case.explained_by}")
    result.ask("no contradiction", not diagnosed["contradictions"], "; ".join(diagnosed["contradictions"]))
