"""`tereze contracts list|show|accept`, on what the contracts' side has read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.environment import open_environment
from flows.failures.contracts.side import CONTRACTS
from models.database import Database
from tests.connectors.rest.server import Reply, Server, running
from tests.console.conftest import Tereze
from tests.environments import files, write
from tests.flows.failures.contracts.made import openapi
from tests.flows.failures.contracts.test_diff import fields


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path, server: Server) -> Path:
    """The office with a contract of its own interface."""
    contract = {"name": "interface", "kind": "openapi", "url": f"{server.url}/openapi.json"}
    office = {"contracts": [contract]}
    folder = write(tmp_path / "environment", files(systems={"systems": {"office": office}}))
    server.answer("/openapi.json", Reply(openapi()))
    return folder


def look(database: Database, folder: Path, hours: int) -> None:
    engine = database.engine()
    now = datetime.now(UTC) + timedelta(hours=hours)
    CONTRACTS.look(engine, open_environment(folder), now)
    engine.dispose()


def test_a_person_reads_and_accepts(
    tereze: Tereze, database: Database, folder: Path, server: Server
) -> None:
    assert "not read yet" in tereze("contracts", "list").out
    look(database, folder, 0)
    listed = tereze("contracts", "list")
    assert (listed.code, "as accepted" in listed.out) == (0, True)
    assert tereze("contracts", "accept", "office", "interface").code == 2

    server.answer("/openapi.json", Reply(openapi(lambda d: fields(d).pop("status"))))
    look(database, folder, 2)
    listed = tereze("contracts", "list", "--json")
    assert listed.code == 1
    (told,) = [each for each in listed.json[0]["differences"] if "GET" in each["sentence"]]
    assert told["breaking"] is True
    shown = tereze("contracts", "show", "office", "interface")
    assert shown.code == 1
    assert "2 difference(s)" in shown.out
    assert "items.status of the answer" in shown.out.replace("\n", " ")
    assert "by first sight" in shown.out

    accepted = tereze("contracts", "accept", "office", "interface", "--json")
    assert (accepted.code, len(accepted.json)) == (0, 2)
    assert tereze("contracts", "show", "office", "interface").code == 0
    assert tereze("audit", "verify").code == 0

    server.answer("/openapi.json", Reply("gone", 404))
    look(database, folder, 4)
    shown = tereze("contracts", "show", "office", "interface")
    assert (shown.code, "404" in shown.out) == (1, True)


def test_a_contract_that_is_not_declared(tereze: Tereze) -> None:
    for verb in ("show", "accept"):
        answer = tereze("contracts", verb, "office", "nothing")
        assert answer.code == 2
        assert "office interface" in answer.err
