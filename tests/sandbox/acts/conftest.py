"""Bodies that act, in one process; what a test orders is withdrawn after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import requests

from sandbox.processes import start

AFTER = 0.2
BODIES = ("social_protection", "education", "business_register", "sms_gateway")


@dataclass
class Bodies:
    """The process, and what is asked of its bodies."""

    control: str
    urls: dict[str, str]

    def ask(self, body: str, method: str, path: str, **more: Any) -> requests.Response:
        return requests.request(method, self.urls[body] + path, timeout=30, **more)

    def post(self, body: str, path: str, **content: Any) -> requests.Response:
        return self.ask(body, "POST", path, json=content)

    def order(self, body: str, **fault: Any) -> requests.Response:
        return requests.post(f"{self.control}/{body}/control/faults", json=fault, timeout=30)

    @contextmanager
    def standing(self, body: str) -> Iterator[None]:
        """Its clock stands still meanwhile: what a body does after a while does not come."""
        self.clock(body, speed=0)
        try:
            yield
        finally:
            self.clock(body, speed=1)

    def clock(self, body: str, **to: float) -> None:
        url = f"{self.control}/{body}/control/clock"
        assert requests.post(url, json=to, timeout=30).status_code == 201

    def clear(self) -> None:
        for body in self.urls:
            requests.delete(f"{self.control}/{body}/control/faults", timeout=30)

    def ledger(self, body: str, key: str | None = None) -> list[dict[str, Any]]:
        entries = requests.get(f"{self.control}/{body}/ledger", timeout=30).json()
        return [entry for entry in entries if key in (None, entry["key"])]


@pytest.fixture(scope="package")
def running() -> Iterator[Bodies]:
    with start("acting", after=AFTER, only=BODIES) as process:
        urls = requests.get(process.url, timeout=30).json()["bodies"]
        yield Bodies(process.url, urls)


@pytest.fixture
def bodies(running: Bodies) -> Iterator[Bodies]:
    yield running
    running.clear()


@pytest.fixture
def key() -> str:
    return str(uuid4())
