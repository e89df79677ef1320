"""A run on a terminal as the README shows it: nothing invented, machine paths and long lists shortened."""

import re
from pathlib import Path

CREATED = re.compile(r"^\s*CREATE_COMPLETE\s")


def demo(output: str, root: Path) -> str:
    """The list of created resources is cut to its first and its last three lines."""
    lines = _plain(output, root)
    created = [n for n, line in enumerate(lines) if CREATED.match(line)]
    cut = set(created[3:-3])
    shown = []
    for n, line in enumerate(lines):
        if n not in cut:
            shown.append(line)
        elif n - 1 not in cut:
            shown.append(f"    ... {len(cut)} more resources ...")
    return "\n".join(shown)


def test(output: str, root: Path) -> str:
    return "\n".join(_plain(output, root))


def _plain(output: str, root: Path) -> list[str]:
    text = re.sub(r"\x1b\[[0-9;]*m", "", output).replace(str(root), "~/driftmend")
    return [line.rstrip() for line in text.strip("\n").splitlines()]
