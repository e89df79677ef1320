"""Keeps the pauses of the interpreter short: one process is the load balancer and all of AWS, and a client waits for an answer meanwhile.

- Python's full garbage collection walks every object while all threads stand still. moto, botocore and a deployed stack are half a million
  of them: half a second of one core, several on a busy machine, now and then, and a client that waits for a second goes without its answer.
  So what has survived a full collection is never walked again, and a collection takes as long as what came since the one before.
- A thread that computes keeps the interpreter for the switch interval whenever another one comes back from a system call, and one request
  makes dozens of those.
"""

import gc
import sys

_SWITCH_SECONDS = 0.0005


def keep_short():
    """To be called once everything is up. What is dropped later and lies in a cycle that was there before stays in memory."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    if _put_aside not in gc.callbacks:
        gc.callbacks.append(_put_aside)
    gc.collect()


def _put_aside(phase, info):
    if phase == "stop" and info["generation"] == 2:
        gc.freeze()
