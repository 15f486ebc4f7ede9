"""Put what the counts say of each service together, for the rules."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from flows.failures.data.working_time import WorkingTime, load
from flows.failures.exchanges.judging import facts
from flows.failures.exchanges.judging.facts import Asked, Known
from flows.failures.exchanges.judging.histogram import upper
from flows.failures.exchanges.judging.seen import DAY, HOUR, SHORTEST, Hour, Service
from flows.failures.exchanges.judging.slow import LEAST
from flows.failures.exchanges.judging.usual import BACK, like
from models.environment.loader import Environment
from models.exchanges import CLIENT, PRODUCER

SIX_HOURS = 6 * HOUR
TOGETHER = 6
"""Whole hours that are compared with usual."""

SPANS = (SHORTEST, HOUR, SIX_HOURS, DAY)


def gather(
    connection: Connection, environment: Environment, moment: datetime
) -> list[tuple[Known, Service]]:
    """Every service whose exchanges are known up to lately, with what they were."""
    known = facts.services(connection, environment, moment)
    if not known:
        return []
    asked = Asked(connection, known)
    rates = environment.settings.failures.burn_rates
    spans = {*SPANS, *(span for rate in rates for span in (rate.long, rate.short))}
    windows, durations = asked.windows(spans), asked.durations((SHORTEST, HOUR, SIX_HOURS))
    runs = asked.runs()
    past = _Past(connection, environment, asked, known)
    found = []
    for place, each in enumerate(known):
        of, side = _judged_side(durations[place])
        service = Service(
            each.system,
            each.service,
            each.until.astimezone(past.time.zone),
            windows[place],
            runs.get(place),
            durations[place].get(side, {}),
            of,
            past.medians(place, side),
            past.hours(place),
        )
        found.append((each, service))
    return found


def _judged_side(
    durations: Mapping[int, Mapping[timedelta, Mapping[int, int]]],
) -> tuple[str, int]:
    """The service itself, where its side is known for half of the exchanges at least."""
    counts = {
        side: sum(durations.get(side, {}).get(HOUR, {}).values()) for side in (CLIENT, PRODUCER)
    }
    if counts[PRODUCER] and 2 * counts[PRODUCER] >= counts[CLIENT]:
        return "service", PRODUCER
    return "exchange", CLIENT


class _Past:
    """The last whole hours of each service, and the same hours of past days."""

    def __init__(
        self,
        connection: Connection,
        environment: Environment,
        asked: Asked,
        known: Sequence[Known],
    ) -> None:
        self._known = known
        zone = ZoneInfo(environment.settings.timezone)
        latest = max(each.until for each in known)
        begun = latest.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        self._last = tuple(begun - (n + 1) * HOUR for n in range(TOGETHER))
        self.time: WorkingTime = load(
            connection, environment.settings.calendar, zone, latest - BACK, latest
        )
        first = min(each.first_at for each in known)
        self._like = [like(hour, first, self.time) for hour in self._last]
        wanted = {*self._last, *(hour for some in self._like for hour in some)}
        self._rows = asked.hours(sorted(wanted))

    def hours(self, place: int) -> tuple[Hour, ...]:
        """The last whole hours, where the service was known through them; none of our own calls."""
        known, rows = self._known[place], self._rows[place]
        if known.ours or known.until < self._last[0] + HOUR:
            return ()
        return tuple(
            Hour(
                begins.astimezone(self.time.zone),
                _requests(rows.get(begins)),
                tuple(_requests(rows.get(hour.astimezone(UTC))) for hour in self._since(n, known)),
            )
            for n, begins in enumerate(self._last)
            if known.first_at <= begins
        )

    def _since(self, nth: int, known: Known) -> Iterable[datetime]:
        return (hour for hour in self._like[nth] if hour >= known.first_at)

    def medians(self, place: int, side: int) -> tuple[float, ...]:
        """The medians of the same hour of past days that had enough requests."""
        if self._known[place].ours:
            return ()
        name = "service_median" if side == PRODUCER else "exchange_median"
        rows = (self._rows[place].get(hour.astimezone(UTC)) for hour in self._like[0])
        return tuple(
            upper(getattr(row, name))
            for row in rows
            if row is not None and getattr(row, name) is not None and _requests(row) >= LEAST
        )


def _requests(row: Any) -> int:
    return 0 if row is None else int((row.asked or 0) + (row.unasked or 0))
