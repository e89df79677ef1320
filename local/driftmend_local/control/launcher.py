"""The whole local AWS around one deployed stack: put together, started in order, taken down in reverse."""

import contextlib
import functools
import logging
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import requests
from botocore.config import Config

from ..api import hooks, server
from ..functions import lambda_api, sqs_queues
from ..functions.async_invoke import AsyncInvoker
from .answers import register_controls
from .deploy import Deployment
from ..functions.function_code import FunctionCode
from ..functions.function_config import REGION
from ..iam import reference
from ..events.inbox import Inbox
from ..functions.jdk import find_java
from ..functions.lambda_host import LambdaHost, client_jars
from ..elbv2.loadbalancer import LoadBalancers
from .problems import SetupProblem
from ..events.schedules import Schedules
from ..functions.sqs_poller import SqsPoller
from ..elbv2.target_health import TargetHealth
from .workload import Workloads

ROOT = Path(__file__).resolve().parents[3]
STACK = "driftmend"
USER = "on-call-laptop"


@dataclass
class Settings:
    """What may be chosen when the local AWS is started."""

    port: int = 4566
    template: Path = ROOT / "template.yaml"
    code: Path = ROOT / "target" / "classes"
    client: Path = ROOT / "target" / "ric"
    parameters: dict = field(default_factory=dict)
    directory: Path = ROOT / ".local-aws"


class Launcher:
    """`start` brings everything up or raises SetupProblem; `stop` may come at any time and leaves nothing behind."""

    def __init__(self, settings, say=print):
        self._settings, self._say = settings, say
        self._parts = contextlib.ExitStack()
        self._keys = {}
        self.assembled, self.ready, self.exports = False, False, {}

    def start(self):
        settings = self._settings
        java = find_java()
        client_jars(settings.client)
        self._code = self._closing(FunctionCode(self._client))
        self.deployment = Deployment(self._client, STACK, settings.template, settings.code, self._code, self._say)
        self.deployment.check()
        register_controls(self)
        try:
            self.server = server.start(settings.port)
        except server.PortInUse as problem:
            raise SetupProblem(str(problem)) from problem
        self._parts.callback(self.server.stop)
        threading.Thread(target=reference.load, name="iam-reference", daemon=True).start()
        directory = settings.directory / str(self.server.port)
        shutil.rmtree(directory, ignore_errors=True)
        self._keep_log(directory / "logs" / "local-aws.log")
        self._say(f"local AWS on {self.server.url}, logs in {directory / 'logs'}")
        self._make_parts(java, directory)
        self._make_users()
        self.deployment.create(settings.parameters)
        self.warm_up()
        self._await_health()
        self.exports["DRIFTMEND_ENDPOINT"] = self.deployment.outputs().get("Endpoint", "")
        self.ready = True

    def stop(self):
        self.ready = False
        self._parts.close()

    def warm_up(self):
        """Take the functions through INIT and restore. Raises SetupProblem for one that does not get there."""
        began = time.monotonic()
        names = self.deployment.physical_ids("AWS::Lambda::Function")
        failed = {name: why for name, why in self.host.warm_up().items() if why}
        if failed:
            name, why = next(iter(failed.items()))
            raise SetupProblem(f"{names.get(name, name)} did not get through its INIT: {why}; its log is {self.host.log_path(name)}")
        self._say(f"{len(names)} functions initialized in {time.monotonic() - began:.1f} s")

    def _make_parts(self, java, directory):
        sqs_queues.install()
        self.host = self._closing(LambdaHost(java, self._settings.client, self.server.url, directory / "logs", self._code, self._logical_name))
        self.invoker = self._closing(AsyncInvoker(self.host))
        lambda_api.install(self.host, self.invoker.invoke_async)
        hooks.invoke_async = self.invoker.invoke_async
        self.workloads = self._closing(Workloads(directory / "instances"))
        self.health = self._closing(TargetHealth(self.workloads.address_of))
        hooks.health_provider = self.health.health_of
        self.balancers = self._closing(LoadBalancers(self.health, self.workloads.address_of))
        self.poller = self._closing(SqsPoller(self.host))
        self.schedules = self._closing(Schedules(self.invoker.invoke_async))
        self.inbox = self._closing(Inbox())
        for part in (self.workloads, self.health, self.balancers, self.poller, self.schedules, self.inbox):
            part.start()
        self.assembled = True

    def _keep_log(self, path):
        """What the local AWS has to say about itself goes to a file, not between the lines for people."""
        path.parent.mkdir(parents=True)
        handler, logger = logging.FileHandler(path), logging.getLogger("driftmend.local")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        self._parts.callback(logger.removeHandler, handler)

    def _closing(self, part):
        self._parts.callback(part.close)
        return part

    def _make_users(self):
        """An IAM user for the person at the laptop, so that events name somebody, and one that deploys."""
        iam = self._boto("iam", "local", "local")
        for user in ("deployer", USER):
            iam.create_user(UserName=user)
            iam.attach_user_policy(UserName=user, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
            self._keys[user] = iam.create_access_key(UserName=user)["AccessKey"]
        key = self._keys[USER]
        self.exports = {"AWS_ENDPOINT_URL": self.server.url, "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION,
                        "AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def _client(self, service):
        key = self._keys["deployer"]
        return self._boto(service, key["AccessKeyId"], key["SecretAccessKey"])

    @functools.cache
    def _boto(self, service, key, secret):
        return boto3.session.Session().client(
            service, endpoint_url=self.server.url, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=secret,
            config=Config(retries={"total_max_attempts": 1}, read_timeout=120))

    def _logical_name(self, name):
        return self.deployment.physical_ids("AWS::Lambda::Function").get(name, name)

    def _await_health(self):
        """Wait until the workload answers through the load balancer, as the deployment of the instance does on AWS."""
        endpoint, until = self.deployment.outputs().get("LoadBalancerDnsName"), time.monotonic() + 60
        while endpoint and time.monotonic() < until:
            with contextlib.suppress(requests.RequestException):
                targets = [(group.arn, target) for group in self.health.groups() for target in list(group.targets.values())]
                healthy = all(self.health.health_of(arn, target)[0] == "healthy" for arn, target in targets)
                if healthy and requests.get(f"http://{endpoint}/", timeout=5).status_code < 500:
                    self._say(f"the workload answers on http://{endpoint}/")
                    return
            time.sleep(0.2)
        if endpoint:
            self._say(f"warning: the workload does not answer on http://{endpoint}/; see /_local/workload and /_local/loadbalancers")
