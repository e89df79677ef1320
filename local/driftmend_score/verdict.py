"""Whether what was seen is what the case says: each question answered for itself, and what falls short named."""

from dataclasses import dataclass, field

QUESTIONS = ("detected", "exposure", "heard", "repaired", "reported", "writes", "traffic", "left alone")


@dataclass
class Result:
    """What became of one case. `answers` is {question: good?} of the questions that the case asks; `shortfalls` say what is not good."""

    case: object
    answers: dict = field(default_factory=dict)
    shortfalls: list = field(default_factory=list)
    writes: tuple = ()
    interrupted: bool = False

    @property
    def is_good(self):
        return not self.shortfalls

    def ask(self, question, good, shortfall):
        self.answers[question] = self.answers.get(question, True) and good
        if not good:
            self.shortfalls.append(f"{question}: {shortfall}")

    def fall_short(self, what, why):
        self.shortfalls.append(f"{what}: {why}")


def judge(case, seen, left, answers, unheard, trouble):
    """`left` is what differs from before, one line each; `answers` those of the load balancer; `unheard`: only a sweep or probe brought it to light."""
    result = Result(case, writes=tuple(seen.writes), interrupted=any(one.fault for one in answers))
    if trouble:
        result.fall_short("played", trouble)
    if case.is_legitimate:
        _left_alone(result, seen)
    else:
        _alerted(result, case, seen.alerted)
        if case.heard == "event":
            result.ask("heard", not unheard, "no event brought it to light, only a sweep did")
        if all(one.end == "repaired" for one in case.drifts):
            result.ask("repaired", not left, f"not as before: {'; '.join(left[:4])}")
        result.ask("writes", seen.writes == list(case.writes), f"{_list(seen.writes)} instead of {_list(case.writes)}")
    _traffic(result, case, answers)
    return result


def _left_alone(result, seen):
    result.ask("left alone", not seen.writes and not seen.alerted,
               f"Driftmend called {_list(seen.writes)} and alerted {_list(map(str, seen.alerted))}")


def _alerted(result, case, alerted):
    stories = {}
    for one in alerted:
        stories.setdefault(one.fingerprint, []).append(one)
    rest = list(stories.values())
    for drift in case.drifts:
        fitting = [story for story in rest if story[-1].is_about(drift)]
        result.ask("detected", bool(fitting), f"{drift} was not alerted")
        result.ask(drift.end, bool(fitting), f"{drift} was not alerted")
        if fitting:
            story = min(fitting, key=lambda story: story[-1].exposure != drift.exposure)
            rest.remove(story)
            _story(result, drift, story)
    result.ask("detected", not rest, f"alerted as well: {_list(str(story[-1]) for story in rest)}")


def _story(result, drift, story):
    """The alerts of one drift, from its opening on."""
    last, states = story[-1], [one.state for one in story]
    if drift.exposure:
        result.ask("exposure", last.exposure == drift.exposure, f"{last} is alerted, not as {drift.exposure}")
    if drift.end == "repaired":
        result.ask("repaired", last.done and last.state == "resolved", f"{last} is alerted as {last.state}, not as repaired: {last.why}")
    else:
        result.ask("reported", states == ["opened"] and not last.done, f"{last} is alerted as {_list(states)}: {last.why}")
    result.ask("detected", states in (["opened"], ["resolved"], ["opened", "resolved"]), f"{last} was alerted as {_list(states)}")


def _traffic(result, case, answers):
    faults = [one.fault for one in answers if one.fault]
    if case.traffic == "whole":
        result.ask("traffic", bool(answers) and not faults, f"{len(faults)} of {len(answers)} requests were not answered: {_list(sorted(set(faults)))}")
    else:
        result.ask("traffic", bool(faults), "the case says that it cuts traffic, and every request was answered")
        if case.end == "repaired":
            result.ask("traffic", answers[-1].fault is None, f"clients are not answered after the repair: {answers[-1].fault}")


def _list(texts):
    return ", ".join(texts) or "nothing"
