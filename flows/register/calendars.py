"""Write calendars into the table that due dates are joined with."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection, text

from flows.register.days import FIRST_DAY, Day, days, last_day
from models.environment.calendars import Calendar
from models.environment.loader import Environment

COLUMNS = "calendar, day, working, ordinal, opens_at, closes_at, ends_at, worked_before, name"


def sync_calendars(
    connection: Connection, environment: Environment, today: date | None = None
) -> list[str]:
    """Bring the calendars of the database in line with the environment's.

    Answers the names of those that changed, which is cheap when none did.
    """
    until = last_day(today or datetime.now(UTC).date())
    known = connection.execute(text("SELECT name, fingerprint FROM calendars"))
    stored = {row.name: row.fingerprint for row in known}
    changed = []
    for name, calendar in environment.calendars.items():
        timezone = calendar.timezone or environment.settings.timezone
        fingerprint = _fingerprint(calendar, timezone, until)
        if stored.get(name) != fingerprint:
            _write(
                connection, name, timezone, fingerprint, days(calendar, timezone, FIRST_DAY, until)
            )
            changed.append(name)
    return changed


def _fingerprint(calendar: Calendar, timezone: str, until: date) -> str:
    parts = (calendar.model_dump_json(), timezone, until.isoformat(), version("holidays"))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _write(
    connection: Connection, name: str, timezone: str, fingerprint: str, worked_out: list[Day]
) -> None:
    connection.execute(text("DELETE FROM calendar_days WHERE calendar = :name"), {"name": name})
    raw: Any = connection.connection.driver_connection
    with raw.cursor().copy(f"COPY calendar_days ({COLUMNS}) FROM STDIN") as copy:
        for row in _rows(name, worked_out):
            copy.write_row(row)
    connection.execute(text("ANALYZE calendar_days"))
    connection.execute(
        text("""
            INSERT INTO calendars (name, timezone, fingerprint, first_day, last_day)
            VALUES (:name, :timezone, :fingerprint, :first, :last)
            ON CONFLICT (name) DO UPDATE SET timezone = excluded.timezone,
                fingerprint = excluded.fingerprint, first_day = excluded.first_day,
                last_day = excluded.last_day
        """),
        {
            "name": name,
            "timezone": timezone,
            "fingerprint": fingerprint,
            "first": worked_out[0].day,
            "last": worked_out[-1].day,
        },
    )


def _rows(name: str, worked_out: list[Day]) -> Iterator[tuple[Any, ...]]:
    ordinal, worked = 0, 0
    for day in worked_out:
        ordinal += day.working
        hours = (day.opens_at, day.closes_at, day.ends_at)
        yield (name, day.day, day.working, ordinal, *hours, worked, day.name)
        if day.working:
            worked += int((day.closes_at - day.opens_at).total_seconds())
