"""`make demo` shows the main job by itself, and fails where the main job is not done."""

import re
import subprocess
import sys

from conftest import ROOT


def play(*options):
    ran = subprocess.run([sys.executable, "-m", "driftmend_demo", *options], cwd=ROOT / "local", text=True, capture_output=True, timeout=400)
    return ran.returncode, ran.stdout, ran.stderr


def test_the_demo_shows_everything_and_ends_with_0():
    code, said, errors = play()
    assert code == 0, said + errors
    summary = said.partition("--- summary")[2]
    assert "7 of 7 scenes were seen" in summary and "alerts delivered: 6 of 6" in summary and "FAIL" not in said
    assert float(re.search(r"the slowest repair took ([\d.]+) s", summary)[1]) < 5
    whole = said.partition("     | FIXED")[2].partition("--- 2.")[0]
    assert "user/on-call-laptop" in whole and "0.0.0.0/0" in whole and "LATENT" in whole and "live was read again" in whole


def test_with_the_event_rules_switched_off_the_demo_ends_with_1_and_says_what_was_missed():
    code, said, errors = play("--disable-rules")
    assert code == 1, said + errors
    summary = said.partition("--- summary")[2]
    assert "FAIL 1 of 7 scenes were seen" in summary
    assert "FAIL differences between live and the template: 1" in summary and "left: WebSecurityGroup" in summary
    assert "FAIL alerts delivered: 0 of 6" in summary
