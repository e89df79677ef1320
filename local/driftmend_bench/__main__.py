"""make bench: measures what is in target/classes beside plain boto3 handlers and Cloud Custodian, and writes docs/performance.md."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from driftmend_demo.system import ROOT, NotStarted
from driftmend_local.functions.jdk import find_java
from driftmend_local.functions.lambda_host import client_jars, unpacked_native_client
from driftmend_local.control.problems import SetupProblem

from . import figures, report
from .certificates import Certificates
from .contenders import Host, cpus
from .growth import section
from .measuring import Differs
from .process import Broken
from .recording import NotRecorded, record
from .rounds import play
from .stub import Stub

BUILD = "driftmend"


def main():
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, nothing written")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--warm", type=int, default=30, metavar="N", help="events after the first one of each process")
    parser.add_argument("--beside", type=Path, metavar="DIR", help="the target/classes of another build, measured in the same run; nothing written")
    settings = parser.parse_args()
    if settings.quick:
        settings.rounds, settings.warm = 1, 4
    builds = {BUILD: ROOT / "target" / "classes"}
    if settings.beside:
        builds["beside"] = settings.beside.resolve()
    try:
        results, recording = _measured(builds, settings)
    except (NotStarted, NotRecorded, SetupProblem, Differs, Broken, OSError) as problem:
        print(f"driftmend: {problem}", file=sys.stderr)
        return 1
    text = report.written(results, recording, settings.rounds, settings.warm, BUILD)
    if settings.beside:
        print(report.compared(results, BUILD, "beside"))
    elif settings.quick:
        print(text)
    else:
        report.PATH.write_text(section.with_growth(text), encoding="utf-8")
        section.keep("events", figures.events(results, recording, BUILD))
        print(f"written: {report.PATH.relative_to(ROOT)}")
    return 0


def _measured(builds, settings):
    cpu, others = cpus()
    os.sched_setaffinity(0, others)
    java = find_java()
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        jars = client_jars(ROOT / "target" / "ric")
        certificates = Certificates(directory, java)
        stub = Stub(certificates)
        # An absolute path that any working directory can read.
        host = Host(stub, certificates, java, jars, unpacked_native_client(jars, directory), cpu)
        try:
            recording = record(host, builds, _say)
            return play(host, recording, builds, settings.rounds, settings.warm, _say), recording
        finally:
            stub.close()


def _say(line):
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
