"""The stand-in bodies' own documents and columns, watched and pulled; with faults of fields."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from flows.failures.contracts.side import CONTRACTS
from flows.failures.verdict import Verdict
from sandbox.processes import start
from tests.flows.ingest.bodies import CORPORATION, LAND, Bodies, land_system, rest_system
from tests.sandbox.reading import NOW, Reader

NOW_AT = datetime.fromisoformat(NOW)
INTERFACE = {"name": "interface", "kind": "openapi", "url": "/openapi.json"}
COLUMNS = {"name": "fields", "kind": "columns", "source": CORPORATION}


class Rounds:
    """Looks at the contracts an hour after the last time."""

    def __init__(self, bodies: Bodies) -> None:
        self.bodies = bodies
        self.now = NOW_AT

    def __call__(self) -> dict[str, Verdict]:
        self.now += timedelta(hours=1)
        CONTRACTS.look(self.bodies.engine, self.bodies.environment, self.now)
        with self.bodies.engine.connect() as connection:
            found = CONTRACTS.judge(connection, self.bodies.environment, self.now)
        return {verdict.subject.removeprefix("contract:"): verdict for verdict in found}


@pytest.fixture
def watched(bodies: Bodies, corporation: Reader) -> Bodies:
    system = rest_system(corporation.url) | {"contracts": [INTERFACE, COLUMNS]}
    bodies.declare(systems={"systems": {"corporation": system}})
    return bodies


def test_nothing_changes_while_the_body_goes_on(watched: Bodies) -> None:
    rounds = Rounds(watched)
    for _ in range(3):
        assert {verdict.level for verdict in rounds().values()} == {"good"}


FAULTS: list[tuple[dict[str, Any], str, str, str]] = [
    ({"kind": "vanished_field"}, "received_at … has gone", "fails", "failed"),
    ({"kind": "vanished_field", "field": "region"}, "region … has gone", "works_in_part",
     "succeeded"),
    ({"kind": "changed_type", "field": "changed_at"}, "changed_at … : time became number", "fails",
     "failed"),
    ({"kind": "changed_type"}, "service_code … : text became number", "may_fail", "failed"),
    ({"kind": "new_field"}, "priority … is new", "works", "succeeded"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "words", "outcome", "state"), FAULTS, ids=str)
def test_what_is_said_of_the_next_pull_comes_true(
    watched: Bodies,
    corporation: Reader,
    fault: dict[str, Any],
    words: str,
    outcome: str,
    state: str,
) -> None:
    rounds = Rounds(watched)
    rounds()
    corporation.fail(**fault, path="/applications")
    found = rounds()
    for name in ("interface", "fields"):
        verdict = found[name]
        assert (verdict.level, verdict.reason) == ("confirmed", "drifted"), name
        for part in words.split(" … "):
            assert part in verdict.sentence
        assert verdict.numbers["next_pull"] == outcome, verdict.sentence
        assert verdict.severity == ("critical" if outcome == "fails" else "warning")
    report = watched.pull(CORPORATION, now=NOW_AT)
    assert report.state == state, report
    assert (report.quarantined > 0) is False
    corporation.clear()
    assert {verdict.level for verdict in rounds().values()} == {"good"}


def test_one_change_makes_one_alert(watched: Bodies, corporation: Reader) -> None:
    corporation.fail("new_field", path="/applications")
    report = watched.pull(CORPORATION, now=NOW_AT)
    assert report.drift
    query = "SELECT count(*) FROM alerts WHERE name = 'FieldsDrifted' AND sentence LIKE :words"
    words = f"{CORPORATION}:%"
    assert watched.one(query, words=words) == 0
    watched.declare(systems={"systems": {"corporation": {"contracts": [INTERFACE]}}})
    watched.pull(CORPORATION, now=NOW_AT)
    assert watched.one(query, words=words) == 1


@pytest.fixture(scope="module")
def registry(postgres_url: str) -> Iterator[tuple[Reader, str]]:
    name = f"land_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    made = make_url(postgres_url).set(database=name, drivername="postgresql+psycopg")
    url = made.render_as_string(hide_password=False)
    with start("land_registry", database_url=url, volume=300, now=NOW, speed=0) as body:
        yield Reader(body.url), url
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def test_a_wsdl_and_the_columns_of_a_database(
    tmp_path: Path, bodies_engine: Engine, registry: tuple[Reader, str]
) -> None:
    body, url = registry
    contracts = [
        {"name": "parcels", "kind": "wsdl", "url": f"{body.url}/wsdl"},
        {"name": "requests", "kind": "columns", "source": LAND},
    ]
    bodies = Bodies(tmp_path, bodies_engine, {"land": land_system(url)})
    bodies.declare(systems={"systems": {"land": land_system(url) | {"contracts": contracts}}})
    rounds = Rounds(bodies)
    assert {verdict.level for verdict in rounds().values()} == {"good"}
    body.fail("vanished_field", path="/wsdl", field="owner")
    found = rounds()
    assert found["parcels"].level == "confirmed"
    assert "parcel.owner of the answer of getParcel has gone" in found["parcels"].sentence
    assert found["requests"].level == "good", "the document drifted, the table did not"
    body.clear()
    body.fail("vanished_field", field="filed_at")
    found = rounds()
    assert found["parcels"].level == "good"
    assert found["requests"].severity == "critical"
    assert "column filed_at has gone" in found["requests"].sentence
    body.clear()
    assert {verdict.level for verdict in rounds().values()} == {"good"}
