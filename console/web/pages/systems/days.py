"""Day by day: how long a system was down, how long nobody looked, how fast it answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text

from console.web.pages.today.regions import PATIENCE
from console.web.sharing import StillCounting
from console.web.site import Site
from flows.failures.waiting.promises import Stretch, down_in, unseen_in
from models.environment.loader import Environment

DAYS = 30
SELDOM = 300.0
"""Seconds for which the days of a system are kept: they read every look at it."""
_LOOKS = """
    SELECT (looked_at AT TIME ZONE :zone)::date AS day, count(*) AS looks,
        percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY took_ms)
            FILTER (WHERE outcome = 'good') AS took
    FROM probe_results WHERE system = :system AND looked_at >= :since AND outcome <> 'not_looked'
    GROUP BY 1
"""
_PULLS = """
    SELECT (started_at AT TIME ZONE :zone)::date AS day, count(*) AS looks
    FROM pulls WHERE source = ANY(:sources) AND kind = 'pull' AND started_at >= :since GROUP BY 1
"""
# What several recorders, or both sides, have seen is told as the one that saw the most has it.
_EXCHANGES = """
    SELECT DISTINCT ON (day) day, requests, failed, took FROM (
        SELECT d.at::date AS day, s.source, s.side, sum(d.requests) AS requests,
            sum(d.failed) AS failed, sum(d.took) / nullif(sum(d.requests), 0) AS took
        FROM exchange_series s JOIN exchange_days d ON d.series = s.id
        WHERE s.system = :system AND d.at >= CAST(:since AS timestamptz) - interval '1 day'
        GROUP BY 1, 2, 3) seen
    ORDER BY day, requests DESC
"""


@dataclass(frozen=True)
class Day:
    """One local day; `length` is what has passed of it.

    `availability` is what it was at most, since only proven failures count; None where nobody
    looked that day. Answer times are milliseconds of good looks; exchanges those of the day of
    the same date in UTC, their `mean` in milliseconds.
    """

    on: date
    length: timedelta
    down: timedelta
    unseen: timedelta
    looks: int
    median: float | None
    slow: float | None
    requests: int
    failed: int
    mean: float | None

    @property
    def availability(self) -> float | None:
        """The share of the day in which no failure is proven."""
        if not (self.looks or self.requests or self.down):
            return None
        return 1 - self.down / self.length


def days(site: Site, system: str) -> list[Day]:
    """The last days of a system since it is known, the oldest first; none while they are read."""
    engine, environment = site.engine, site.environment

    def read() -> list[Day]:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
            return since_known(days_of(connection, environment, system, datetime.now(UTC)))

    try:
        return site.shared.get(("days", system), read, SELDOM)[0]
    except StillCounting:
        return []


def since_known(found: list[Day]) -> list[Day]:
    """The days from the first on of which anything is known; at least today."""
    known = (n for n, each in enumerate(found) if each.availability is not None or each.unseen)
    return found[next(known, -1) :]


def days_of(
    connection: Connection, environment: Environment, system: str, moment: datetime
) -> list[Day]:
    """The same, read now."""
    zone = ZoneInfo(environment.settings.timezone)
    today = moment.astimezone(zone).date()
    dates = [today - timedelta(days=n) for n in reversed(range(DAYS))]
    stretches = [_stretch(each, zone, moment) for each in dates]
    values = {
        "system": system,
        "zone": zone.key,
        "since": stretches[0][0],
        "sources": [each.source for each in environment.sources.values() if each.system == system],
    }
    found = [_by_day(connection, query, values) for query in (_LOOKS, _PULLS, _EXCHANGES)]
    down = down_in(connection, system, stretches)
    unseen = unseen_in(connection, system, stretches)
    return [
        _day(on, until - since, down[n], unseen[n], [each.get(on) for each in found])
        for n, (on, (since, until)) in enumerate(zip(dates, stretches, strict=True))
    ]


def _stretch(on: date, zone: ZoneInfo, moment: datetime) -> Stretch:
    begins, ends = (
        datetime.combine(each, time(), zone).astimezone(UTC) for each in (on, on + timedelta(1))
    )
    return begins, min(max(moment, begins + timedelta(seconds=1)), ends)


def _by_day(connection: Connection, query: str, values: dict[str, Any]) -> dict[date, Row[Any]]:
    return {row.day: row for row in connection.execute(text(query), values)}


def _day(
    on: date,
    length: timedelta,
    down: timedelta,
    unseen: timedelta,
    found: Sequence[Row[Any] | None],
) -> Day:
    looks, pulls, exchanges = found
    took = (looks.took if looks is not None else None) or (None, None)
    return Day(
        on=on,
        length=length,
        down=down,
        unseen=unseen,
        looks=sum(each.looks for each in (looks, pulls) if each is not None),
        median=took[0],
        slow=took[1],
        requests=int(exchanges.requests) if exchanges is not None else 0,
        failed=int(exchanges.failed) if exchanges is not None else 0,
        mean=float(exchanges.took) if exchanges is not None and exchanges.took else None,
    )
