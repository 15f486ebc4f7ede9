"""Until when breaches are counted ahead: today's close, tomorrow, three working days, a week."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from models.environment.loader import Environment
from models.errors import CouldNotRun

WORKING_DAYS, DAYS = 3, 7
CODES = ("today", "tomorrow", "working_days", "week")


@dataclass(frozen=True)
class Horizon:
    """A moment up to which breaches are counted, and what it is: one of `CODES`."""

    code: str
    until: datetime


_DAYS = """
    SELECT
        CASE WHEN t.working AND t.closes_at > :moment THEN t.closes_at ELSE t.ends_at END AS today,
        (SELECT ends_at FROM calendar_days
         WHERE calendar = :calendar AND day = t.day + 1) AS tomorrow,
        (SELECT closes_at FROM calendar_days
         WHERE calendar = :calendar AND working AND ordinal = t.ordinal + :working_days)
            AS working_days,
        (SELECT ends_at FROM calendar_days
         WHERE calendar = :calendar AND day = t.day + :days) AS week
    FROM calendar_days t WHERE t.calendar = :calendar AND t.day = :today
"""


def horizons(
    connection: Connection, environment: Environment, moment: datetime
) -> tuple[Horizon, ...]:
    """The moments, the nearest first, by the environment's own calendar.

    Today's close is the end of the day where offices are closed already. Around long holidays
    three working days may be more than a week.

    Raises:
        CouldNotRun: the calendar does not reach that far.
    """
    settings = environment.settings
    today = moment.astimezone(ZoneInfo(settings.timezone)).date()
    values = {
        "calendar": settings.calendar,
        "moment": moment,
        "today": today,
        "working_days": WORKING_DAYS,
        "days": DAYS,
    }
    row = connection.execute(text(_DAYS), values).mappings().one_or_none()
    if row is None or None in row.values():
        raise CouldNotRun(
            f"Looking for the working days after {today}",
            f"the calendar {settings.calendar} does not reach {today + timedelta(days=DAYS)}",
            "Bring it in line with `tereze register sync`",
        )
    found = [Horizon(code, row[code]) for code in CODES]
    return tuple(sorted(found, key=lambda each: each.until))
