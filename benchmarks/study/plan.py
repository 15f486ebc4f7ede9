"""When which body is told to fail: drawn from a seed, ten times in a month for each kind."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.study.kinds import KINDS, SHARED, Wanted

ZONE = ZoneInfo("Asia/Almaty")
DAYS = 30
TIMES = 10
"""How often each kind happens in `DAYS`."""
STEP = timedelta(minutes=15)
"""Between two rounds of the watch."""
APART = 4
"""Rounds between two lost probes, at least."""

SEED = 20_270_301

Foresee = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True)
class Incident:
    """One failure as it was told; `visible` is when anybody could see it first."""

    kind: str
    begins: datetime
    ends: datetime
    visible: datetime

    def seen_for(self, last: datetime) -> timedelta:
        """How long it can be seen before a moment."""
        return min(self.ends, last) - self.visible

    def order(self) -> dict[str, str]:
        """What the fleet is told."""
        return {
            "kind": self.kind,
            "from": self.begins.isoformat(),
            "until": self.ends.isoformat(),
        }


def first_day(today: date) -> date:
    """The next March: with Women's Day and Nauryz, and later than the wall clock.

    Certificates are checked by the clock of the machine, so that the month must not be past.
    """
    return date(today.year + (today >= date(today.year, 3, 1)), 3, 1)


def incidents(first: datetime, days: int, kinds: Iterable[str], foresee: Foresee) -> list[Incident]:
    """The failures of a month, or of its first days, in order of their beginning.

    Each kind has a slot of so many days for each time; it begins anywhere in the first half of
    it, at any hour of any day, and is over when the slot is, if it could be seen long enough.
    """
    slot = timedelta(days=DAYS / TIMES)
    made = []
    for kind in kinds:
        draw = random.Random(f"{SEED}:{SHARED.get(kind, kind)}")
        for place in range(TIMES):
            begins = first + slot * (place + draw.uniform(0.05, 0.5))
            latest = first + slot * (place + 1)
            made.append(_incident(kind, begins, draw.random(), latest, foresee))
    last = first + timedelta(days=days)
    made = [one for one in made if one.seen_for(last) >= timedelta(hours=KINDS[one.kind].shortest)]
    return sorted(made, key=lambda each: each.begins)


def _incident(
    kind: str, begins: datetime, length: float, latest: datetime, foresee: Foresee
) -> Incident:
    wanted: Wanted = KINDS[kind]
    hours = wanted.shortest + length * (wanted.longest - wanted.shortest)
    ends = begins + timedelta(hours=hours)
    told = foresee(kind=kind, **{"from": begins.isoformat(), "until": ends.isoformat()})
    visible = datetime.fromisoformat(told["visible"])
    ends = max(min(ends, latest), visible + timedelta(hours=wanted.shortest))
    return Incident(kind, begins, ends, visible)


def noise(first: datetime, days: int) -> list[dict[str, str]]:
    """Orders for single lost probes, late answers and requests: what must not be found.

    One of each a day, each at one look only or for one request, at any hour; two bad looks on
    end would be a failure, so there are good ones between.
    """
    draw = random.Random(f"{SEED}:noise")
    orders = []
    for day in range(days):
        looks = draw.sample(range(0, timedelta(days=1) // STEP, APART), 3)
        for kind, nth in zip(("refused", "slow_answers", "http_500"), looks, strict=True):
            look = first + timedelta(days=day) + STEP * nth
            orders.append(_order("noisy", kind, look - STEP / 4, look + STEP / 4))
        at = first + timedelta(days=day, hours=draw.uniform(0, 24))
        orders.append(_order("noisy", "failing_all", at, at + timedelta(minutes=1)))
    return orders


def maintenance(first: datetime, days: int) -> list[dict[str, str]]:
    """Orders by which the body `maintained` is away in its announced windows, from 2 to 4."""
    orders = []
    for day in range(days):
        at = first + timedelta(days=day)
        if at.astimezone(ZONE).weekday() == 6:
            begins = at + timedelta(hours=2, minutes=10)
            orders.append(_order("maintained", "refused", begins, begins + timedelta(hours=1.5)))
    return orders


def _order(body: str, kind: str, begins: datetime, ends: datetime) -> dict[str, str]:
    return {"body": body, "kind": kind, "from": begins.isoformat(), "until": ends.isoformat()}
