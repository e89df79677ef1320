"""The part of the scoring sheet that is about the diagnosis."""

from ..sheet import PATH, ROOT, digest_of_files, escaped, insert_diagnosis, table
from .cases import DIRECTORY
from .play import QUESTIONS

_HEAD = """## Path diagnosis

Written by `make score`. Each case breaks the way from a client to the application on the local AWS, by calls of the plain AWS API or at the
application itself; `workload/check` asks as a client does, and `driftmend diagnose --stack` says why. The cases are those of
`local/score/diagnosis/cases`; what is expected is written there and computed by no code of Driftmend's.

- **seen**: the fault is real: the client gets the symptom that the case names, and target health tells what the case names.
- **verdict**: the one that the case names. **found**: each broken hop is reported, with evidence and fix. **no false fault**: no other one is.
- **explained**: the hop that the case names is said to explain what the client sees. **no contradiction**: what the walk predicts is what was seen.
"""
_SORTS = ("one fault", "two faults", "nothing broken")


def digest():
    """What tells one set of cases from another."""
    return digest_of_files(DIRECTORY, DIRECTORY.rglob("*.yaml"))


def insert(results, cases):
    insert_diagnosis("\n".join([_HEAD, _figures(results), "", "### What the diagnosis falls short of", "", _misses(results), "", "### Every path", "", _cases(results)]), cases)


def _figures(results):
    rows = [(sort, [one for one in results if one.case.sort == sort]) for sort in _SORTS]
    good, took = sum(one.is_good for one in results), sorted(one.took for one in results if one.took is not None)
    return "\n".join([
        f"**{good} of {len(results)} paths as expected ({100 * good / len(results):.1f} %)**; with three at a time a run of the command line took "
        f"{took[len(took) // 2]:.1f} s in the middle, the start of its virtual machine and the patience of its requests included." if took else f"{good} of {len(results)}", "",
        table(["paths with", "cases", *QUESTIONS, "as expected"], [_row(*row) for row in [*rows, ("all", results)]])])


def _row(name, results):
    asked = [_share([one.answers[question] for one in results if question in one.answers]) for question in QUESTIONS]
    return [name, str(len(results)), *asked, _share([one.is_good for one in results])]


def _share(answers):
    return f"{sum(answers)}/{len(answers)}" if answers else "-"


def _misses(results):
    bad = [one for one in results if not one.is_good]
    return "\n".join(f"- **{one.case.name}** (`{one.case.file}`)\n" + "\n".join(f"  - {escaped(short)}" for short in one.shortfalls) for one in bad) or "Nothing."


def _cases(results):
    return table(["", "path", "a client sees", "verdict", "broken hops"], [
        ["ok" if one.is_good else "**falls short**", one.case.name, "the answer" if one.case.seen == "none" else one.case.seen, one.case.verdict,
         ", ".join(f"`{hop}`" for hop in one.case.broken) or "none"] for one in results])


__all__ = ["PATH", "ROOT", "digest", "insert"]
