"""`make exercise` shows a stage by itself and fixes it as the diagnosis says."""

import subprocess
import sys

from conftest import ROOT


def test_the_way_out_as_it_was_built_is_diagnosed_and_mended_without_the_client_noticing():
    ran = subprocess.run([sys.executable, "-m", "driftmend_exercise", "--only", "solution-as-built"], cwd=ROOT / "local", text=True, capture_output=True, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    before, _, after = ran.stdout.partition("  -> world-open: ")
    assert "broken beside the path: world-open" in before and "broken beside the path: nothing" in after
    assert after.count("ok: http://") == 1 and "FAIL" not in ran.stdout and "The exercise is solved" in after
