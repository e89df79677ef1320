"""Play the exercise: each stage is deployed, asked as a client asks, diagnosed, and fixed in the order that the diagnosis gives."""

import argparse
import sys
import textwrap
import time

from driftmend_demo.system import NotStarted, System

from .fixes import fixes
from .stages import FIXED, Network, Stage, differences, shown

WIDTH = 120
MOST_FIXES = 6
STAGES = {
    "broken": "one group for both with port 80 only, no /health, nothing that puts the application there",
    "broken-default-group": "the same, and the load balancer names no group",
    "port-opened": "the first way out: 5000 open to the world",
    "solution-as-built": "a VPC of its own, a private instance, a group for each",
    FIXED: "template.yaml of this repository",
}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="make exercise", description=__doc__)
    parser.add_argument("--only", metavar="STAGE", choices=STAGES, action="append", help="play this stage; may be given more than once")
    settings = parser.parse_args(arguments)
    began, results = time.monotonic(), []
    heading("an account with the last stage deployed, and beside it the VPC that the first stages name by id")
    try:
        with System(parameters={"Mode": "observe"}, say=progress) as system:
            network = Network(system.client("ec2"))
            for name in settings.only or STAGES:
                heading(f"{name}: {STAGES[name]}")
                results.append((name, play(Stage(name, system), system, network)))
    except NotStarted as problem:
        return fail(f"the local AWS did not start: {problem}")
    except RuntimeError as problem:
        return fail(problem)
    except KeyboardInterrupt:
        return 130
    heading("summary")
    for name, good in results:
        print(f"{mark(good)} {name}")
    good = all(good for _, good in results)
    print(f"\n{'The exercise is solved' if good else 'The exercise has FAILED'}, in {time.monotonic() - began:.0f} s.", flush=True)
    return 0 if good else 1


def play(stage, system, network):
    """Deploy, ask, diagnose, mend; True if all of it was as it is written beside the stage."""
    good = True
    if stage.name != FIXED:
        command(f"driftmend diagnose --template {shown(stage.template)} --app {shown(stage.app)}")
        quote(stage.diagnose_template(as_text=True))
        diagnosed = stage.diagnose_template()
        good = verdict("before any deployment it finds what is written in expected.yaml", differences(diagnosed, stage.expected["declared"])) and good
    stage.deploy(network)
    seen, wanted = ask(stage), stage.expected["deployed"]["seen"]
    good = verdict(f"a client sees {'the answer' if wanted == 'none' else wanted}", [] if seen == wanted else [f"it sees {seen}"]) and good
    diagnosed = diagnose(stage)
    good = verdict("deployed it finds what is written in expected.yaml", differences(diagnosed, stage.expected["deployed"])) and good
    good = mend(stage, system, diagnosed) and good
    if stage.name != FIXED:
        stage.remove()
    return good


def mend(stage, system, diagnosed):
    """Do what the diagnosis says, one hop after the other, until nothing on the path is broken; True if the client is answered then."""
    if stage.name == FIXED:
        return True
    deeds = fixes(stage, system.client("ec2"), system.client("elbv2"))
    for _ in range(MOST_FIXES):
        hop = diagnosed["explainedBy"] or ("world-open" if stage.name == "solution-as-built" and _broken(diagnosed, "world-open") else None)
        if hop is None:
            break
        if hop not in deeds:
            return verdict("the client is answered once the fixes are made", [f"nobody knows how to fix {hop}"])
        what, deed = deeds[hop]
        print(f"\n  -> {hop}: {what}", flush=True)
        deed()
        stage.settle()
        ask(stage)
        diagnosed = diagnose(stage)
    seen = stage.check()[0]
    return verdict("nothing on the path is broken any more, and the client is answered", [] if (seen, diagnosed["verdict"]) == ("none", "ok") else [f"it sees {seen}, and the verdict is {diagnosed['verdict']}"])


def _broken(diagnosed, hop):
    return any(one["hop"] == hop and one["state"] == "broken" for one in diagnosed["hops"])


def ask(stage):
    command(f"workload/check {stage.endpoint}/")
    seen, sentence = stage.check()
    quote(sentence)
    return seen


def diagnose(stage):
    """Of what is said: the verdict, the hop that explains the answer, and the names of the other broken ones."""
    command(f"driftmend diagnose --stack {stage.stack} --json")
    diagnosed = stage.diagnose()
    by = next((one for one in diagnosed["hops"] if one["hop"] == diagnosed["explainedBy"]), None)
    others = [one["hop"] for one in diagnosed["hops"] if one["state"] == "broken" and one is not by]
    quote(f"{diagnosed['verdict'].upper()}{': ' + by['hop'] if by else ''}")
    if by:
        quote("\n".join([*(f"  {one}" for one in by["evidence"]), f"  Fix: {by['fix']}"]))
    quote(f"broken {'as well' if by else 'beside the path'}: {', '.join(others) or 'nothing'}")
    return diagnosed


def heading(text):
    print(f"\n--- {text} " + "-" * max(0, WIDTH - 5 - len(text)), flush=True)


def command(text):
    print(f"\n  $ {text}", flush=True)


def quote(text):
    for line in text.rstrip().splitlines():
        print("\n".join(textwrap.wrap(line, WIDTH, initial_indent="    | ", subsequent_indent="    |     ", break_on_hyphens=False)) or "    |", flush=True)


def verdict(text, shortfalls):
    print(f"\n{mark(not shortfalls)} {text}" + "".join(f"\n       {one}" for one in shortfalls), flush=True)
    return not shortfalls


def mark(good):
    return "ok  " if good else "FAIL"


def progress(line):
    if not line.startswith("CREATE_COMPLETE"):
        print(f"     {line}", flush=True)


def fail(problem):
    print(f"driftmend: {problem}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
