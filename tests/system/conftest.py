"""One running system for all tests that can share it. A test that fails, or leaves it changed, costs a new one."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "local"))
for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
    os.environ.pop(name, None)

from bench import Bench  # noqa: E402
from driftmend_demo.system import System  # noqa: E402

_failed = pytest.StashKey[bool]()


class Holder:
    """Starts a system when a test asks for it, and again after one was given up."""

    def __init__(self):
        self.bench = None

    def get(self):
        if self.bench is None:
            system = System().__enter__()
            try:
                self.bench = Bench(system)
            except BaseException:
                system.__exit__(None, None, None)
                raise
        return self.bench

    def close(self):
        if self.bench is not None:
            self.bench.system.__exit__(None, None, None)
            self.bench = None


@pytest.fixture(scope="session")
def holder():
    holder = Holder()
    yield holder
    holder.close()


@pytest.fixture
def bench(holder, request):
    bench = holder.get()
    bench.begin()
    yield bench
    try:
        bench.end()
    except BaseException:
        holder.close()
        raise
    if request.node.stash.get(_failed, False):
        holder.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report
