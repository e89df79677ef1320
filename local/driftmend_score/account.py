"""The whole account as the describe calls show it, so that before and after can be compared."""

import json
from concurrent.futures import ThreadPoolExecutor

from .readers import READERS


def read(client, services):
    """{`service resource`: its description} of these services, whoever owns it; descriptions are comparable values."""
    calls = [(service, one) for service in sorted(services & READERS.keys()) for one in READERS[service](client(service))]
    with ThreadPoolExecutor(4) as readers:
        parts = readers.map(lambda call: (call[0], call[1]()), calls)
        return {f"{service} {name}": value for service, part in parts for name, value in part.items()}


def difference(before, after, wanted=lambda text: True):
    """What differs, one line each: `name path: before -> after`. `wanted` is asked with all that is known of a resource, as text."""
    lines = []
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was != now and wanted(f"{name} {was} {now}"):
            lines += [f"{name}{path}: {left} -> {right}" for path, left, right in _differing(was, now, "")]
    return lines


def _differing(was, now, path):
    if isinstance(was, dict) and isinstance(now, dict):
        for key in sorted(was.keys() | now.keys()):
            if was.get(key) != now.get(key):
                yield from _differing(was.get(key), now.get(key), f"{path} {key}")
    elif isinstance(was, list) and isinstance(now, list):
        yield path, _short([one for one in was if one not in now]), _short([one for one in now if one not in was])
    else:
        yield path, _short(was), _short(now)


def _short(value):
    text = "nothing" if value is None else json.dumps(value, sort_keys=True)
    return text if len(text) < 200 else text[:200] + "..."
