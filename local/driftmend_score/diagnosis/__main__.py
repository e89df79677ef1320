"""Break the path from a client to the application on the local AWS, in every way that the APIs allow, and hold `driftmend diagnose` to what is written."""

import argparse
import re
import sys
import time

import requests
from botocore.exceptions import HTTPClientError as BotoConnectionError
from driftmend_demo.system import NotStarted

from ..cases import Wrong
from . import sheet
from .cases import load
from .play import play
from .site import Sites


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="make score-diagnosis", description=__doc__)
    parser.add_argument("--only", metavar="PATTERN", help="play the cases whose name or file matches; the sheet is not written")
    parser.add_argument("--client-only", action="store_true", help="see only what a client sees, diagnose nothing; the sheet is not written")
    settings = parser.parse_args(arguments)
    try:
        read = sheet.digest()
        cases = load()
    except Wrong as problem:
        return _fail(problem)
    if settings.only:
        pattern = re.compile(settings.only, re.IGNORECASE)
        cases = [one for one in cases if pattern.search(one.name) or pattern.search(one.file)]
    if not cases:
        return _fail(f"no case matches {settings.only}")
    began = time.monotonic()
    try:
        with Sites(pairs=int(any(one.site == "pair" for one in cases))) as system:
            results = play(cases, system.sites, not settings.client_only, lambda result: print(line(result), flush=True))
    except (NotStarted, RuntimeError) as problem:
        return _fail(problem)
    except (BotoConnectionError, requests.ConnectionError) as problem:
        return _fail(f"the local AWS went away: {problem}; its log is in .local-aws")
    good = sum(one.is_good for one in results)
    print(f"{good} of {len(results)} paths as expected, in {time.monotonic() - began:.0f} s")
    if not settings.only and not settings.client_only:
        sheet.insert(results, read)
        print(f"written: {sheet.PATH.relative_to(sheet.ROOT)}")
    return 0 if good == len(results) else 1


def line(result):
    mark = "ok  " if result.is_good else "FAIL"
    short = "".join(f"\n       {one}" for one in result.shortfalls)
    return f"{mark} {result.case.sort}: {result.case.name}: {result.case.seen}, {result.case.verdict}{short}"


def _fail(problem):
    print(f"driftmend: {problem}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
