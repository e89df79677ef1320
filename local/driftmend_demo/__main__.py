"""`make demo`: deploy the real template on the local AWS, make it drift, watch it being repaired, read the alerts."""

import argparse
import sys
import textwrap

from .scenes import FIX_SECONDS, Scenes
from .system import NotStarted, System


def main():
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--disable-rules", action="store_true", help="switch the event rules off first, to see the demo fail")
    settings = parser.parse_args()
    try:
        with System(say=lambda line: print(f"    {line}", flush=True)) as system:
            return play(system, settings.disable_rules)
    except NotStarted as problem:
        print(f"driftmend: the local AWS did not start: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def play(system, disable_rules):
    scenes = Scenes(system)
    results = [show(scenes.healthy())]
    if disable_rules:
        switch_off(system)
    for scene in (scenes.reopened_port, scenes.deregistered_target, scenes.changed_health_path, scenes.revoked_rule):
        heading(scene.__name__.replace("_", " "))
        results.append(show(scene()))
    heading("killed app")
    results += [show(one) for one in scenes.killed_app()]
    return summary(system, results)


def switch_off(system):
    events = system.client("events")
    for logical_id, name in system.resources().items():
        if logical_id.endswith("Rule"):
            events.disable_rule(Name=name)
    print("    the event rules are switched off")


def heading(text):
    print(f"\n--- {text} " + "-" * max(0, 90 - len(text)), flush=True)


def show(result):
    mark = "ok  " if result.seen else "FAIL"
    took = f" after {result.seconds:.2f} s" if result.seconds else ""
    print(f"{mark} {result.title}{took}: {result.detail}", flush=True)
    if result.alert:
        print(textwrap.indent(f"{result.alert['subject']}\n\n{result.alert['text'].rstrip()}", "     | "), flush=True)
    return result


def summary(system, results):
    """What live reads and the queues say at the end, not what the scenes believed."""
    heading("summary")
    drifts, letters, alerts = system.plan()["drifts"], system.dead_letters(), system.alerts()
    slowest = max((one.seconds for one in results), default=0)
    checks = [
        ("every scene was seen", all(one.seen for one in results)),
        (f"every repair took less than {FIX_SECONDS} s (slowest {slowest:.2f} s)", slowest < FIX_SECONDS),
        (f"the stack equals its template ({len(drifts)} drifts)", not drifts),
        (f"no dead letters ({', '.join(letters) or 'none'})", not letters),
        (f"{len(alerts)} alerts were delivered, {len(results) - 1} were to be", len(alerts) == len(results) - 1),
    ]
    for text, good in checks:
        print(f"{'ok  ' if good else 'FAIL'} {text}")
    for alert in alerts:
        print(f"     {alert['json']['severity']:<8} {alert['json']['state']:<8} {alert['subject']}")
    return 0 if all(good for _, good in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
