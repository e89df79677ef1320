"""Applications that somebody puts onto an instance by hand, and what a client sees of them and of closed doors."""

import socket
import threading
import time
import types
from pathlib import Path

import pytest
import requests
from driftmend_local.control import workload
from driftmend_local.control.workload import Installed, installed_by
from host_parts import eventually
from stack_parts import HEALTHY, ask, client, deployed, health, status

APP = """
import time
from flask import Flask
app = Flask(__name__)

@app.get("/")
def hello():
    {body}

@app.get("/health")
def health():
    return "ok"
"""
STAGES = Path(__file__).resolve().parents[2] / "workload" / "exercise"


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    with deployed(tmp_path_factory.mktemp("local")) as launcher:
        yield launcher


@pytest.fixture(scope="module")
def outputs(local):
    return local.deployment.outputs()


def put(local, what, **payload):
    return requests.post(f"{local.server.url}/_local/workload/{what}", json=payload, timeout=5)


def test_an_application_that_is_put_onto_the_instance_serves_in_the_place_of_its_own(local, outputs):
    assert put(local, "install", instance=outputs["Instance"], files={"app.py": APP.format(body="return 'by hand', 418")}).status_code == 200
    eventually(lambda: status(outputs) == 418)
    assert put(local, "install", instance=outputs["Instance"], files={"app.py": APP.format(body="return 'elsewhere'")}, port=8000).status_code == 200
    assert status(outputs) == 502, "nothing listens where the load balancer sends"
    assert put(local, "install", instance=outputs["Instance"]).status_code == 200
    eventually(lambda: status(outputs) == 200)


def test_what_was_put_there_by_hand_is_gone_once_the_instance_was_stopped(local, outputs):
    ec2 = client(local, "ec2")
    put(local, "install", instance=outputs["Instance"], files={"app.py": APP.format(body="return 'by hand', 418")})
    eventually(lambda: status(outputs) == 418)
    ec2.stop_instances(InstanceIds=[outputs["Instance"]])
    eventually(lambda: not ask(local, "/_local/workload").json()["workload"])
    assert put(local, "install", instance=outputs["Instance"], files={"app.py": "x"}).status_code == 400
    ec2.start_instances(InstanceIds=[outputs["Instance"]])
    eventually(lambda: health(local, outputs) == HEALTHY)
    assert status(outputs) == 200


def test_an_instance_that_is_stopped_and_started_at_once_boots_all_the_same(local, outputs):
    ec2, before = client(local, "ec2"), ask(local, "/_local/workload").json()["workload"]
    ec2.stop_instances(InstanceIds=[outputs["Instance"]])
    ec2.start_instances(InstanceIds=[outputs["Instance"]])
    eventually(lambda: [one["pid"] for one in ask(local, "/_local/workload").json()["workload"]] not in ([], [one["pid"] for one in before]))
    eventually(lambda: status(outputs) == 200)


def test_files_without_an_application_are_refused(local, outputs):
    answer = put(local, "install", instance=outputs["Instance"], files={"server.py": "x"})
    assert answer.status_code == 400 and "app.py" in answer.text


def test_one_application_is_killed_and_no_other(local, outputs):
    assert put(local, "kill", instance="i-0123456789abcdef0").json()["instances"] == [] and status(outputs) == 200
    assert put(local, "kill", instance=outputs["Instance"]).json()["instances"] == [outputs["Instance"]] and status(outputs) == 502
    put(local, "start", instance=outputs["Instance"])
    eventually(lambda: health(local, outputs) == HEALTHY)


def test_an_answer_that_outlasts_the_idle_timeout_of_the_load_balancer_is_a_504(local, outputs):
    elb = client(local, "elbv2")
    put(local, "install", instance=outputs["Instance"], files={"app.py": APP.format(body="time.sleep(2); return 'late'")})
    eventually(lambda: health(local, outputs) == HEALTHY)
    assert status(outputs) == 200
    elb.modify_load_balancer_attributes(LoadBalancerArn=outputs["Balancer"], Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "1"}])
    assert status(outputs) == 504
    elb.modify_load_balancer_attributes(LoadBalancerArn=outputs["Balancer"], Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "60"}])
    put(local, "install", instance=outputs["Instance"])


def test_an_application_that_closes_idle_connections_before_the_load_balancer_does_costs_a_client_its_answer(local, outputs, monkeypatch):
    monkeypatch.setattr(local.balancers.connections, "look", lambda idle_timeouts: None)  # the close is on its way for as long as this lasts
    app = {"app.py": APP.format(body="return 'hello'")}
    for keep_alive, expected in ((1, 502), (75, 200)):
        put(local, "install", instance=outputs["Instance"], files=app, keepAlive=keep_alive)
        eventually(lambda: health(local, outputs) == HEALTHY)
        assert status(outputs) == 200
        time.sleep(3.5)
        assert status(outputs) == expected
        assert status(outputs) == 200, "the next request takes a new connection"
    put(local, "install", instance=outputs["Instance"])


def test_a_closed_group_lets_no_connection_come_about_and_an_opened_one_does(local, outputs):
    ec2, name = client(local, "ec2"), outputs["LoadBalancerDnsName"].split(":")
    rule = {"GroupId": outputs["FrontGroup"], "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}
    ec2.revoke_security_group_ingress(**rule)
    eventually(lambda: not _connects(*name))
    ec2.authorize_security_group_ingress(**rule)
    assert status(outputs) == 200


def _connects(host, port):
    try:
        socket.create_connection((host, int(port)), 0.2).close()
        return True
    except TimeoutError:
        return False


def test_while_one_application_stops_another_one_is_still_found(tmp_path, monkeypatch):
    """gunicorn waits for its open connections; clients of other instances must not wait with it."""
    stopping, may_end = threading.Event(), threading.Event()

    class Slow:
        alive, instance_port, address, stops = True, 5000, ("127.0.0.1", 1), 0

        def stop(self):
            stopping.set()
            may_end.wait(10)

    workloads = workload.Workloads(tmp_path)
    workloads._running = {"i-stopped": Slow(), "i-other": Slow()}
    other = types.SimpleNamespace(id="i-other", state="running")
    monkeypatch.setattr(workload, "_instances", lambda: [other, types.SimpleNamespace(id="i-stopped", state="stopped")])
    look = threading.Thread(target=workloads.look)
    look.start()
    try:
        assert stopping.wait(5)
        found = []
        asking = threading.Thread(target=lambda: found.append(workloads.address_of("i-other", 5000)), daemon=True)
        asking.start()
        asking.join(2)
        assert found == [("127.0.0.1", 1)]
        assert workloads.address_of("i-stopped", 5000) is None
    finally:
        may_end.set()
        look.join(5)


def test_the_instance_of_a_stage_runs_what_its_user_data_starts():
    def written(stage):
        lines = (STAGES / stage / "template.yaml").read_text().partition("Fn::Base64: |\n")[2].splitlines()
        return "\n".join(line.removeprefix(" " * 10) for line in lines)
    for stage in ("port-opened", "solution-as-built"):
        assert installed_by(written(stage)) == Installed({"app.py": (STAGES / stage / "app.py").read_text()}, 5000, 0)
    assert installed_by(written("port-opened").replace("nohup python3", "# python3")) is None
    assert installed_by("") is None


@pytest.mark.parametrize(("words", "seconds"), [("", 2), ("--workers 2 --keep-alive 75 ", 75), ("--keep-alive=5 ", 5)])
def test_gunicorn_keeps_an_idle_connection_for_as_long_as_it_is_set_to(words, seconds):
    user_data = f"cat >/opt/app.py <<'END'\nx\nEND\necho PORT=5000 >/etc/app.env\nExecStart=/opt/venv/bin/gunicorn {words}app:app\n"
    assert installed_by(user_data) == Installed({"app.py": "x\n"}, 5000, seconds)
