"""Who has the watch at a moment by a rota, when it passes on, and when nobody has it.

Shifts are read in local time, as people live: on the night on which clocks change a shift is an
hour longer or shorter.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from models.environment.calendars import WEEKDAYS
from models.environment.on_call import Rota, Shift

Works = Callable[[date], bool]
"""Whether a day is worked by the calendar."""
DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_MINUTES = DAY // _MINUTE


@dataclass(frozen=True)
class Watch:
    """From when to when one person has the watch; `person` is None in a gap."""

    person: str | None
    begins: datetime
    ends: datetime


def on_duty(rota: Rota, moment: datetime, zone: ZoneInfo, works: Works) -> str | None:
    """The code of the person who has the watch at the moment, or None in a gap."""
    today = moment.astimezone(zone).date()
    for shift in rota.shifts:
        for day in (today, today - DAY):
            begins, ends = (_utc(local, zone) for local in _span(shift, day))
            if begins <= moment < ends and _begins_on(shift, day, works):
                turn = (day - rota.starts) // rota.turn
                return present(rota, shift.people[turn % len(shift.people)], moment, zone)
    return None


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment: what clocks show twice is the first, what they skip is an hour later."""
    return local.replace(tzinfo=zone).astimezone(UTC)


def _span(shift: Shift, day: date) -> tuple[datetime, datetime]:
    begins = datetime.combine(day, shift.from_)
    ends = datetime.combine(day if shift.to > shift.from_ else day + DAY, shift.to)
    return begins, ends


def _begins_on(shift: Shift, day: date, works: Works) -> bool:
    if WEEKDAYS[day.weekday()] not in shift.days:
        return False
    return shift.only is None or works(day) is (shift.only == "working_days")


def present(rota: Rota, person: str, moment: datetime, zone: ZoneInfo) -> str | None:
    """The person, or who is there instead at the moment; None where all in turn are away."""
    asked = {person}
    while away := next(
        (
            a
            for a in rota.away
            if a.person == person and _utc(a.from_, zone) <= moment < _utc(a.until, zone)
        ),
        None,
    ):
        person = away.instead
        if person in asked:
            return None
        asked.add(person)
    return person


def watches(
    rota: Rota, begins: datetime, ends: datetime, zone: ZoneInfo, works: Works
) -> Iterator[Watch]:
    """Who has the watch from `begins` to `ends`, in order and without holes."""
    moments = sorted({begins, *_changes(rota, begins, ends, zone), ends})
    held: Watch | None = None
    for start, end in pairwise(moments):
        person = on_duty(rota, start, zone, works)
        if held is not None and held.person == person:
            held = Watch(person, held.begins, end)
            continue
        if held is not None:
            yield held
        held = Watch(person, start, end)
    if held is not None:
        yield held


def _changes(rota: Rota, begins: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Every moment in between at which the watch may pass on."""
    first = begins.astimezone(zone).date() - DAY
    days = (first + n * DAY for n in range((ends.astimezone(zone).date() - first).days + 2))
    local = [moment for day in days for shift in rota.shifts for moment in _span(shift, day)]
    local += [moment for away in rota.away for moment in (away.from_, away.until)]
    for each in local:
        moment = _utc(each, zone)
        if begins < moment < ends:
            yield moment


def gaps(rota: Rota) -> list[str]:
    """When nobody has the watch, in words; the rota alone is asked, for no year in particular.

    A day is worked or is not, and so is the day before it, whose night shift may reach into it:
    a Saturday that is worked by decree is one of these days.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for n, name in enumerate(WEEKDAYS):
        holes = {today: {hole for before in (True, False)
                         for hole in _uncovered(rota, n, today, before)}
                 for today in (True, False)}  # fmt: skip
        for hole in sorted(holes[True] | holes[False]):
            when = [words for today, words in _KINDS if hole in holes[today]]
            found.setdefault((hole, "" if len(when) == 2 else when[0]), []).append(name)
    return [_said(days, *hole) for hole, days in found.items()]


def _said(days: list[str], hole: str, when: str) -> str:
    named = "every day" if len(days) == len(WEEKDAYS) else " ".join(days)
    return f"{named} {hole} {when}".strip()


_KINDS = ((True, "on working days"), (False, "on days off"))


def _uncovered(rota: Rota, weekday: int, today: bool, before: bool) -> list[str]:
    """The stretches of such a day that no shift covers."""
    day = date(2024, 1, 1) + weekday * DAY  # a Monday, and after it
    midnight = datetime.combine(day, time(0))
    covered: set[int] = set()
    works = {day - DAY: before, day: today}
    for begun in works:
        for shift in rota.shifts:
            if _begins_on(shift, begun, works.__getitem__):
                begins, ends = ((at - midnight) // _MINUTE for at in _span(shift, begun))
                covered.update(range(max(0, begins), min(ends, _MINUTES)))
    return list(_stretches(covered))


def _stretches(covered: set[int]) -> Iterator[str]:
    start: int | None = None
    for minute in range(_MINUTES + 1):
        here = minute in covered or minute == _MINUTES
        if not here and start is None:
            start = minute
        elif here and start is not None:
            yield f"{start // 60:02}:{start % 60:02}-{minute // 60:02}:{minute % 60:02}"
            start = None
