"""The included services are taken back once each, also where the answer to an undo is lost."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.engine.carry import carry
from flows.composite_services.intake.apply import apply
from flows.composite_services.undoing.cancel import cancel
from models.database import Database
from models.environment.loader import Environment
from tests.flows.composite_services.demo_bodies import Bodies, house, running, synced
from tests.flows.composite_services.test_included import DATA, WAY

BODIES = ("civil_registry", "social_protection", "education", "sms_gateway")
UNDONE = [
    ("civil_registry", "registration", "CivilRegistry.AnnulBirth", "CivilRegistry.AnnulBirth"),
    ("education", "kindergarten", "queue.undo", "/queue/{key} DELETE"),
]


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bodies]:
    with running(tmp_path_factory.mktemp("bodies"), BODIES) as found:
        yield found


@pytest.fixture(scope="module")
def environment(bodies: Bodies, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    assert bodies.control, "their addresses are in the variables that the files name"
    return house(tmp_path_factory.mktemp("house"))


@pytest.fixture
def engine(database: Database, environment: Environment) -> Engine:
    engine = database.engine()
    synced(engine, environment)
    return engine


@dataclass
class Clock:
    """A clock that is moved on by hand."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


def _carry(engine: Engine, environment: Environment, number: str, end: str) -> None:
    """Carry it until it is so; the clock goes on three minutes each time, so that nobody waits."""
    clock, until = Clock(datetime.now(UTC)), time.monotonic() + 120
    while carry(engine, environment, number, clock=clock, within=5).state != end:
        assert time.monotonic() < until, _attempts(engine)
        clock.at += timedelta(minutes=3)


def _attempts(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        sql = "SELECT step, does, outcome FROM composite_attempts ORDER BY id"
        return [tuple(each) for each in connection.execute(text(sql))]


@pytest.mark.parametrize(("body", "step", "operation", "path"), UNDONE)
def test_a_lost_answer_to_an_undo_is_asked_for(
    engine: Engine,
    environment: Environment,
    bodies: Bodies,
    body: str,
    step: str,
    operation: str,
    path: str,
) -> None:
    data = DATA | {"medical_certificate": f"MC-{step}-1", "child_name": step}
    number = apply(engine, environment, "birth_of_child", data, WAY, datetime.now(UTC)).number
    carry(engine, environment, number, within=60)
    with engine.begin() as connection:
        cancel(
            connection, environment, number, reason="moved away", actor="person:test",
            moment=datetime.now(UTC),
        )  # fmt: skip
        sql = "SELECT key FROM composite_steps WHERE step = :step"
        key = connection.execute(text(sql), {"step": step}).scalar_one()
    bodies.fail(body, kind="lose_answer", count=1, path=path.format(key=key))
    _carry(engine, environment, number, "ended")
    undone = [each for each in bodies.ledger(body) if each["operation"] == operation]
    assert [each["key"].removesuffix(":undo") for each in undone].count(key) == 1
    came = [each[1:] for each in _attempts(engine) if each[0] == step and "undo" in each[1]]
    assert came == [("undo", "unanswered"), ("ask_undo", "done")]
