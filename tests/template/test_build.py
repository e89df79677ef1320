"""`sam build` ships what the tests and the local AWS run: target/classes and nothing else."""

import hashlib
import os
import subprocess
import tempfile
import zipfile
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse
from translation import tool

FUNCTIONS = ("RouteFunction", "ReconcileFunction", "ProbeFunction")
# The command line's classes ship too, a quarter of a megabyte of it: the build makes one folder of classes.
ARCHIVE_MB = 8


def contents(folder: Path) -> dict[str, str]:
    """Path below `folder` to the digest of every file there."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def built(root, tmp_path_factory) -> Path:
    """Always built anew: an old result would pass for a template or a build that no longer works."""
    out = tmp_path_factory.mktemp("sam-build")
    ran = subprocess.run(
        [
            tool("sam"),
            "build",
            "--template",
            str(root / "template.yaml"),
            "--build-dir",
            str(out),
            "--region",
            "us-east-1",
        ],
        cwd=root,
        # The unit tests and the checks of the compiler have run; here it is about what ships.
        env={**os.environ, "SAM_CLI_TELEMETRY": "0", "MAVEN_OPTS": "-Dmaven.test.skip=true -Ddriftmend.checks=off"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr.count("Building codeuri") == 1, "the functions share one build"
    return out


def test_each_function_ships_target_classes_and_nothing_else(root, built):
    expected = contents(root / "target" / "classes")
    assert any(name.endswith(".class") for name in expected), "target/classes is empty: run the Maven build first"
    assert any(name.startswith("lib/") for name in expected)
    for function in FUNCTIONS:
        assert contents(built / function) == expected, function


def test_every_handler_is_a_class_that_ships(root, built):
    functions = yaml_parse((built / "template.yaml").read_text())["Resources"]
    for function in FUNCTIONS:
        handler = functions[function]["Properties"]["Handler"].partition("::")[0]
        assert (built / function / f"{handler.replace('.', '/')}.class").is_file(), handler


def test_the_archive_stays_small(built):
    with tempfile.TemporaryFile() as archive:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted((built / "RouteFunction").rglob("*")):
                packed.write(path, path.relative_to(built / "RouteFunction"))
        size = archive.tell() / 1e6
    assert size <= ARCHIVE_MB, (
        f"the archive has {size:.2f} MB. Look with `unzip -lv` for what is new in lib/shrunk.jar, and at what keeps it by adding"
        " `-whyareyoukeeping class NAME` to functions/shrink/rules.pro"
    )
