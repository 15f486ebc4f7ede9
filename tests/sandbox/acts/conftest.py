"""Bodies that act, in one process; what a test orders is withdrawn after it."""

from collections.abc import Iterator
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
        return requests.request(method, self.urls[body] + path, timeout=5, **more)

    def post(self, body: str, path: str, **content: Any) -> requests.Response:
        return self.ask(body, "POST", path, json=content)

    def order(self, body: str, **fault: Any) -> requests.Response:
        return requests.post(f"{self.control}/{body}/control/faults", json=fault, timeout=5)

    def clear(self) -> None:
        for body in self.urls:
            requests.delete(f"{self.control}/{body}/control/faults", timeout=5)

    def ledger(self, body: str, key: str | None = None) -> list[dict[str, Any]]:
        entries = requests.get(f"{self.control}/{body}/ledger", timeout=5).json()
        return [entry for entry in entries if key in (None, entry["key"])]


@pytest.fixture(scope="package")
def running() -> Iterator[Bodies]:
    with start("acting", after=AFTER, only=BODIES) as process:
        urls = requests.get(process.url, timeout=5).json()["bodies"]
        yield Bodies(process.url, urls)


@pytest.fixture
def bodies(running: Bodies) -> Iterator[Bodies]:
    yield running
    running.clear()


@pytest.fixture
def key() -> str:
    return str(uuid4())
