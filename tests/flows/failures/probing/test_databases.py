"""Databases and connectors as targets: a real PostgreSQL, and what only pretends to be one."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from flows.environment import open_environment
from flows.failures.probing.look import Look
from flows.failures.probing.now import look_at
from models.database.engine import DRIVER
from tests.environments import files, write
from tests.flows.failures.probing.probed import probed
from tests.flows.failures.probing.targets import hanging_up, listening, saying, silent
from tests.waiting import until

PASSWORD = {"password": {"env": "TEREZE_TEST_PROBE_PASSWORD"}}


def look(
    folder: Path, module: dict[str, Any], target: str | None, system: dict[str, Any] | None = None
) -> Look:
    named = {"target": target} if target else {}
    targets = [{"module": "asked", **named}]
    environment = probed(folder / "environment", {"asked": module}, targets, system)
    [seen] = look_at(environment, "office")
    return seen


def sql(query: str, timeout: str = "45s") -> dict[str, Any]:
    return {"prober": "sql", "query": query, "timeout": timeout}


@pytest.fixture
def url(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server's address, its password (where it has one) taken out."""
    address = make_url(postgres_url).set(drivername=DRIVER)
    monkeypatch.setenv("TEREZE_TEST_PROBE_PASSWORD", address.password or "none needed")
    return address._replace(password=None).render_as_string()


@pytest.mark.parametrize(
    ("query", "expected", "words"),
    [
        ("SELECT 1", "good", "answers"),
        ("SELECT 1 AS a, 2 AS a, '100%' AS \":b\";", "good", "answers"),
        ("SELECT 1 WHERE false", "failed empty", "no row"),
        ("SELECT * FROM nowhere", "failed sql", "nowhere"),
        ("SELECT lo_create(0)", "failed sql", "read-only"),
        ("SELECT generate_series(1, 1000000000) n", "good", "answers"),
        ("SELECT repeat('x', 1000000) FROM generate_series(1, 2000) n", "good", "answers"),
    ],
)
def test_a_question_to_a_database(
    tmp_path: Path, url: str, query: str, expected: str, words: str
) -> None:
    seen = look(tmp_path, {**sql(query), **PASSWORD}, url)
    assert f"{seen.outcome} {seen.reason}".strip() == expected, seen.sentence
    assert words in seen.sentence


def test_a_question_without_end(tmp_path: Path, url: str) -> None:
    seen = look(tmp_path, {**sql("SELECT pg_sleep(600)", "1s"), **PASSWORD}, url)
    assert seen.outcome == "failed"
    assert seen.reason in ("timeout", "sql")  # we, or the database, whoever is first
    assert "time" in seen.sentence or "within 1 s" in seen.sentence
    assert seen.took < 60


def test_the_systems_own_database(tmp_path: Path, url: str) -> None:
    contents = files(applications=None)
    office = contents["systems.yaml"]["systems"]["office"]
    office |= {"connector": "sql", "connection": {"url": url, **PASSWORD}}
    office["probes"] = [{"module": "asked"}]
    contents["probes.yaml"] = {"modules": {"asked": sql("SELECT 1")}}
    [seen] = look_at(open_environment(write(tmp_path, contents)), "office")
    assert seen.outcome == "good", seen.sentence


@pytest.mark.parametrize(
    ("behave", "timeout", "reason"),
    [
        (silent, "1s", "timeout"),
        (hanging_up, "45s", "connection"),
        (saying(b"HTTP/1.1 400 No"), "45s", "connection"),
    ],
)
def test_what_is_no_database(tmp_path: Path, behave: Any, timeout: str, reason: str) -> None:
    with listening(behave) as listener:
        target = f"postgresql+psycopg://nobody@{listener.address}/none"
        seen = look(tmp_path, sql("SELECT 1", timeout), target)
    assert seen.outcome == "failed"
    assert seen.reason == reason, seen.sentence
    assert seen.took < 60


def test_a_database_that_falls_silent_holds_no_thread(tmp_path: Path, url: str) -> None:
    """The server's own time limit does not reach us; the look's does, and ends the thread."""
    query = "SELECT pg_sleep(600) FROM set_config('statement_timeout', '0', false)"
    seen = look(tmp_path, {**sql(query, "1s"), **PASSWORD}, url)
    assert seen.outcome == "failed"
    until(lambda: not [each for each in threading.enumerate() if each.name == "probe"])


def test_no_driver_is_a_fault_of_ours(tmp_path: Path) -> None:
    seen = look(tmp_path, sql("SELECT 1"), "oracle://reader@localhost/registry")
    assert (seen.outcome, seen.reason) == ("not_looked", "driver")


def test_no_password_is_a_fault_of_ours(tmp_path: Path) -> None:
    module = {**sql("SELECT 1"), "password": {"env": "TEREZE_TEST_NO_SUCH"}}
    seen = look(tmp_path, module, "postgresql+psycopg://reader@localhost/registry")
    assert (seen.outcome, seen.reason) == ("not_looked", "configuration")


def test_a_synthetic_operation_through_the_connector(tmp_path: Path) -> None:
    module = {"prober": "connector"}
    missing = look(tmp_path, module, "office.applications")
    assert (missing.outcome, missing.reason) == ("failed", "connector")
    assert "applications.csv" in missing.sentence
    data = tmp_path / "environment" / "data"
    data.mkdir()
    (data / "applications.csv").write_text("number,service,channel,received_at,completed_at\n")
    seen = look(tmp_path, module, "office.applications")
    assert seen.outcome == "good", seen.sentence
