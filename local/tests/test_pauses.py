"""No pause of the interpreter is long enough to cost a client of the load balancer its answer."""

import subprocess
import sys
from pathlib import Path

GROWING = """
import gc
from driftmend_local.api import pauses
held = [[] for _ in range(300_000)]
pauses.keep_short()
pauses.keep_short()
assert gc.get_freeze_count() >= 300_000, "what is there at the beginning is put aside"
walked = []
gc.callbacks.append(lambda phase, info: walked.append(len(gc.get_objects())) if phase == "start" and info["generation"] == 2 else None)
more = [[] for _ in range(100_000)]
gc.collect()
gc.collect()
assert sum(walked) < 150_000, f"each object that came since is walked once, not {walked}"
"""


def test_a_full_collection_walks_only_what_came_since_the_one_before():
    subprocess.run([sys.executable, "-c", GROWING], check=True, env={"PYTHONPATH": str(Path(__file__).resolve().parents[1])})
