"""All acting bodies in one process, each asked by its own connector."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.callers import caller_class
from connectors.calling import CallContext, Reply, Request
from sandbox.acts.bodies import NAMES
from sandbox.processes import start


def free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody has."""
    for first in range(21_000, 30_000, 20):
        with ExitStack() as held:
            try:
                for port in range(first, first + count):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise RuntimeError("no ports are free")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ledgers") / "acting"


@pytest.fixture(scope="module")
def acting(folder: Path) -> Iterator[str]:
    with start("acting", port=free_ports(7), after=0, ledger=folder) as process:
        yield process.url


def test_the_bodies_have_the_ports_behind_that_of_control(acting: str) -> None:
    control = int(acting.rpartition(":")[2])
    bodies = requests.get(acting, timeout=30).json()["bodies"]
    assert tuple(bodies) == NAMES
    ports = [int(url.rpartition(":")[2]) for url in bodies.values()]
    assert ports == list(range(control + 1, control + 7))
    for name, url in bodies.items():
        assert requests.get(url, timeout=30).json()["body"] == name
        assert requests.get(f"{acting}/{name}/ledger", timeout=30).json() == []


COMPANY = {"name": "Жаңа", "founderIin": "1", "address": "a", "activity": "47110"}
PERSON = {"applicationNumber": "T-1", "motherIin": "1", "childIin": "2", "actNumber": "3"}
RESIDENCE = {"iin": "1", "kato": "711210000", "address": "a", "from": "b"}
ALLOWANCES = "KZ/GOV/SOCIAL/allowances/allowances"
CALLS: list[tuple[str, str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("education", "rest", {}, {"path": "/queue"}, {"childIin": "250101600012", "parentIin": "1"}),
    ("business_register", "rest", {}, {"path": "/companies"}, COMPANY),
    ("sms_gateway", "rest", {}, {"path": "/messages"}, {"phone": "+7701", "text": "Дайын"}),
    (
        "social_protection",
        "xroad",
        {"client": "KZ/GOV/GFC/tereze"},
        {"service": ALLOWANCES},
        {**PERSON, "iban": "KZ01"},
    ),
    (
        "migration_service",
        "soap",
        {"wsdl": "{url}/wsdl"},
        {"operation": "RegisterResidence"},
        RESIDENCE,
    ),
]
GOOD = {"accepted", "registered", "sent"}


@pytest.mark.parametrize(("body", "connector", "connection", "operation", "data"), CALLS)
def test_each_body_takes_what_its_connector_sends(
    acting: str,
    folder: Path,
    tmp_path: Path,
    body: str,
    connector: str,
    connection: dict[str, str],
    operation: dict[str, Any],
    data: dict[str, Any],
) -> None:
    url = requests.get(acting, timeout=30).json()["bodies"][body]
    kind = caller_class(connector)
    options = {name: value.format(url=url) for name, value in connection.items()}
    caller = kind(
        kind.Connection.model_validate({"url": url, **options}), CallContext(body, tmp_path)
    )
    caller.open()
    reply: Reply = caller.call(Request(operation, {"key": "k-1", **data}, "k-1"))
    caller.close()
    assert reply.fault is None
    assert reply.document["state"] in GOOD
    (entry,) = requests.get(f"{acting}/{body}/ledger", timeout=30).json()
    assert entry["key"] == "k-1"
    assert len((folder / f"{body}.jsonl").read_text().splitlines()) == 1


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=30).ok
    except requests.ConnectionError:
        return False


def test_a_body_that_is_down_is_told_otherwise_through_control(acting: str) -> None:
    url = requests.get(acting, timeout=30).json()["bodies"]["education"]
    faults = f"{acting}/education/control/faults"
    requests.post(faults, json={"kind": "down"}, timeout=30)
    assert not all(answers(url) for _ in range(100))
    requests.delete(faults, timeout=30)
    assert not requests.get(faults, timeout=30).json()["active"]


def test_a_body_that_is_none_is_wrong_use() -> None:
    command = [sys.executable, "-m", "sandbox", "acting", "--only", "tax_office"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 2
    assert "no body tax_office; there are civil_registry" in ended.stderr
