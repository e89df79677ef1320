"""AWS's public parameters at any version that was: moto knows the last one of each, a template may pin another."""

import copy

from moto.ssm.models import SimpleSystemManagerBackend

_get = SimpleSystemManagerBackend.get_parameter


def get_parameter(self, name):
    base, _, version = name.partition(":")
    if not (base.startswith("/aws/service/") and version.isdigit()):
        return _get(self, name)
    latest = _get(self, base)
    if latest is None or not 1 <= int(version) <= latest.version:
        return None
    pinned = copy.copy(latest)
    pinned.version = int(version)
    return pinned


SimpleSystemManagerBackend.get_parameter = get_parameter
