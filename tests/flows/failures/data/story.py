"""The State Corporation's stand-in seen by pulls every ten minutes, without the wire between.

What each pull would bring is worked out from the stand-in's own world, for days at a time.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from flows.failures.data.habits import Around, Habits
from flows.failures.data.seen import Seen
from flows.failures.data.working_time import Hours, WorkingTime
from flows.register.days import days
from models.environment.calendars import Calendar
from models.environment.sources import Source
from sandbox.history.local_time import DAY, parse
from sandbox.history.profiles import STATE_CORPORATION
from sandbox.history.world import World

ZONE = ZoneInfo("Asia/Almaty")
LOCAL = timezone(timedelta(hours=5))
ANCHOR = "2026-04-20T12:00:00+05:00"
SOURCE = Source.model_validate(
    {
        "source": "office.applications", "system": "office", "connector": "rest",
        "dataset": "applications", "cursor": {"field": "changed_at"},
        "fields": {name: name for name in
                   ("number", "service", "received_at", "completed_at", "changed_at", "result")},
    }
)  # fmt: skip


def working_time(first: date, last: date) -> WorkingTime:
    calendar = Calendar.model_validate(
        {"country": "KZ", "week": ["mon", "tue", "wed", "thu", "fri"],
         "hours": {"opens": "09:00", "closes": "18:00"}}
    )  # fmt: skip
    worked = [day for day in days(calendar, "Asia/Almaty", first, last) if day.working]
    return WorkingTime([Hours(day.opens_at, day.closes_at) for day in worked], ZONE)


AROUND = Around(SOURCE, working_time(date(2026, 2, 1), date(2026, 12, 31)), None)


def moment(second: float) -> datetime:
    """The moment of a local second of the sandbox."""
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=LOCAL)


def at(text: str) -> datetime:
    """A moment written in local time."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


class Story:
    """The pulls of a body from the anchor on; a first load has been before."""

    def __init__(self, volume: int, seed: int = 1, every: int = 600) -> None:
        self.start = int(parse(ANCHOR))
        self.every = every
        world = World(STATE_CORPORATION, seed, volume, self.start)
        columns = world.columns(self.start + 100 * DAY)
        self.received = columns.received
        done = columns.completed < self.start + 100 * DAY
        self.completed = np.sort(columns.completed[done])

    def pulls(self, days: int) -> Iterator[Seen]:
        """One pull after another, all good."""
        for number in range(days * DAY // self.every + 1):
            yield self._pull(number)

    def _pull(self, number: int) -> Seen:
        now = self.start + number * self.every
        before = now - self.every if number else 0
        received = self._newest(self.received, now)
        completed = self._newest(self.completed, now)
        came, ended = (self._between(each, before, now) for each in (self.received, self.completed))
        newest = {"received_at": received, "completed_at": completed,
                  "changed_at": max(received, completed)}  # fmt: skip
        values = Counter({"(none)": came, "issued": ended - ended // 9, "refused": ended // 9})
        facts: dict[str, Any] = {
            "rows": came + ended, "digest": str(now), "held": 0, "seconds": 0.02, "counters": {},
            "newest": {name: moment(second).isoformat() for name, second in newest.items()},
            "values": {"result": {code: n for code, n in values.most_common() if n}},
        }  # fmt: skip
        return Seen(
            id=number + 1, source=SOURCE.source, at=moment(now), good=True, reason="done",
            sentence="", pages=1, news=came + ended, held=0, window=number > 0, facts=facts,
        )  # fmt: skip

    def _newest(self, times: Any, now: int) -> int:
        return int(times[np.searchsorted(times, now, side="right") - 1])

    def _between(self, times: Any, after: int, until: int) -> int:
        first, last = np.searchsorted(times, [after, until], side="right")
        return int(last - first)


def with_facts(pull: Seen, **facts: Any) -> Seen:
    """The pull with other facts."""
    return replace(pull, facts=pull.facts | facts)


def seen(pulls: Iterator[Seen], habits: Habits | None = None) -> Habits:
    """The habits after these pulls."""
    habits = habits or Habits()
    for pull in pulls:
        habits.see(pull, AROUND)
    return habits
