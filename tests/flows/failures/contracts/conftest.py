"""A system with contracts, a real server behind it, and the database that remembers them."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, Engine, text

from flows.environment import open_environment
from flows.failures.contracts.side import CONTRACTS
from flows.failures.verdict import Verdict
from models.database import Database
from models.environment.loader import Environment
from tests.conftest import SCHEMA
from tests.connectors.rest.server import Reply, Server, running
from tests.environments import files, write
from tests.flows.failures.contracts.made import openapi

START = datetime.fromisoformat("2026-05-20T12:00:00+05:00")
KEY = "CONTRACTS_TEST_KEY"
INTERFACE = {"name": "interface", "kind": "openapi", "url": "/openapi.json"}


class Watched:
    """An office that speaks REST, watched from the contracts' side, an hour at a time."""

    def __init__(self, folder: Path, engine: Engine, server: Server) -> None:
        self.folder = folder
        self.engine = engine
        self.server = server
        self.now = START
        with engine.connect() as connection:
            self.trail = connection.execute(text("SELECT seq FROM audit_head")).scalar_one()
        self.connection: dict[str, Any] = {
            "url": f"{server.url}/api",
            "auth": {"kind": "header", "name": "X-Api-Key", "value": {"env": KEY}},
        }
        self.publish(openapi())
        self.declare(INTERFACE)

    def declare(self, *contracts: dict[str, Any], **connection: Any) -> Environment:
        """Load the environment with these contracts."""
        system = {"connector": "rest", "contracts": list(contracts),
                  "connection": {"folder": None, **self.connection, **connection}}  # fmt: skip
        applications = {
            "connector": "rest", "cursor": {"field": "received_at"},
            "request": {"path": "/applications", "items": "items",
                        "since_param": "changed_since"},
            "fields": {"number": "number", "service": {"value": "00100101"}, "channel": None,
                       "received_at": "received_at", "completed_at": None, "result": "status"},
        }  # fmt: skip
        made = files(systems={"systems": {"office": system}}, applications=applications)
        self.environment = open_environment(write(self.folder, made))
        return self.environment

    def publish(self, body: Any, status: int = 200, path: str = "/api/openapi.json") -> None:
        self.server.answer(path, Reply(body, status))

    def look(self, hours: float = 1.0) -> Verdict | None:
        """Look an hour later; what is so with the only contract."""
        self.now += timedelta(hours=hours)
        CONTRACTS.look(self.engine, self.environment, self.now)
        found = self.judge()
        assert len(found) <= 1
        return found[0] if found else None

    def judge(self, later: timedelta = timedelta(0)) -> list[Verdict]:
        with self.engine.connect() as connection:
            return list(CONTRACTS.judge(connection, self.environment, self.now + later))

    def audited(self) -> list[Any]:
        """What the trail says of contracts since the test began."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                text("SELECT actor, subject, details FROM audit_entries"
                     " WHERE action = 'contract.accepted' AND seq > :seq ORDER BY seq"),
                {"seq": self.trail},
            )  # fmt: skip
            return list(rows.all())


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as found:
        yield found


@pytest.fixture(scope="package")
def own_engine(postgres_url: str, template: URL) -> Iterator[Engine]:
    """One database for all: what a test leaves there, the next takes away."""
    name = f"contracts_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template.database}"'.encode())
    engine = Database(template.set(database=name), SCHEMA).engine(hide_parameters=True)
    yield engine
    engine.dispose()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def watched(
    tmp_path: Path, own_engine: Engine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> Watched:
    monkeypatch.setenv(KEY, "a secret of ours")
    with own_engine.begin() as connection:
        connection.execute(text("DELETE FROM contracts"))
    return Watched(tmp_path, own_engine, server)
