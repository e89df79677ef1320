"""Playing cases: one of each stack at a time, waited for by what is still on its way, judged, and put back."""

import contextlib

from . import account
from .observation import Observation
from .steps import Stage, Unplayable, verb_of
from .verdict import Result, judge
from .world import STACKS, moment

BACK_SECONDS = 20


def waves(cases):
    """The cases in an order that can be played together: one of each stack at a time; what switches the guard off, alone."""
    lanes = [[one for one in cases if one.stack == stack and not one.is_alone] for stack in STACKS]
    for turn in range(max(map(len, lanes), default=0)):
        yield [lane[turn] for lane in lanes if turn < len(lane)]
    for one in cases:
        if one.is_alone:
            yield [one]


class Player:
    """Plays waves on one world. `is_clean` is False once the world is not what it was before: it must be given up then."""

    def __init__(self, world):
        self._world = world
        self.is_clean = self._is_quiet = True

    def repeat(self, cases):
        """Make again what cases have made that is never put back."""
        for one in cases:
            self._do(one, Stage(self._world.client, self._world.lanes[one.stack], self._world.lanes[one.stack].ids, one.by), one.do)
        if cases:
            self._world.rest()
            self._world.sweep()
            self._compare([], [], None)

    def play(self, cases):
        """[Result]"""
        world = self._world
        world.forget()
        began, mark, refused = moment(), len(world.alerts()), len(world.system.refused())
        stages = {one.name: Stage(world.client, world.lanes[one.stack], world.lanes[one.stack].ids, one.by) for one in cases}
        troubles = {one.name: self._do(one, stages[one.name], one.do) for one in cases}
        for one in cases:
            if one.traffic == "cut":
                world.lanes[one.stack].traffic.ask()
        rested = world.rest()
        unalerted = {one.name for one in cases if not self._is_alerted(one, mark)}
        rested = self._wake(cases, unalerted) and rested
        for one in cases:
            if one.traffic == "cut" and one.end == "repaired":
                world.lanes[one.stack].traffic.await_good(BACK_SECONDS)
        seen = Observation.of(world, mark)
        after = account.read(world.client, seen.services)
        taken = {one.stack: stages[one.name].taken for one in cases}
        results = []
        for one in cases:
            lane = world.lanes[one.stack]
            trouble = troubles[one.name] or (None if rested else "the system did not come to rest, or a sweep did not look at every stack")
            denied = world.system.refused()[refused:]
            trouble = trouble or (f"the deployed policies refused something: {denied[0]}" if denied else None)
            left = account.difference(seen.part(world.before), after, lane.owns)
            results.append(judge(one, seen.on(lane, taken), left, lane.traffic.since(began), one.name in unalerted, trouble))
        self._back(cases, stages, results, mark)
        self._compare(cases, results, after if not any(one.back for one in cases) else None)
        return results

    def _do(self, case, stage, steps):
        """None, or why the steps could not be played. Several calls one right after the other are over before the first event comes."""
        at_once = len(steps) > 1 and all("." in verb_of(one) and "until" not in one for one in steps)
        try:
            with self._world.undelivered() if at_once else contextlib.nullcontext():
                stage.play(steps)
        except Unplayable as problem:
            return str(problem)
        return None

    def _wake(self, cases, unalerted):
        """Let the guard look where no event had it look; at a legitimate state it looks once more in any case. False if it does not look."""
        if any(one.heard == "probe" for one in cases):
            return self._world.probe()
        return self._world.sweep() if any(one.is_legitimate or one.name in unalerted for one in cases) else True

    def _is_alerted(self, case, mark):
        alerted = {(drift["logicalId"], drift["property"]) for alert in self._world.alerts(mark) if alert["json"]
                and alert["json"]["stack"]["name"] == case.stack for drift in alert["json"]["drifts"]}
        return {(one.logical_id, one.property) for one in case.drifts} <= alerted

    def _back(self, cases, stages, results, mark):
        """Put everything back, see that it is alerted as over, and that the account is what it was."""
        world = self._world
        for case, result in zip(cases, results, strict=True):
            trouble = self._do(case, stages[case.name], case.back)
            if trouble:
                result.fall_short("put back", trouble)
        if any(one.back for one in cases):
            world.rest()
            if any(self._open(one, mark) for one in cases if one.back):
                world.sweep()
            if any(one.heard == "probe" and one.back for one in cases):
                world.probe()
        for case, result in zip(cases, results, strict=True):
            if case.back and not case.is_legitimate and self._open(case, mark):
                result.fall_short("put back", f"was put back and is not alerted as over: {', '.join(self._open(case, mark))}")
                self._is_quiet = False
            if case.traffic == "cut" and case.stack != "doomed" and not world.lanes[case.stack].traffic.await_good(BACK_SECONDS):
                result.fall_short("put back", "clients are not answered although everything was put back")
                self._is_quiet = False

    def _open(self, case, mark):
        """Titles of incidents on the case's stack that were opened and are not over."""
        standing = {}
        for alert in self._world.alerts(mark):
            alerted = alert["json"]
            if alerted and alerted["stack"]["name"] == case.stack and alerted["kind"] in ("drift", "guard"):
                standing[alerted["id"]] = None if alerted["state"] == "resolved" else alerted["title"]
        return [title for title in standing.values() if title]

    def _compare(self, cases, results, now):
        """What lasts is a deletion in the stack that is there for it; the rest must be as it was. `now` is the account if it is known."""
        world = self._world
        doomed, seen = world.lanes["doomed"], Observation.of(world, 0)
        now = account.read(world.client, seen.services) if now is None else now
        before = seen.part(world.before)

        now = {name: value for name, value in now.items() if name in before or not _is_past(value)}
        nobodys = account.difference(before, now, lambda text: not any(lane.owns(text) for lane in world.lanes.values()))
        for case, result in zip(cases, results, strict=True):
            lasting = [] if case.stack == "doomed" else account.difference(before, now, world.lanes[case.stack].owns) + nobodys
            if lasting and not result.shortfalls:
                result.fall_short("put back", f"the account is not what it was: {'; '.join(lasting[:3])}")
        self.is_clean = self._is_quiet and not account.difference(before, now, lambda text: not doomed.owns(text))
        for name in [one for one, value in before.items() if doomed.owns(f"{one} {value}")]:
            del world.before[name]
        world.before |= {name: value for name, value in now.items() if doomed.owns(f"{name} {value}")}


def _is_past(value):
    """A terminated instance and a deleted gateway are shown for a while."""
    return isinstance(value, dict) and (value.get("State") == "deleted" or (value.get("State") or {}) == {"Code": 48, "Name": "terminated"})


__all__ = ["Player", "Result", "waves"]
