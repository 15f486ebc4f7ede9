"""A changed standard moves the due dates of steps under way, without a change of theirs."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, text

from flows.composite_services.as_applications import sync
from flows.register.sync import sync as sync_register
from models.database import Database
from models.environment.loader import Environment
from tests.environments import environment
from tests.flows.composite_services.begun import begin
from tests.flows.composite_services.small import composite

MOMENT = datetime(2026, 3, 4, 5, tzinfo=UTC)


def _house(folder: Path, days: int) -> Environment:
    standards = [{"service": "00100101", "term": days, "unit": "working_days"}]
    house = environment(folder, register={"standards": standards})
    return dataclasses.replace(house, composites={"small": composite()})


def _sent(engine: Engine, house: Environment, number: str) -> None:
    """An application whose first step was sent, and whose due date was worked out."""
    with engine.begin() as connection:
        application = begin(connection, composite(), {}, number, at=MOMENT)
        for sql in (
            "UPDATE composite_steps SET service = '00100101' WHERE step = 'birth'",
            "INSERT INTO composite_attempts (application, step, does, system, lease, worker,"
            " began_at, outcome) VALUES (:id, 'birth', 'call', 'office', :id, 'w', :at, 'waits')",
            "INSERT INTO composite_changes (application, step, at, was, became, reason, sentence,"
            " actor) SELECT :id, 'birth', :at, 'ready', 'waiting', 'awaited', '', 'test'",
        ):
            connection.execute(text(sql), {"id": application, "at": MOMENT})
        sync(connection, house, MOMENT)


def _due(engine: Engine) -> list[datetime]:
    with engine.connect() as connection:
        sql = "SELECT due_at FROM composite_steps WHERE step = 'birth' ORDER BY application"
        return list(connection.execute(text(sql)).scalars())


def test_open_steps_follow_a_changed_standard(synced: Database, tmp_path: Path) -> None:
    engine, two, five = synced.engine(), _house(tmp_path / "2", 2), _house(tmp_path / "5", 5)
    for house in (two, five, five, two):
        with engine.begin() as connection:
            sync_register(connection, house, "test")
        if not _due(engine):
            _sent(engine, house, "OA-2026-000001-1")
            _sent(engine, house, "OA-2026-000002-1")
        day = 6 if house is two else 12
        assert _due(engine) == [datetime(2026, 3, day, 13, tzinfo=UTC)] * 2, "9 March is free"
        with engine.connect() as connection:
            sql = "SELECT due_at FROM applications ORDER BY number"
            assert list(connection.execute(text(sql)).scalars()) == _due(engine)
