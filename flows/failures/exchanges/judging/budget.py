"""The error budget of a period: whether it lasts to the end, and if not, until when.

Periods follow each other from 1970 on. The budget is the share that the objective allows of the
requests of the whole period: those so far, and the rest at the rate of the last day.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flows.failures.exchanges.judging.said import Numbers, Said, percent
from flows.failures.exchanges.judging.seen import DAY, HOUR, Counts
from flows.failures.verdict import Level

LEAST_FAILED = 5
SIX = 6 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Period:
    """A period of the budget; `end` is not part of it."""

    begin: datetime
    end: datetime

    @classmethod
    def around(cls, moment: datetime, length: timedelta) -> "Period":
        """The period that a moment lies in."""
        begin = _EPOCH + ((moment - _EPOCH) // length) * length
        return cls(begin, begin + length)


def budget(
    so_far: Counts, day: Counts, six: Counts, availability: float, period: Period, until: datetime
) -> Said | None:
    """Whether the budget lasts; None without an objective that allows any failure.

    `day` and `six` are the last 24 and 6 hours.
    """
    if availability >= 1 or not so_far.requests:
        return None
    rest = (period.end - until) / DAY
    allowed = (1 - availability) * (so_far.requests + day.requests * rest)
    numbers: Numbers = {
        "failed": so_far.failed,
        "requests": so_far.requests,
        "allowed": round(allowed, 1),
        "ends": period.end.isoformat(),
    }
    used = (
        f"{so_far.failed} of {so_far.requests} requests failed since {period.begin:%Y-%m-%d};"
        f" the objective of {percent(availability)} allows about {allowed:.0f} until"
        f" {period.end:%Y-%m-%d}"
    )
    span = until - period.begin
    if so_far.failed < LEAST_FAILED:
        return Said("good", "within_budget", used, numbers=numbers, span=span)
    if so_far.failed >= allowed:
        return Said(
            "confirmed",
            "budget_used_up",
            f"The error budget is used up: {used}",
            numbers=numbers,
            span=span,
        )
    dates = [
        _runs_out(allowed - so_far.failed, part.failed / length, until)
        for part, length in ((day, DAY / HOUR), (six, SIX / HOUR))
    ]
    early = [date for date in dates if date is not None and date < period.end]
    if not early or dates[0] not in early:
        return Said("good", "within_budget", used, numbers=numbers, span=span)
    date = dates[0]
    assert date is not None
    sentence = (
        f"At the rate of the last day the error budget runs out on {date:%Y-%m-%d at %H:%M %Z},"
        f" {(period.end - date) / DAY:.1f} days before its period ends: {used}"
    )
    numbers |= {"runs_out": date.isoformat()}
    level: Level = "confirmed" if len(early) == len(dates) else "suspected"
    return Said(
        level,
        "budget_runs_out",
        sentence,
        numbers=numbers,
        span=span,
    )


def _runs_out(left: float, per_hour: float, until: datetime) -> datetime | None:
    if per_hour <= 0:
        return None
    hours = left / per_hour
    return until + timedelta(hours=hours) if hours < 24 * 3650 else None
