"""What one event took, as the simulation of scale reads it: seconds of CPU, calls, and how many of them waited for one another."""

import statistics
from collections import Counter

from .recording import OUR_FUNCTIONS, SWEEP
from .rounds import ROUND_TRIP


def events(results, recording, build):
    """{function: {"init_cpu_s", "first_cpu_s", "restored_cpu_s", "warm_cpu_s", "peak_mb", "calls": {name: times}}}, and of Reconcile "round_trips" and "sweep_round_trips"."""
    found = {}
    for name in OUR_FUNCTIONS:
        samples, restored = results.samples[f"{build}/{name}"], results.samples[f"{build}/{name} restored"]
        found[name] = {
            "init_cpu_s": _middle(one.init.cpu for one in samples), "first_cpu_s": _middle(one.first.cpu for one in samples),
            "restored_cpu_s": _middle(one.first.cpu for one in restored), "warm_cpu_s": _middle(one.warm.cpu for one in samples),
            "peak_mb": round(max(one.peak_mb for one in samples)), "calls": dict(Counter(recording.scenes[build, name].calls()))}
    for key, scene in (("round_trips", "Reconcile"), ("sweep_round_trips", SWEEP)):
        found["Reconcile"][key] = round(results.waited[build, scene] / ROUND_TRIP, 1)
    return found


def _middle(values):
    return round(statistics.median(values), 4)
