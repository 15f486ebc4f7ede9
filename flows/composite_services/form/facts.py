"""Numbers that are counted when an application is received, by the environment's calendar."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from flows.composite_services.mapping import Context, value
from models.environment.composite_forms import Fact
from models.environment.loader import Environment
from models.errors import CouldNotRun

_WORKED = """
    SELECT t.ordinal - s.ordinal FROM calendar_days s JOIN calendar_days t USING (calendar)
    WHERE s.calendar = :calendar AND s.day = :since AND t.day = :today
"""


def facts_of(
    connection: Connection,
    environment: Environment,
    facts: Mapping[str, Fact],
    context: Context,
    moment: datetime,
) -> dict[str, int | None]:
    """Each fact's number; null where the date that it counts from was not given.

    The day that it counts from is not counted, the day of receipt is: from a Friday to the next
    Monday there is one working day.

    Raises:
        CouldNotRun: a day lies outside the calendar.
    """
    today = moment.astimezone(ZoneInfo(environment.settings.timezone)).date()
    counted: dict[str, int | None] = {}
    for name, fact in facts.items():
        since = _date(fact, context)
        if since is None:
            counted[name] = None
        elif fact.days_since is not None:
            counted[name] = (today - since).days
        else:
            counted[name] = _worked(connection, environment.settings.calendar, since, today)
    return counted


def _date(fact: Fact, context: Context) -> date | None:
    found: Any = value(fact.working_days_since or fact.days_since or "", context)
    return None if found is None else date.fromisoformat(str(found)[:10])


def _worked(connection: Connection, calendar: str, since: date, today: date) -> int:
    days = connection.execute(
        text(_WORKED), {"calendar": calendar, "since": since, "today": today}
    ).scalar()
    if days is None:
        raise CouldNotRun(
            f"Counting working days from {since} to {today}",
            f"the calendar {calendar} does not reach that far",
            "Limit the field with not_before, or count with days_since",
        )
    return int(days)
