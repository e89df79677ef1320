"""make scale: simulates ten thousand stacks from the figures of make bench, and writes docs/scale.md."""

import sys

from . import report
from .measured import ROOT, NotMeasured, read


def main():
    try:
        text, picture = report.written(read())
    except NotMeasured as problem:
        print(f"driftmend: {problem}", file=sys.stderr)
        return 1
    report.DOCUMENT.write_text(text, encoding="utf-8")
    report.PICTURE.write_text(picture, encoding="utf-8")
    print(f"written: {report.DOCUMENT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
