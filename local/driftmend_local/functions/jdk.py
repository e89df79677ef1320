"""Where Java 25 is on this machine: what bin/jdk25 says."""

import subprocess
from pathlib import Path

from ..control.problems import SetupProblem

_FINDER = Path(__file__).resolve().parents[3] / "bin" / "jdk25"


def find_java():
    """The path of a `java` of major version 25. Raises SetupProblem with what to install."""
    asked = subprocess.run([_FINDER], capture_output=True, text=True)
    if asked.returncode:
        raise SetupProblem(asked.stderr.strip().removeprefix("driftmend: ") or f"{_FINDER} found no JDK 25")
    return str(Path(asked.stdout.strip()) / "bin" / "java")
