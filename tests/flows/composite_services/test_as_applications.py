"""Each step is an application in its own right: its receipt, its end, its due date."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from flows.composite_services.as_applications import sync
from flows.composite_services.intake.start import start
from flows.composite_services.status import StepChange, write
from flows.delays.looking import looks
from flows.delays.tick import check
from models.database import Database
from models.environment.loader import Environment
from tests.environments import environment
from tests.flows.composite_services.small import composite

MOMENT = datetime(2026, 3, 4, 5, tzinfo=UTC)
"""A Wednesday morning in Almaty."""
SENT = MOMENT + timedelta(minutes=1)
DATA = {"mother_iin": "850101400011", "born_on": "2026-03-02"}


@pytest.fixture
def house(tmp_path: Path) -> Environment:
    return dataclasses.replace(environment(tmp_path), composites={"small": composite()})


def _begin(engine: Engine, house: Environment, at: datetime = MOMENT) -> tuple[int, str]:
    with engine.begin() as connection:
        started = start(
            connection,
            house,
            "small",
            DATA,
            actor="person:test",
            language="ru",
            origin="command",
            moment=at,
            channel="portal",
        )
        found = connection.execute(
            text("SELECT id FROM composite_applications WHERE number = :number"),
            {"number": started.number},
        ).scalar_one()
    return int(found), started.number


def _attempt(
    engine: Engine, application: int, does: str, outcome: str | None, at: datetime = SENT
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO composite_attempts (application, step, does, system, lease, worker,"
                " began_at, outcome) VALUES (:id, 'birth', :does, 'office', 1, 'w', :at, :outcome)"
            ),
            {"id": application, "does": does, "outcome": outcome, "at": at},
        )


def _become(engine: Engine, application: int, was: str, became: str, at: datetime = SENT) -> None:
    change = StepChange(application, "birth", was, became, "sent")
    with engine.begin() as connection:
        assert write(connection, [change], "flow:test", at).took


def _sync(engine: Engine, house: Environment, at: datetime = SENT) -> int:
    with engine.begin() as connection:
        return sync(connection, house, at)


def _rows(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(
        text(
            "SELECT system, number, service, sub_type, channel, organisation, applicant,"
            " received_at, completed_at, result, due_at, timeliness FROM applications"
        )
    )
    return [dict(row) for row in rows.mappings()]


def _only(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        [row] = _rows(connection)
    return row


def test_a_step_that_was_sent(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    application, number = _begin(engine, house)
    assert _sync(engine, house) == 0, "nothing was sent yet"
    _attempt(engine, application, "call", None)
    _become(engine, application, "ready", "calling")
    assert _sync(engine, house) == 0, "on its way: it may turn out not to have been sent"
    with engine.begin() as connection:
        connection.execute(text("UPDATE composite_attempts SET outcome = 'waits'"))
    _become(engine, application, "calling", "waiting")
    assert _sync(engine, house) == 1
    row = _only(engine)
    assert (row["system"], row["number"]) == ("tereze", f"{number}/birth")
    assert (row["service"], row["organisation"]) == ("00100101", "state_corporation")
    assert (row["applicant"], row["channel"]) == (DATA["mother_iin"], "portal")
    assert row["received_at"] == SENT
    assert row["completed_at"] is None
    assert row["due_at"] == datetime(2026, 3, 6, 13, tzinfo=UTC), "two working days, at closing"
    with engine.connect() as connection:
        due = connection.execute(
            text("SELECT due_at FROM composite_steps WHERE step = 'birth'")
        ).scalar()
    assert due == row["due_at"]
    assert _sync(engine, house) == 0, "nothing has changed since"


ENDS = [("done", "issued"), ("refused", "refused"), ("dropped", "withdrawn")]


@pytest.mark.parametrize(("state", "result"), ENDS)
def test_ends(synced: Database, house: Environment, state: str, result: str) -> None:
    engine = synced.engine()
    application, _ = _begin(engine, house)
    _attempt(engine, application, "call", "done")
    _become(engine, application, "ready", state, SENT + timedelta(hours=1))
    _sync(engine, house)
    row = _only(engine)
    assert (row["result"], row["completed_at"]) == (result, SENT + timedelta(hours=1))


RECEIPTS: list[tuple[list[tuple[str, str | None, int]], int | None]] = [
    ([("call", "not_sent", 0)], None),
    ([("call", "not_sent", 0), ("call", "done", 5)], 5),
    ([("call", "unanswered", 0), ("ask", "done", 5)], 0),
    ([("call", None, 0), ("ask", "done", 5)], 0),
    ([("call", "unanswered", 0), ("ask", "absent", 5), ("call", "done", 9)], 9),
    ([("ask", "waits", 3)], None),
]


@pytest.mark.parametrize(("attempts", "minutes"), RECEIPTS)
def test_the_moment_of_receipt(
    synced: Database,
    house: Environment,
    attempts: list[tuple[str, str | None, int]],
    minutes: int | None,
) -> None:
    engine = synced.engine()
    application, _ = _begin(engine, house)
    for does, outcome, at in attempts:
        _attempt(engine, application, does, outcome, SENT + timedelta(minutes=at))
    _become(engine, application, "ready", "done", SENT + timedelta(hours=1))
    _sync(engine, house)
    with engine.connect() as connection:
        found = [row["received_at"] for row in _rows(connection)]
    assert found == ([] if minutes is None else [SENT + timedelta(minutes=minutes)])


def test_a_correction_moves_the_due_date(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    application, _ = _begin(engine, house)
    _attempt(engine, application, "call", "unanswered")
    _become(engine, application, "ready", "waiting")
    _sync(engine, house)
    first = _only(engine)["due_at"]
    _attempt(engine, application, "ask", "absent", SENT + timedelta(days=1))
    _attempt(engine, application, "call", "waits", SENT + timedelta(days=1))
    _become(engine, application, "waiting", "ready", SENT + timedelta(days=1))
    assert _sync(engine, house, SENT + timedelta(days=1)) == 1
    assert _only(engine)["due_at"] == datetime(2026, 3, 10, 13, tzinfo=UTC) > first, "9 is free"


def test_the_whole_where_it_is_a_service(synced: Database, house: Environment) -> None:
    whole = composite(service="00100101")
    house = dataclasses.replace(house, composites={"small": whole})
    engine = synced.engine()
    _, number = _begin(engine, house)
    _sync(engine, house)
    row = _only(engine)
    assert (row["number"], row["received_at"]) == (number, MOMENT)


def test_many_at_once_cost_a_few_statements(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    for day in range(1, 29):
        data = DATA | {"born_on": f"2026-02-{day:02d}"}
        with engine.begin() as connection:
            start(
                connection,
                house,
                "small",
                data,
                actor="person:test",
                language="ru",
                origin="command",
                moment=MOMENT,
            )
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO composite_attempts (application, step, does, system, lease, worker,"
                " began_at, outcome) SELECT id, 'birth', 'call', 'office', id, 'w', :at, 'waits'"
                " FROM composite_applications"
            ),
            {"at": SENT},
        )
    assert _sync(engine, house) == 28


def test_delays_judge_them(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    application, _ = _begin(engine, house)
    _attempt(engine, application, "call", "waits")
    _become(engine, application, "ready", "waiting")
    _sync(engine, house)
    late = datetime(2026, 3, 7, tzinfo=UTC)
    with engine.connect() as connection:
        [look] = [each for each in looks(connection, house, late) if each.system == "tereze"]
    assert look.until == late
    check(engine, house, as_of=late, actor="flow:test")
    assert _only(engine)["timeliness"] == "overdue"
