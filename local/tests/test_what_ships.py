"""What ships, started as Lambda starts it: each function rehearses on the libraries as they ship, and loads no more classes for it than it did."""

import json
import os
import tempfile
from pathlib import Path

import pytest
from driftmend_bench.certificates import Certificates
from driftmend_bench.contenders import Function, Host
from driftmend_bench.rehearsals import DIRECTORY
from driftmend_bench.shipped import classes_of_init
from driftmend_bench.stub import Replay, Stub
from driftmend_demo.system import ROOT
from driftmend_local.functions.jdk import find_java
from driftmend_local.functions.lambda_host import client_jars, unpacked_native_client

# A class costs some 0.2 ms of INIT. Some are loaded or not as threads happen to meet, so there is room for a few.
MOST = {"Route": 5450, "Reconcile": 8700, "Probe": 7650}


@pytest.fixture(scope="module")
def host():
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        java, jars = find_java(), client_jars(ROOT / "target" / "ric")
        certificates = Certificates(directory, java)
        stub = Stub(certificates)
        stub.source = Replay([])
        try:
            yield Host(stub, certificates, java, jars, unpacked_native_client(jars, directory), min(os.sched_getaffinity(0)))
        finally:
            stub.close()


@pytest.mark.parametrize("name", MOST)
def test_each_function_rehearses_in_init_without_a_word_and_loads_no_more_classes_than_it_did(host, name):
    recorded = json.loads((DIRECTORY / f"rehearsal-{name.lower()}.json").read_text(encoding="utf-8"))
    function = Function(f"driftmend-{name}", f"dev.driftmend.lambda.{name}Handler::handleRequest", 1024, recorded["environment"],
                        Path(ROOT, "target", "classes"))
    loaded, said = classes_of_init(host, function)
    assert not [line for line in said if "rehearsal" in line or "Error" in line]
    assert loaded["all"] <= MOST[name], (
        f"{name} loads {loaded['all']} classes up to its first event, {loaded['SDK']} of the SDK and {loaded['Driftmend']} of Driftmend. Compare"
        " -Xlog:class+load before and after your change: is a client, a library or a lambda new that the function could do without? If it is worth it,"
        " raise MOST"
    )
