"""A run on a terminal as the README shows it: nothing invented; machine paths, long lists and repetition shortened."""

import re
from itertools import groupby
from pathlib import Path

CREATED = re.compile(r"^\s*CREATE_COMPLETE\s")
ALERT = "     | "
AGENT = re.compile(r"^(\s*(?:\| )?\s*with \S+) .+$")


def demo(output: str, root: Path) -> str:
    """Of the created resources the first and the last three, of each alert its subject."""
    lines = _plain(output, root)
    created = [n for n, line in enumerate(lines) if CREATED.match(line)]
    cut = set(created[3:-3])
    shown = [line for n, line in enumerate(lines) if n not in cut]
    if cut:
        shown.insert(created[2] + 1, f"    ... {len(cut)} more resources ...")
    text = []
    for is_alert, block in _blocks(shown):
        text += [block[0], f"{ALERT}...", *([] if block[-1] else [""])] if is_alert else block
    return "\n".join(text).rstrip()


def alert(output: str, root: Path) -> str:
    """The first alert of a run of the demo, whole."""
    block = next(block for is_alert, block in _blocks(_plain(output, root)) if is_alert)
    return "\n".join(line.removeprefix(ALERT) for line in block).rstrip()


def test(output: str, root: Path) -> str:
    return "\n".join(_plain(output, root))


def _blocks(lines: list[str]) -> list[tuple[bool, list[str]]]:
    """Runs of lines that are an alert and that are not; a blank line belongs to what is before it."""
    marks, before = [], False
    for line in lines:
        before = line.startswith(ALERT) if line else before
        marks.append(before)
    return [(mark, [line for _, line in group]) for mark, group in groupby(zip(marks, lines), key=lambda pair: pair[0])]


def _plain(output: str, root: Path) -> list[str]:
    text = re.sub(r"\x1b\[[0-9;]*m", "", output).replace(str(root), "~/driftmend")
    return [AGENT.sub(r"\1 ...", line.rstrip()) for line in text.strip("\n").splitlines()]
