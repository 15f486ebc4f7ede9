"""Which standard holds: the most specific, in the version of the day of receipt, local time."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from flows.register.in_force import resolve
from flows.register.sync import sync
from models.database import Database
from tests.environments import environment

DAYS = {"unit": "working_days"}
STANDARDS = [
    {"service": "*", "term": 15, **DAYS},
    {"service": "*", "channel": "portal", "term": 14, **DAYS},
    {"service": "s", "term": 9, "valid_to": "2025-01-01", **DAYS},
    {"service": "s", "term": 8, "valid_from": "2025-01-01", **DAYS},
    {"service": "s", "channel": "portal", "term": 7, **DAYS},
    {"service": "s", "sub_type": "again", "term": 6, **DAYS},
    {"service": "s", "sub_type": "again", "channel": "portal", "term": 5, **DAYS},
    {"service": "late", "term": 4, "valid_from": "2025-06-01", "valid_to": "2025-07-01", **DAYS},
]
CASES = [
    ("other", None, None, "2025-06-02 10:00+05", 15),
    ("other", "again", "portal", "2025-06-02 10:00+05", 14),
    ("s", None, None, "2024-06-03 10:00+05", 9),
    ("s", None, None, "2024-12-31 23:59:59.999999+05", 9),
    ("s", None, None, "2025-01-01 00:00+05", 8),
    ("s", None, "portal", "2025-01-01 00:00+05", 7),
    ("s", "first", "portal", "2025-06-02 10:00+05", 7),
    ("s", "again", "mail", "2025-06-02 10:00+05", 6),
    ("s", "again", "portal", "2025-06-02 10:00+05", 5),
    ("late", None, None, "2025-06-02 10:00+05", 4),
    ("late", None, None, "2025-07-01 00:00+05", 15),
]


def _env(folder: Path, standards: list[dict[str, Any]], **calendar: Any) -> Any:
    services = {code: {"names": {"en": "x"}, "sub_types": None} for code in ("s", "other", "late")}
    calendars = {"calendars": {"five_days": calendar}} if calendar else {}
    return environment(
        folder,
        register={"services": services, "standards": standards},
        calendars=calendars,
    )


def _receive(connection: Connection, number: int, case: tuple[Any, ...]) -> None:
    service, sub_type, channel, at = case[:4]
    connection.execute(
        text("""
            INSERT INTO applications
                (system, number, service, sub_type, channel, received_at, source, pull_id)
            VALUES ('office', :number, :service, :sub_type, :channel, :at, 'test', 1)
        """),
        {
            "number": str(number),
            "service": service,
            "sub_type": sub_type,
            "channel": channel,
            "at": at,
        },
    )


def test_the_most_specific_standard_of_the_day_of_receipt(
    database: Database, tmp_path: Path
) -> None:
    env = _env(tmp_path, STANDARDS)
    with database.engine().begin() as connection:
        sync(connection, env, "test")
        for number, case in enumerate(CASES):
            _receive(connection, number, case)
        resolve(connection, env, "applications")
        found = connection.execute(
            text("""
                SELECT a.number::int, f.term FROM applications a
                JOIN standards_in_force f ON f.service = a.service
                 AND f.sub_type = coalesce(a.sub_type, '') AND f.channel = coalesce(a.channel, '')
                 AND a.received_at >= f.from_at AND a.received_at < f.to_at
            """)
        ).all()
    assert dict(found) == {number: case[4] for number, case in enumerate(CASES)}


def test_resolving_again_adds_nothing(database: Database, tmp_path: Path) -> None:
    env = _env(tmp_path, STANDARDS)
    counts = (
        "SELECT (SELECT count(*) FROM standards_in_force), (SELECT count(*) FROM counted_spans)"
    )
    with database.engine().begin() as connection:
        sync(connection, env, "test")
        _receive(connection, 1, CASES[0])
        resolve(connection, env, "applications")
        first = connection.execute(text(counts)).one()
        resolve(connection, env, "applications")
        assert connection.execute(text(counts)).one() == first
        _receive(connection, 2, ("other", None, None, "2019-06-03 10:00+05"))
        resolve(connection, env, "applications")
        assert connection.execute(text(counts)).one()[1] > first[1]


@pytest.mark.parametrize(
    ("day", "working", "due"),
    [("2025-06-07", True, "2025-06-10"), ("2025-06-09", False, "2025-06-12")],
)
def test_a_moved_day_moves_due_dates_and_keeps_stops(
    database: Database, tmp_path: Path, day: str, working: bool, due: str
) -> None:
    standards = [{"service": "*", "term": 5, **DAYS}]
    query = text("SELECT (due_at AT TIME ZONE 'Asia/Almaty')::date::text FROM applications")
    with database.engine().begin() as connection:
        sync(connection, _env(tmp_path, standards), "test")
        _receive(connection, 1, ("other", None, None, "2025-06-02 10:00+05"))
        connection.execute(
            text("""
                INSERT INTO clock_stops
                VALUES ('office', '1', '2025-06-03 10:00+05', '2025-06-04 10:00+05')
            """)
        )
        sync(connection, _env(tmp_path, [{**standards[0], "inner_due": "1h"}]), "test")
        assert (
            connection.execute(query).scalar() == "2025-06-11"
        )  # Kurban Ait on the 6th, the stop on the 3rd
        assert not sync(
            connection, _env(tmp_path, [{**standards[0], "inner_due": "1h"}]), "test"
        ).anything
        moved = [{"day": day, "working": working, "why": "a decree"}]
        synced = sync(connection, _env(tmp_path, standards, moved_days=moved), "test")
        assert synced.due_dates == 1
        assert connection.execute(query).scalar() == due
