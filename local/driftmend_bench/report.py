"""docs/performance.md from the figures of one run."""

import platform
import re
import statistics
from collections import Counter
from pathlib import Path

from driftmend_demo.system import ROOT
from driftmend_score.custodian import HOME as POLICIES

from . import reasons
from .goals import goals
from .recording import OUR_FUNCTIONS, SWEEP
from .rounds import BARE, CUSTODIAN, ROUND_TRIP

PATH = ROOT / "docs" / "performance.md"
_BY_HAND = re.compile(r"<!-- by hand -->.*?<!-- end -->", re.DOTALL)
_COLUMNS = (
    ("cold", lambda s: s.cold.wall), ("cold, CPU", lambda s: s.cold.cpu), ("INIT", lambda s: s.init.wall), ("first after INIT", lambda s: s.first.wall),
    ("first, CPU", lambda s: s.first.cpu), ("warm", lambda s: s.warm.wall), ("warm, CPU", lambda s: s.warm.cpu), ("peak memory", lambda s: s.peak_mb))


def ratio(numerators, denominators):
    """`1.23 (1.10–1.41)`: the median and the range of the rounds' ratios."""
    ratios = [one / other for one, other in zip(numerators, denominators, strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def written(results, recording, rounds, warm, build):
    """The whole document; what was written into the one before by hand is in it as it was."""
    parts = [_head(rounds, warm), goals(results, recording, build), _beside(results, build), _restored(results, build), _sizes(results, build),
             *by_hand(PATH.read_text(encoding="utf-8")), _calls(recording, build), _phases(results, build), _machine(results)]
    return "\n\n".join(parts) + "\n"


def by_hand(document):
    """The parts between `<!-- by hand -->` and `<!-- end -->`, with both marks."""
    return _BY_HAND.findall(document)


def compared(results, now, before):
    """Two builds of one run: the ratios of `now` to `before`."""
    lines = [["", *(title for title, _ in _COLUMNS), "first after restore", "restore, CPU", "classes"]]
    for name in OUR_FUNCTIONS:
        cells = [ratio(*([pick(one) for one in results.samples[f"{build}/{name}"]] for build in (now, before))) for _, pick in _COLUMNS]
        for pick in (lambda s: s.first.wall, lambda s: s.first.cpu):
            cells.append(ratio(*([pick(one) for one in results.samples[f"{build}/{name} restored"]] for build in (now, before))))
        classes = [results.classes[build, name]["all"] for build in (now, before)]
        lines.append([name, *cells, f"{classes[0]} / {classes[1]} = {classes[0] / classes[1]:.2f}"])
    sizes = f"zip {results.zipped[now]:.2f} / {results.zipped[before]:.2f} MB = {results.zipped[now] / results.zipped[before]:.2f}"
    depth = [f"{scene}'s round trips {len(results.waves[now, scene])} / {len(results.waves[before, scene])}, with {ROUND_TRIP * 1000:.0f} ms each "
             f"{results.waited[now, scene] * 1000:.0f} / {results.waited[before, scene] * 1000:.0f} ms" for scene in ("Reconcile", SWEEP)]
    return f"{_table(lines)}\n\n{'; '.join([sizes, *depth])}"


def _head(rounds, warm):
    return f"""# Performance

Written by `make bench`; only "Classes as they were compiled" is written by hand. What runs is `target/classes`, exactly what ships, under AWS's own runtime
interface client. All calls go over HTTPS, with certificates that are checked against the full set of authorities, to a stub that answers what the local AWS answered when the
same event was recorded. Each contender has one CPU to itself, as a function of 1,769 MB has; what answers it is on the others. Each figure is of
{rounds} fresh processes of each contender, taken in turns in one run; warm figures are of {warm} more events of each, without the first quarter. A
ratio is the median over the rounds, in brackets the least and the most of one round. What Lambda itself adds (starting the machine, fetching the
code, restoring the snapshot, the network) is in none of them.

- **cold**: from the start of the process to its first answer. **INIT**: to its first request for an event. **first after INIT**: from that event to the answer.
- **first after restore**: from the restored snapshot to the first answer, as SnapStart would; the snapshot is emulated in the same process.
- **plain boto3**: a handler that makes the same calls with the same arguments, one after another, and does nothing with the answers.
- **bare Java**: what a Java function cannot be below. A handler without an SDK under the same client: it sends the recorded requests one after another by the
  JDK's own HTTPS, unsigned, and forgets the answers; it has greeted once in INIT.
- **Cloud Custodian**: its own handler with the policy of `local/score/custodian/documented.yaml`, on the same security-group event. It reads one group and
  compares it with a written rule in two calls; Driftmend reads all groups of the stack and compares them with its template, asks whose a rule is that the template
  does not have, computes what it exposes, writes down what it is about to do, proves that it is done, and tells once."""


def _beside(results, build):
    custodian = results.samples[CUSTODIAN]
    names = [f"{of}/{name}" for of in (build, BARE, "boto3") for name in OUR_FUNCTIONS] + [CUSTODIAN]
    lines = [["", *(title for title, _ in _COLUMNS)]]
    for name in names:
        samples = results.samples[name]
        lines.append([_title(name), *(ratio([pick(one) for one in samples], [pick(one) for one in custodian]) for _, pick in _COLUMNS)])
    absolute = [["", *(title for title, _ in _COLUMNS)]]
    for name in names:
        samples = results.samples[name]
        absolute.append([_title(name), *(_absolute(title, [pick(one) for one in samples]) for title, pick in _COLUMNS)])
    return f"## Beside the peers\n\nAs ratios to Cloud Custodian in the same round:\n\n{_table(lines)}\n\nMedians of this machine, " \
           f"only to explain the ratios (ms; memory in MB):\n\n{_table(absolute)}"


def _restored(results, build):
    cold = [one.cold.wall for one in results.samples[CUSTODIAN]]
    cpu = [one.cold.cpu for one in results.samples[CUSTODIAN]]
    lines = [["", "first after restore", "its CPU", "ms"]]
    for name in OUR_FUNCTIONS:
        samples = results.samples[f"{build}/{name} restored"]
        walls = [one.first.wall for one in samples]
        lines.append([name, ratio(walls, cold), ratio([one.first.cpu for one in samples], cpu), f"{statistics.median(walls) * 1000:.0f}"])
    return f"## After a SnapStart restore\n\nAs ratios to Cloud Custodian's cold event:\n\n{_table(lines)}"


def _sizes(results, build):
    lines = [["", "loaded classes", "of the SDK", "of Driftmend"]]
    lines += [[name, *(str(results.classes[build, name][part]) for part in ("all", "SDK", "Driftmend"))] for name in OUR_FUNCTIONS]
    return f"## What ships\n\nThe archive has {results.zipped[build]:.2f} MB. Classes loaded up to the first answer, those of the JDK and of Lambda's client " \
           f"among them:\n\n{_table(lines)}"


def _calls(recording, build):
    parts = ["## API calls of one event\n\nA port that no template has is opened on a security group; what each function then asks AWS. Calls in "
             "INIT come once in a process."]
    for name in OUR_FUNCTIONS:
        scene = recording.scenes[build, name]
        before = ", ".join(_counted(one.name for one in scene.before)) or "none"
        lines = [["call", "times", "why"]]
        lines += [[f"`{call}`", str(times), reasons.of(name, call)] for call, times in Counter(scene.calls()).items()]
        parts.append(f"**{name}**: {len(scene.during)} calls; in INIT: {before}.\n\n{_table(lines)}")
    custodian = recording.scenes["", "Custodian"]
    parts.append(f"**{CUSTODIAN}**: {len(custodian.during)} calls: {', '.join(_counted(custodian.calls()))}.")
    return "\n\n".join(parts)


def _phases(results, build):
    parts = ["## Round trips"]
    for title, scene in (("repair", "Reconcile"), ("sweep of the whole stack, which is in sync,", SWEEP)):
        waited = results.waited[build, scene]
        lines = [["#", "at once"]]
        lines += [[str(place), ", ".join(_counted(one.name for one in wave))] for place, wave in enumerate(results.waves[build, scene], 1)]
        parts.append(f"A warm {title} took {waited * 1000:.0f} ms with {ROUND_TRIP * 1000:.0f} ms to each answer, {waited / ROUND_TRIP:.1f} round trips. "
                     f"What it asked without waiting for one another:\n\n{_table(lines)}")
    return "\n\n".join(parts)


def _machine(results):
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    versions = ", ".join((POLICIES / "requirements.txt").read_text(encoding="utf-8").splitlines()[1:])
    cores = Path("/proc/cpuinfo").read_text(encoding="utf-8").count("processor\t")
    return f"""## The machine

{cpu[1] if cpu else platform.machine()}, {cores} CPUs, Linux {platform.release()}; {results.java}; Python {platform.python_version()} with {versions}. The load average was
{results.load[0]:.1f} when the run began and {results.load[1]:.1f} when it ended: with much more than 1, other programs had part of the CPUs."""


def _title(name):
    if name == CUSTODIAN:
        return name
    contender, _, function = name.partition("/")
    peer = {"boto3": "plain boto3", BARE: "bare Java"}.get(contender)
    return f"{peer}, {function}'s calls" if peer else function


def _absolute(title, values):
    return f"{statistics.median(values) * (1 if title == 'peak memory' else 1000):.1f}"


def _counted(names):
    return [f"`{name}`" + (f" ×{times}" if times > 1 else "") for name, times in Counter(names).items()]


def _table(lines):
    head, *rest = lines
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rest])
