"""Runs on a terminal as the documents show them: whole lines, cut only between scenes or steps, without paths of one machine."""

import re
from pathlib import Path

ALERT = "     |"
SCENE = re.compile(r"^--- (?:\d+\. )?(.+?) -+$")
STEP = re.compile(r"^==> ")
# What a step of a test run ends with: Maven's sums and pytest's; and how long the run took.
RESULT = re.compile(r"^\[INFO] Tests run: |^\d+ (?:passed|failed)\b|^real\s")
PASSED = "==> make test passed"
INSTALLS = re.compile(r"^==> (?:fetch|make|install) ")
AGENT = re.compile(r"^( +\| +)with (\S+) .+$")


def demo(output: str, root: Path) -> str:
    """The whole run."""
    return "\n".join(_plain(output, root))


def scene(output: str, root: Path) -> str:
    """The first scene after the deployment: what is done, what came of it, and the whole alert."""
    return _scene(_plain(output, root), 1)


def summary(output: str, root: Path) -> str:
    """The last scene, up to the sentence that says whether all of it was shown."""
    lines = _scene(_plain(output, root), -1).splitlines()
    last = next(n for n, line in enumerate(lines) if line.startswith("The demo has"))
    return "\n".join(lines[: last + 1])


def alert(output: str, root: Path) -> str:
    """The first alert, as its subscribers get it."""
    lines = [line for line in scene(output, root).splitlines() if line.startswith(ALERT)]
    return "\n".join(line.removeprefix(ALERT).removeprefix(" ") for line in lines)


def test(output: str, root: Path) -> str:
    """Each step with its results behind it; what only installs, and the dots that show progress, are left out."""
    shown = []
    for line in _plain(output, root):
        if RESULT.search(line) and shown:
            shown[-1] += ("; " if "passed" in shown[-1] or "Tests run" in shown[-1] else ": ") + line.removeprefix("[INFO] ")
        elif line == PASSED or STEP.match(line) and not INSTALLS.match(line):
            shown.append(re.sub(r" \.* ?(?=done \(\d+ s\)$)", " ", line))
    return "\n".join(shown)


def _scene(lines: list[str], number: int) -> str:
    begins = [n for n, line in enumerate(lines) if SCENE.match(line)]
    begin = begins[number]
    end = next((n for n in begins if n > begin), len(lines))
    return "\n".join(lines[begin:end]).rstrip()


def _plain(output: str, root: Path) -> list[str]:
    """Without colours, the path of the checkout, and what a client's user agent says of its machine."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", output).replace(str(root), "~/driftmend")
    lines, agent = [], None
    for line in text.strip("\n").splitlines():
        line = line.rstrip()
        if agent is not None and line.startswith(agent + "  "):
            continue  # the same value, wrapped
        match = AGENT.match(line)
        agent = match[1] if match else None
        lines.append(f"{match[1]}with {match[2]} ..." if match else line)
    return lines
