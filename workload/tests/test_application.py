import http.client
import subprocess
import time

import pytest


def ask(port: int, path: str, method: str = "GET") -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()
    finally:
        connection.close()


def test_the_root_says_hello(served_port):
    status, content_type, body = ask(served_port, "/")
    assert (status, content_type) == (200, "text/plain; charset=utf-8")
    assert body.startswith(b"Hello")


def test_the_health_path_of_the_target_group_answers_200(served_port):
    assert ask(served_port, "/health") == (200, "application/json", b'{"status":"ok"}\n')


@pytest.mark.parametrize(("method", "path", "expected"), [("GET", "/healthz", 404), ("POST", "/health", 405)])
def test_anything_else_is_not_taken_for_healthy(served_port, method, path, expected):
    assert ask(served_port, path, method)[0] == expected


def test_waiting_ends_at_once_when_the_application_is_healthy(workload, served_port):
    subprocess.run([workload / "wait-for-health", str(served_port), "0"], check=True)


def test_waiting_for_an_application_that_is_not_there_fails_and_says_so(workload, free_port):
    waited = subprocess.run(
        [workload / "wait-for-health", str(free_port), "0"], capture_output=True, text=True, check=False
    )
    assert waited.returncode == 1
    assert f"127.0.0.1:{free_port}/health did not answer 200 within 0 seconds" in waited.stderr


def test_an_idle_connection_is_kept_for_the_next_request(served_port):
    """gunicorn by itself closes it after two seconds; how long it really is kept is held against the load balancer's idle timeout elsewhere."""
    connection = http.client.HTTPConnection("127.0.0.1", served_port, timeout=10)
    try:
        for pause in (4, 0):
            connection.request("GET", "/health")
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b'{"status":"ok"}\n')
            opened = connection.sock
            time.sleep(pause)
        assert connection.sock is opened
    finally:
        connection.close()
