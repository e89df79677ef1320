"""What the tests of a deployed stack share: small.yaml at work, and what somebody sees of it who uses the printed exports."""

import contextlib
from pathlib import Path

import boto3
import requests
from driftmend_local.control.launcher import Launcher, Settings
from host_parts import CLIENT, sample_code

TEMPLATE = Path(__file__).with_name("small.yaml")
HEALTHY = [("healthy", None, None)]


@contextlib.contextmanager
def deployed(directory):
    """A running launcher that does not let anybody wait for long; `log` is the function's."""
    launcher = Launcher(Settings(port=0, template=TEMPLATE, code=sample_code(), client=CLIENT, directory=directory), say=lambda line: None)
    launcher.start()
    launcher.balancers.timeout, launcher.balancers.silence = 0.2, 0.5
    launcher.log = directory / str(launcher.server.port) / "logs" / "Function.log"
    try:
        yield launcher
    finally:
        launcher.stop()


def client(local, service):
    """What somebody gets who uses the printed exports."""
    said = local.exports
    return boto3.client(service, endpoint_url=said["AWS_ENDPOINT_URL"], region_name=said["AWS_REGION"],
                        aws_access_key_id=said["AWS_ACCESS_KEY_ID"], aws_secret_access_key=said["AWS_SECRET_ACCESS_KEY"])


def ask(local, path):
    return requests.get(local.server.url + path, timeout=5)


def status(outputs, path="/"):
    return requests.get(outputs["Endpoint"] + path, timeout=5).status_code


def health(local, outputs):
    described = client(local, "elbv2").describe_target_health(TargetGroupArn=outputs["Group"])["TargetHealthDescriptions"]
    return [(one["TargetHealth"]["State"], one["TargetHealth"].get("Reason"), one["TargetHealth"].get("Description")) for one in described]
