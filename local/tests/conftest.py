import functools
import os
import sys
from pathlib import Path

import boto3
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
    os.environ.pop(name, None)

from driftmend_local.api import server  # noqa: E402


class Aws:
    """A started local AWS and clients for it, over real HTTP."""

    def __init__(self, running):
        self.server, self.url = running, running.url

    @functools.cache
    def client(self, service, key="test", secret="test", token=None, **options):
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", aws_access_key_id=key,
                            aws_secret_access_key=secret, aws_session_token=token, **options)


@pytest.fixture(scope="module")
def aws():
    running = server.start(0)
    yield Aws(running)
    running.stop()


def pytest_configure(config):
    config.addinivalue_line("filterwarnings", "ignore:.*does not match an error shape")
