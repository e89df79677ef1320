"""Rewrites the generated parts of the documents: `make docs`. A test fails while one of them is stale.

A part stands between <!-- generated: NAME --> and <!-- end -->; what is between them comes from the template, the
sources or the Makefile. The runs shown in the README stand between <!-- captured: NAME --> and <!-- end -->:

    make demo | tee demo.txt; python docs/generate.py --demo demo.txt
    make test | tee test.txt; python docs/generate.py --test test.txt
"""

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import blocks  # noqa: E402
import capture  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/from-the-exercise.md"]
COSTS = ROOT / "functions/src/main/resources/dev/driftmend/doctor/costs.properties"
GENERATED = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
CAPTURED = "(<!-- captured: {name} -->\n).*?(<!-- end -->)"


def renewed(text: str) -> str:
    """The document with every generated part as it should be; a part that nobody generates is a KeyError."""
    return GENERATED.sub(lambda part: f"{part[1]}\n{blocks.BLOCKS[part[2]]().strip()}\n\n{part[3]}", text)


def costs() -> str:
    """What `driftmend doctor` says that it costs."""
    return blocks.costs.properties(blocks.template(), len(blocks._metrics()))


def insert(text: str, name: str, run: str) -> str:
    shown, found = re.subn(
        CAPTURED.format(name=name), lambda part: f"{part[1]}\n```text\n{run}\n```\n\n{part[2]}", text, flags=re.DOTALL)
    if found != 1:
        raise SystemExit(f"README.md has {found} places for what was captured as {name}, not one")
    return shown


def main():
    parser = argparse.ArgumentParser(description="Rewrite the generated parts of the documents.")
    parser.add_argument("--demo", metavar="FILE", type=Path, help="show this run of make demo in the README")
    parser.add_argument("--test", metavar="FILE", type=Path, help="show this run of make test in the README")
    settings = parser.parse_args()
    for document in DOCUMENTS:
        path = ROOT / document
        before = path.read_text()
        after = renewed(before)
        if document == "README.md" and settings.demo:
            run = settings.demo.read_text()
            after = insert(insert(after, "demo", capture.demo(run, ROOT)), "alert", capture.alert(run, ROOT))
        if document == "README.md" and settings.test:
            after = insert(after, "test", capture.test(settings.test.read_text(), ROOT))
        if after != before:
            path.write_text(after)
            print(f"rewrote {document}")
    if not COSTS.exists() or COSTS.read_text() != costs():
        COSTS.parent.mkdir(parents=True, exist_ok=True)
        COSTS.write_text(costs())
        print(f"rewrote {COSTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
