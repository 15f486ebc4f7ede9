"""Due dates counted day by day, slowly, from DOMAIN.md alone: what the SQL is held against."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Stop = tuple[datetime, datetime | None]
DAY = timedelta(days=1)
FAR = datetime(2040, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Office:
    """Where and when an office is open."""

    zone: ZoneInfo
    opens: time
    closes: time
    works: Callable[[date], bool]

    def at(self, day: date, clock: time) -> datetime:
        """A clock time of a day; of two such moments the later, as PostgreSQL has it."""
        local = datetime.combine(day, clock, tzinfo=self.zone)
        later = local.replace(fold=1).astimezone(UTC)
        exists = later.astimezone(self.zone).replace(tzinfo=None) == local.replace(tzinfo=None)
        return later if exists else local.astimezone(UTC)

    def open_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches in which it is open, from a moment on."""
        day = moment.astimezone(self.zone).date()
        while day.year < FAR.year:
            if self.works(day):
                start, end = max(self.at(day, self.opens), moment), self.at(day, self.closes)
                if start < end:
                    yield start, end
            day += DAY


@dataclass(frozen=True)
class Rule:
    """A standard's way of counting."""

    term: int
    unit: str
    counted: bool
    day_ends: str
    same_day: bool


def registered(office: Office, rule: Rule, received: datetime) -> date:
    """The day of registration."""
    day = received.astimezone(office.zone).date()
    if rule.same_day:
        return day
    while not office.works(day) or office.at(day, office.closes) < received:
        day += DAY
    return day


def started(office: Office, rule: Rule, received: datetime) -> datetime:
    """When the clock starts."""
    if rule.same_day:
        return received
    return max(received, office.at(registered(office, rule, received), office.opens))


def due(office: Office, rule: Rule, received: datetime, stops: list[Stop]) -> datetime | None:
    """The end of the term; None while the clock stands still."""
    start = started(office, rule, received)
    if rule.unit == "minutes":
        return _consumed([(start, FAR)], rule.term * 60, stops, start)
    if rule.unit == "working_hours":
        return _consumed(office.open_from(start), rule.term * 3600, stops, start)
    day = _last_day(office, rule, registered(office, rule, received), stops)
    if day is None:
        return None
    if rule.day_ends == "close_of_business":
        return office.at(day, office.closes)
    if rule.day_ends == "end_of_day":
        return datetime.combine(day + DAY, time(0), tzinfo=office.zone).astimezone(UTC)
    return office.at(day, start.astimezone(office.zone).time())


def _consumed(
    stretches: Iterator[tuple[datetime, datetime]] | list[tuple[datetime, datetime]],
    seconds: int,
    stops: list[Stop],
    start: datetime,
) -> datetime | None:
    left = timedelta(seconds=seconds)
    if not left:
        return start
    for begin, end in stretches:
        for first, last in running(begin, end, stops):
            if last - first >= left:
                return first + left if first + left < FAR - DAY else None
            left -= last - first
    return None


def running(begin: datetime, end: datetime, stops: list[Stop]) -> list[tuple[datetime, datetime]]:
    """What is left of a stretch of time without the stops."""
    left = [(begin, end)]
    for stopped, restarted in stops:
        until = restarted or FAR + DAY
        left = [
            piece
            for first, last in left
            for piece in ((first, min(last, stopped)), (max(first, until), last))
            if piece[0] < piece[1]
        ]
    return left


def _last_day(office: Office, rule: Rule, day: date, stops: list[Stop]) -> date | None:
    def stands_still(day: date) -> bool:
        close = office.at(day, office.closes)
        return any(a <= close and (b is None or b > close) for a, b in stops)

    if rule.term and not rule.counted:
        day += DAY
    left = max(rule.term, 1) if rule.unit == "working_days" or rule.term else 1
    while day.year < FAR.year:
        counts = office.works(day) or (rule.unit == "calendar_days")
        if counts and not (rule.term and stands_still(day)):
            left -= 1
            if not left:
                break
        day += DAY
    while day.year < FAR.year and not (
        office.works(day) and (not rule.term or not stands_still(day))
    ):
        day += DAY
    return day if day.year < FAR.year else None
