"""make bench-growth: measures how the cost of an event grows, and writes that part of docs/performance.md."""

import os
import sys
import tempfile

from driftmend_demo.system import ROOT
from driftmend_local.functions.jdk import find_java
from driftmend_local.functions.lambda_host import client_jars, unpacked_native_client
from driftmend_local.control.problems import SetupProblem

from ..certificates import Certificates
from ..contenders import Host, cpus
from ..measuring import Differs
from ..process import Broken
from ..stub import Stub
from . import bursts, points, section
from .functions import Keeping


def main():
    try:
        section.write(measured(say))
    except (SetupProblem, Differs, Broken, OSError) as problem:
        print(f"driftmend: {problem}", file=sys.stderr)
        return 1
    print(f"written: {section.DOCUMENT.relative_to(ROOT)}")
    return 0


def measured(tell):
    """{"series": {name: [point]}, "bursts": [burst]} of target/classes."""
    cpu, others = cpus()
    os.sched_setaffinity(0, others)
    java, code = find_java(), ROOT / "target" / "classes"
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        jars = client_jars(ROOT / "target" / "ric")
        certificates = Certificates(directory, java)
        stub, keeping = Stub(certificates), Keeping()
        try:
            host = Host(stub, certificates, java, jars, unpacked_native_client(jars, directory), cpu)
            return {"series": points.measure(host, keeping, code, tell), "bursts": bursts.measure(host, keeping, code, tell)}
        finally:
            keeping.close()
            stub.close()


def say(line):
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
