"""The scoring sheet: figures by kind, each case with what became of it, each miss by name. Written by `make score` and nothing else."""

import hashlib
import re
from pathlib import Path

from .cases import DATA
from .verdict import QUESTIONS

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "docs" / "score.md"
_CASES = re.compile(r"^<!-- cases: ([0-9a-f]{16}) -->$", re.MULTILINE)
_CUSTODIAN = re.compile(r"<!-- custodian -->\n.*?<!-- end -->", re.DOTALL)
_DIAGNOSIS = re.compile(r"<!-- diagnosis: ([0-9a-f]{16}) -->\n.*?<!-- end -->", re.DOTALL)
_PUBLISHED = re.compile(r"<!-- published -->\n.*?<!-- end -->", re.DOTALL)
_CORPUS = re.compile(r"<!-- corpus -->\n.*?<!-- end -->", re.DOTALL)  # Written by CorpusTest.
_REST = "## Every case"
_LEGITIMATE = "legitimate"

_HEAD = """# Scoring sheet

Written by `make score` from a run on the local AWS; nothing in it is written by hand. Each case is an entry of `local/score/mutations` or
`local/score/legitimate`: calls of the plain AWS API, and what must come of them. What is expected is written there and computed by no code of
Driftmend's.

- **detected**: exactly the drifts that the case names are alerted, each by resource, property and sort, once, and nothing else. **exposure**: with the exposure that it names.
- **heard**: an event brought it to light, not only the sweep (asked where AWS sends an event).
- **repaired**: alerted as repaired, and the whole account, described before and after, is the same. **reported**: alerted with the way back, and left.
- **writes**: exactly the calls that the case names, in order, by CloudTrail's records of Driftmend's roles; a refused one counts.
- **traffic**: a client asks the load balancer in a loop; where the case does not itself cut traffic every answer must be the application's.
- **left alone** (legitimate states): no write and no alert, neither by an event nor by a sweep.
"""


def digest(directory=DATA):
    """What tells one set of cases from another: 16 hexadecimal digits over all that a run depends on and that is data."""
    return digest_of_files(directory, [path for path in directory.rglob("*.yaml") if not {"custodian", "diagnosis"} & set(path.relative_to(directory).parts)])


def digest_of_files(directory, paths):
    """16 hexadecimal digits over the names and contents of files below a directory."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(f"{path.relative_to(directory)}\n".encode() + path.read_bytes())
    return whole.hexdigest()[:16]


def digest_of(text):
    """The digest of the cases that a sheet was written for; None if it has none."""
    found = _CASES.search(text)
    return found and found[1]


def summary(results):
    """The table by kind, for a terminal."""
    rows = [["kind", "cases", *QUESTIONS, "good"], *([row[0], *map(_figure, row[1:])] for row in _by_kind(results))]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n" + "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows) + "\n"


def write(results, cases):
    """Write the sheet of a run; `cases` is the digest of the files as they were when the run read them."""
    before = PATH.read_text(encoding="utf-8") if PATH.exists() else ""
    kept = [found[0] for found in (_DIAGNOSIS.search(before), _PUBLISHED.search(before), _CORPUS.search(before), _CUSTODIAN.search(before)) if found]
    PATH.write_text("\n".join([
        _HEAD, f"<!-- cases: {cases} -->", "", _figures(results), "", "## What falls short", "", _misses(results), "",
        *[line for block in kept for line in (block, "")], _REST, "", *_cases(results)]).rstrip() + "\n", encoding="utf-8")


def insert_custodian(text):
    """Put the comparison into the sheet, in the place of an older one or before the list of all cases."""
    _insert(_CUSTODIAN, f"<!-- custodian -->\n{text.strip()}\n<!-- end -->")


def insert_published(text):
    """Put what was said of other people's templates into the sheet."""
    _insert(_PUBLISHED, f"<!-- published -->\n{text.strip()}\n<!-- end -->")


def insert_diagnosis(text, cases):
    """Put what the diagnosis said into the sheet; `cases` is the digest of its files as they were when the run read them."""
    _insert(_DIAGNOSIS, f"<!-- diagnosis: {cases} -->\n{text.strip()}\n<!-- end -->")


def digest_of_diagnosis(text):
    """The digest of the cases of the diagnosis that a sheet shows; None if it shows none."""
    found = _DIAGNOSIS.search(text)
    return found and found[1]


def _insert(place, block):
    sheet = PATH.read_text(encoding="utf-8")
    if place.search(sheet):
        PATH.write_text(place.sub(lambda _: block, sheet), encoding="utf-8")
    else:
        PATH.write_text(sheet.replace(_REST, f"{block}\n\n{_REST}", 1), encoding="utf-8")


def _by_kind(results):
    """[[kind, cases, (good, asked) for each question, (good, cases)]], the legitimate ones and the sum last."""
    kinds = list(dict.fromkeys(one.case.kind for one in results))
    rows = [_row(kind, [one for one in results if one.case.kind == kind]) for kind in sorted(kinds, key=lambda kind: (kind == _LEGITIMATE, kind))]
    return [*rows, _row("all", results)]


def _row(name, results):
    asked = [(sum(one.answers.get(question) is True for one in results), sum(question in one.answers for one in results)) for question in QUESTIONS]
    return [name, len(results), *asked, (sum(one.is_good for one in results), len(results))]


def _figure(value):
    if isinstance(value, tuple):
        return f"{value[0]}/{value[1]}" if value[1] else "-"
    return str(value)


def table(head, rows):
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _figures(results):
    total = sum(one.is_good for one in results)
    edits, mutations = sum(one.case.is_rule_edit for one in results), sum(not one.case.is_legitimate for one in results)
    legitimate = len(results) - mutations
    touched = sum(one.case.is_legitimate and one.answers.get("left alone") is False for one in results)
    return "\n".join([
        f"**{total} of {len(results)} cases as expected ({100 * total / len(results):.1f} %)**: {mutations} mutations, {edits} of them edits of rules; "
        f"{legitimate} legitimate states, {touched} of them touched.", "",
        table(["kind", "cases", *QUESTIONS, "as expected"], [[row[0], *map(_figure, row[1:])] for row in _by_kind(results)])])


def _misses(results):
    bad = [one for one in results if not one.is_good]
    if not bad:
        return "Nothing."
    return "\n".join(f"- **{one.case.name}** ({one.case.kind}, `{one.case.file}`)\n" + "\n".join(f"  - {escaped(short)}" for short in one.shortfalls) for one in bad)


def _cases(results):
    for kind in sorted({one.case.kind for one in results}, key=lambda kind: (kind == _LEGITIMATE, kind)):
        of_kind = [one for one in results if one.case.kind == kind]
        yield f"### {kind}"
        yield ""
        if kind == _LEGITIMATE:
            yield table(["", "state", "why it is left alone"], [[_mark(one), one.case.name, one.case.why] for one in of_kind])
        else:
            yield table(["", "case", "end", "writes", "traffic"], [
                [_mark(one), one.case.name, one.case.end, ", ".join(f"`{name}`" for name in one.case.writes) or "none",
                 "cut by the case" if one.case.traffic == "cut" else "whole"] for one in of_kind])
        yield ""


def _mark(result):
    return "ok" if result.is_good else "**falls short**"


def escaped(text):
    """No resource id: the next run has others."""
    text = re.sub(r"\b([a-z]+)-[0-9a-f]{8,17}\b", r"\1-...", text)
    text = re.sub(r"(listener|listener-rule|loadbalancer|targetgroup)/[\w/-]+", r"\1/...", text)
    return text.replace("|", "\\|").replace("<", "&lt;")
