"""A client that asks a load balancer in a loop: every answer counts."""

import threading
import time
from dataclasses import dataclass

import requests

PAUSE = 0.05
PATIENCE = 1.0


@dataclass(frozen=True)
class Answer:
    """One request: when it was sent, and what is wrong with its answer; None if it is the application's own."""

    sent: float
    fault: str | None


class Client:
    """Asks `url` until it is closed, one request after the other. An answer is good if it is 200 and begins with `greeting`."""

    def __init__(self, url, greeting="Hello from behind"):
        self._url, self._greeting = url, greeting
        self._answers, self._changed = [], threading.Condition()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"client of {url}", daemon=True)
        self._thread.start()

    def close(self):
        self._closed.set()
        self._thread.join(PATIENCE + 5)

    def ask(self):
        """One request now, beside the loop; its answer counts too."""
        answer = self._ask()
        with self._changed:
            self._answers.append(answer)
            self._changed.notify_all()
        return answer

    def since(self, moment):
        """Every answer to requests that were sent since `moment` (of time.monotonic), the next one to come included."""
        asked = time.monotonic()
        with self._changed:
            self._changed.wait_for(lambda: self._answers and self._answers[-1].sent >= asked, 2 * PATIENCE + 5)
            return [one for one in self._answers if one.sent >= moment]

    def forget(self):
        with self._changed:
            self._answers = []

    def await_good(self, seconds):
        """True as soon as a request that is sent from now on is answered well."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.since(time.monotonic())[-1].fault is None:
                return True
        return False

    def _run(self):
        while not self._closed.wait(PAUSE):
            self.ask()

    def _ask(self):
        sent = time.monotonic()
        try:
            answer = requests.get(self._url, timeout=PATIENCE, headers={"Connection": "close"})
        except requests.Timeout:
            return Answer(sent, "no answer")
        except requests.RequestException:
            return Answer(sent, "refused")
        if answer.status_code != 200:
            return Answer(sent, str(answer.status_code))
        return Answer(sent, None if answer.text.startswith(self._greeting) else "somebody else's answer")
