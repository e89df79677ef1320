"""Rewrites the generated parts of the documents: `make docs`. A test fails while one of them is stale.

A part stands between <!-- generated: NAME --> and <!-- end -->; what is between them comes from the template, the
sources or the Makefile. What is shown of runs stands between <!-- captured: NAME --> and <!-- end -->:

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
DOCUMENTS = [
    "README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/configure.md", "docs/from-the-exercise.md", "docs/operate.md", "local/README.md"]
# Of which run, which part stands in which document.
SHOWN = {
    "demo": [("README.md", capture.scene), ("README.md", capture.summary), ("docs/operate.md", capture.alert), ("local/README.md", capture.demo)],
    "test": [("README.md", capture.test)],
}
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
        CAPTURED.format(name=name), lambda part: f"{part[1]}```text\n{run}\n```\n{part[2]}", text, flags=re.DOTALL)
    if found != 1:
        raise SystemExit(f"the document has {found} places for what was captured as {name}, not one")
    return shown


def main():
    parser = argparse.ArgumentParser(description="Rewrite the generated parts of the documents.")
    for run in SHOWN:
        parser.add_argument(f"--{run}", metavar="FILE", type=Path, help=f"show this run of make {run}")
    settings = parser.parse_args()
    runs = {run: file.read_text() for run in SHOWN if (file := getattr(settings, run))}
    for document in DOCUMENTS:
        path = ROOT / document
        before = path.read_text()
        after = renewed(before)
        for run, output in runs.items():
            for shown_in, part in SHOWN[run]:
                if shown_in == document:
                    after = insert(after, part.__name__, part(output, ROOT))
        if after != before:
            path.write_text(after)
            print(f"rewrote {document}")
    if not COSTS.exists() or COSTS.read_text() != costs():
        COSTS.parent.mkdir(parents=True, exist_ok=True)
        COSTS.write_text(costs())
        print(f"rewrote {COSTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
