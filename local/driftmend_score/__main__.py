"""Play the case files on the local AWS with Driftmend deployed, and write the scoring sheet."""

import argparse
import re
import sys
import time

import requests
from botocore.exceptions import HTTPClientError as BotoConnectionError
from driftmend_demo.system import NotStarted

from . import sheet
from .cases import Wrong, load
from .play import Player, waves
from .world import NotReady, World

WORLDS = 8


def main():
    parser = argparse.ArgumentParser(prog="make score", description=__doc__)
    parser.add_argument("--only", metavar="PATTERN", help="play the cases whose name, kind or file matches; the sheet is not written")
    parser.add_argument("--quick", action="store_true", help="play one case of each kind and ten legitimate ones; the sheet is not written")
    settings = parser.parse_args()
    try:
        read = sheet.digest()
        mutations, legitimate = load()
    except Wrong as problem:
        print(f"driftmend: {problem}", file=sys.stderr)
        return 1
    cases = chosen(mutations + legitimate, settings.only, settings.quick)
    if not cases:
        print(f"driftmend: no case matches {settings.only}", file=sys.stderr)
        return 1
    began = time.monotonic()
    try:
        results = play(cases)
    except (NotStarted, NotReady) as problem:
        print(f"driftmend: {problem}", file=sys.stderr)
        return 1
    except (BotoConnectionError, requests.ConnectionError) as problem:
        print(f"driftmend: the local AWS went away: {problem}; its log is in .local-aws", file=sys.stderr)
        return 1
    print(sheet.summary(results))
    print(f"{len(results)} cases in {time.monotonic() - began:.0f} s")
    if not settings.only and not settings.quick:
        sheet.write(results, read)
        print(f"written: {sheet.PATH.relative_to(sheet.ROOT)}")
    return 0 if all(one.is_good for one in results) else 1


def chosen(cases, only=None, quick=False):
    """All cases, those that match, or the first of each kind and ten legitimate ones."""
    if only:
        pattern = re.compile(only, re.IGNORECASE)
        return [one for one in cases if any(map(pattern.search, (one.name, one.kind, one.file)))]
    if quick:
        first = {one.kind: one for one in reversed(cases) if not one.is_legitimate and one.stack != "doomed"}
        return [*(one for one in cases if one in first.values()), *[one for one in cases if one.is_legitimate][::3][:10]]
    return cases


def play(cases, say=lambda text: print(text, flush=True)):
    """[Result] in the order of the cases. A world that a case has spoiled is given up for a new one."""
    turns = [*waves([one for one in cases if not one.is_legitimate]), *waves([one for one in cases if one.is_legitimate])]
    results, doomed = [], []
    for _ in range(WORLDS):
        with World({one.by for one in cases if one.by} | {step["as"] for one in cases for step in one.do + one.back if "as" in step}, say) as world:
            player = Player(world)
            player.repeat(doomed)
            while turns and player.is_clean:
                wave = turns.pop(0)
                for result in player.play(wave):
                    say(line(result))
                    results.append(result)
                doomed += [one for one in wave if one.stack == "doomed"]
        if not turns:
            break
        say("     a new world: the last one is not what it was before")
    else:
        raise NotReady(f"{WORLDS} worlds were spoiled; the first case that did so: {next(one.case.name for one in results if not one.is_good)}")
    order = {one.name: place for place, one in enumerate(cases)}
    return sorted(results, key=lambda one: order[one.case.name])


def line(result):
    mark = "ok  " if result.is_good else "FAIL"
    short = "".join(f"\n       {one}" for one in result.shortfalls)
    return f"{mark} {result.case.kind.removeprefix('AWS::')}: {result.case.name}: {result.case.end}{short}"


if __name__ == "__main__":
    sys.exit(main())
