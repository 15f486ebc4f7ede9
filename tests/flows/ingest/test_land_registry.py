"""Pulls from the land registry's stand-in, a PostgreSQL database, with its faults."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from sandbox.processes import start
from tests.flows.ingest.bodies import LAND, PASSWORD_VARIABLE, Bodies, land_system, stored, truth
from tests.sandbox.reading import NOW, Reader

NOW_AT = datetime.fromisoformat(NOW)
PAST = "2000-01-01T00:00:00+05:00"


@pytest.fixture(scope="module")
def registry_process(postgres_url: str) -> Iterator[tuple[Reader, str]]:
    name = f"land_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    made = make_url(postgres_url).set(database=name, drivername="postgresql+psycopg")
    url = made.render_as_string(hide_password=False)
    with start("land_registry", database_url=url, volume=500, now=NOW, speed=0) as body:
        yield Reader(body.url), url
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def registry(registry_process: tuple[Reader, str]) -> Iterator[Reader]:
    yield registry_process[0]
    registry_process[0].clear()


@pytest.fixture
def land(
    tmp_path: Path,
    bodies_engine: Engine,
    registry: Reader,
    registry_process: tuple[Reader, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Bodies:
    assert registry
    monkeypatch.setenv(PASSWORD_VARIABLE, make_url(registry_process[1]).password or "none")
    return Bodies(tmp_path, bodies_engine, {"land": land_system(registry_process[1])})


def pull(land: Bodies, **options: Any) -> Any:
    return land.pull(LAND, now=NOW_AT, **options)


def wait(land: Bodies, seconds: int) -> None:
    """Give the registry so many seconds for each statement."""
    land.declare(systems={"systems": {"land": {"connection": {"statement_timeout": seconds}}}})


def test_a_clean_pull_is_the_truth(land: Bodies, registry: Reader) -> None:
    report = pull(land)
    assert (report.state, report.quarantined, report.drift) == ("succeeded", 0, [])
    assert stored(land) == truth(registry)
    before = land.checksum()
    assert pull(land, since=PAST).unchanged == 500
    assert land.checksum() == before


def test_rows_that_move_while_they_are_read_are_not_lost(land: Bodies, registry: Reader) -> None:
    told: list[int] = []

    def move(done: int, _total: int | None) -> None:
        if not told:
            registry.fail("moving_rows", count=20)
        told.append(done)

    report = pull(land, progress=move)
    assert (report.state, report.quarantined) == ("succeeded", 0)
    assert stored(land) == truth(registry)


@pytest.mark.parametrize(
    ("fault", "reasons", "words"),
    [
        ({"kind": "500"}, ("refused", "wrong_answer", "unreachable"), "cadastre_requests"),
        ({"kind": "time_out"}, ("unreachable",), "timeout"),
        ({"kind": "empty"}, ("stopped",), "B01"),
        ({"kind": "vanished_field"}, ("stopped",), "B03"),
        ({"kind": "changed_type"}, ("stopped",), "B04"),
    ],
    ids=str,
)
def test_what_fails_stores_nothing_and_says_why(
    land: Bodies, registry: Reader, fault: dict[str, Any], reasons: tuple[str, ...], words: str
) -> None:
    if fault["kind"] == "time_out":
        wait(land, 1)
    registry.fail(**fault)
    report = pull(land)
    assert (report.state, report.reason in reasons) == ("failed", True), report
    assert words in report.sentence
    assert (stored(land), land.cursor(LAND), land.leftovers()) == ({}, None, 0)
    registry.clear()
    wait(land, 60)
    assert pull(land).state == "succeeded"
    assert stored(land) == truth(registry)


def test_readers_cut_off_between_pages_lose_nothing(land: Bodies, registry: Reader) -> None:
    def cut(done: int, _total: int | None) -> None:
        if done == 200:
            registry.fail("cut_off")

    report = pull(land, progress=cut)
    if report.state == "failed":
        assert report.reason == "unreachable"
        assert stored(land) == {}
        report = pull(land)
    assert report.state == "succeeded"
    assert stored(land) == truth(registry)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("bad_identifiers", "A03"), ("unknown_services", "A04"), ("closed_before_received", "A06")],
)
def test_bad_records_are_held(land: Bodies, registry: Reader, kind: str, code: str) -> None:
    registry.fail(kind, count=4)
    spoilt = {str(number) for number in registry.struck(kind)[-1]["records"]}
    report = pull(land)
    assert (report.state, report.broken) == ("succeeded", {code: 4})
    assert land.held() == {number: [code] for number in land.held()}
    assert set(land.held()) == spoilt
    registry.clear()  # put right, as a change made now
    assert pull(land).inserted == 4
    assert land.held() == {}
    assert stored(land) == truth(registry)


def test_a_new_field_is_told(land: Bodies, registry: Reader) -> None:
    registry.fail("new_field")
    report = pull(land)
    assert report.drift == ["new field 'priority' (text): add it to `fields`, or to `ignore`"]


def test_yesterday_s_table_is_a_failure(land: Bodies, registry: Reader) -> None:
    land.declare(land_requests={"expect": {"fresh_within": "12h"}})
    registry.fail("yesterday")
    report = pull(land)
    assert (report.state, "B02" in report.sentence) == ("failed", True)
