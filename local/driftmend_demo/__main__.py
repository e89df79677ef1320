"""Deploy the real template on the local AWS, make it drift, watch it being repaired, read the alerts."""

import argparse
import sys
import textwrap
import time

from .scenes import FIX_SECONDS, Scenes
from .system import STACK, NotStarted, System

# Probe switches rules on again that somebody switched off; it must not come before the first drift.
LATE_PROBE = {"ProbeRate": "rate(5 minutes)"}
WIDTH = 120


def main():
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--disable-rules", action="store_true", help="switch the event rules off first, to see the demo fail")
    settings = parser.parse_args()
    heading(f"deploying template.yaml as stack {STACK}")
    try:
        with System(parameters=LATE_PROBE if settings.disable_rules else None, say=Progress()) as system:
            return play(system, settings.disable_rules)
    except NotStarted as problem:
        print(f"driftmend: the local AWS did not start: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


class Progress:
    """Counts what is deployed and shows the rest of what the local AWS says."""

    def __init__(self):
        self._made, self._began = 0, time.monotonic()

    def __call__(self, line):
        if not line.startswith("CREATE_COMPLETE"):
            print(f"     {line}", flush=True)
        elif " AWS::CloudFormation::Stack " in line:
            print(f"     {self._made} resources deployed in {time.monotonic() - self._began:.0f} s", flush=True)
        else:
            self._made += 1


def play(system, disable_rules):
    scenes = Scenes(system)
    results = [show(scenes.opening())]
    if disable_rules:
        system.switch_rules(on=False)
        print("     the event rules are switched off")
    acts = scenes.acts()
    for number, (deed, scene) in enumerate(acts, 1):
        heading(f"{number}. {deed}")
        results.append(show(scene(), whole=number == 1))
        if not results[-1].seen:
            break  # What comes after a drift that stands proves nothing.
    return summary(system, results, len(acts))


def heading(text):
    print(f"\n--- {text} " + "-" * max(0, WIDTH - 5 - len(text)), flush=True)


def show(result, whole=False):
    took = f" after {result.seconds:.2f} s" if result.seconds is not None and result.seen else ""
    print(f"{mark(result.seen)} {result.title}{took}: {result.proof}", flush=True)
    if result.alert:
        print(f"     alert: {result.alert['subject']}")
        for line in result.alert["text"].rstrip().splitlines() if whole else ():
            print("\n".join(textwrap.wrap(line, WIDTH, initial_indent="     | ", subsequent_indent="     |     ") or ["     |"]))
    elif not result.seen:
        print("     alert: none")
    return result


def mark(good):
    return "ok  " if good else "FAIL"


def summary(system, results, acts):
    """What live reads, the topic and the queues say at the end, not what the scenes believed."""
    heading("summary")
    drifts, letters, alerts, refused = system.plan()["drifts"], system.dead_letters(), system.alerts(), system.refused()
    took = [one.seconds for one in results if one.seconds is not None]
    checks = [
        (f"{sum(one.seen for one in results)} of {acts + 1} scenes were seen", len(results) == acts + 1 and all(one.seen for one in results)),
        (f"the slowest repair took {max(took):.2f} s of the {FIX_SECONDS} that it may take", max(took) < FIX_SECONDS),
        (f"differences between live and the template: {len(drifts)}", not drifts),
        (f"messages on dead letter queues: {sum(map(len, letters.values()))}", not letters),
        (f"calls that the deployed policies refused: {len(refused)}", not refused),
        (f"alerts delivered: {len(alerts)} of {acts}", len(alerts) == acts),
    ]
    for text, good in checks:
        print(f"{mark(good)} {text}")
    for alert in alerts:
        print(f"       {alert['subject']}")
    for one in refused:
        print(f"     refused: {one}")
    for drift in drifts:
        print(f"     left: {drift['logicalId']}: {drift['what']}")
    good = all(good for _, good in checks)
    print("     Here events come at once. On AWS, CloudTrail's delay comes before these seconds: some seconds to minutes; driftmend drill measures it.")
    print(f"\n{'The demo has shown all of it.' if good else 'The demo has FAILED.'}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
