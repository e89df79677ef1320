"""What ships: how large its archive is, and how many classes one event of it loads."""

import contextlib
import re
import tempfile
import zipfile
from pathlib import Path

from .stub import Replay

_LOADED = re.compile(r"\] (\S+) source: (\S+)")


def zipped_mb(directory):
    """MB (10^6 bytes) of the archive that `sam package` would make of the directory."""
    with tempfile.TemporaryFile() as archive:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in sorted(Path(directory).rglob("*")):
                if file.is_file():
                    packed.write(file, file.relative_to(directory))
        return archive.tell() / 1e6


def loaded_classes(host, scene, function):
    """{"all", "SDK", "Driftmend"}: classes loaded from the start to the first answer, those of Lambda's client and the JDK among them."""
    host.stub.source = Replay(scene.during + scene.before)
    with _logged(host, function) as (process, loaded):
        process.await_init()
        host.stub.begin()
        process.invoke(scene.event)
        return loaded()


def classes_of_init(host, function):
    """(the same from the start to the first request for an event, the lines that the process said)"""
    with _logged(host, function) as (process, loaded):
        process.await_init()
        return loaded(), process.said


@contextlib.contextmanager
def _logged(host, function):
    """(its process, what gives the classes that it has loaded so far)"""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        log = Path(directory, "classes")

        def loaded():
            names = [name for name, _ in _LOADED.findall(log.read_text(errors="replace"))]
            return {"all": len(names), "SDK": sum(one.startswith("software.amazon.awssdk.") for one in names),
                    "Driftmend": sum(one.startswith("dev.driftmend.") for one in names)}

        with host.java_process(function, flags=(f"-Xlog:class+load:file={log}:uptime",)) as process:
            yield process, loaded
