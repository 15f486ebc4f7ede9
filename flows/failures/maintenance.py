"""Windows in which a system may be away: its alerts wait, the watch does not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter

from models.environment.systems import Maintenance

CLOCK_CHANGE = timedelta(hours=3)
"""No zone moves its clocks by more at once; wall times that far ahead may be past already."""


@dataclass(frozen=True)
class Window:
    """One window: `begins` is in it, `ends` is not."""

    begins: datetime
    ends: datetime


def window(declared: Iterable[Maintenance], timezone: str, moment: datetime) -> Window | None:
    """The window that a moment lies in; of several the one that ends last.

    A schedule is in wall time. A beginning that the clocks skip is as much later as they
    skipped; one that comes twice counts the first time. A window lasts as long as it says,
    whatever the clocks do meanwhile.
    """
    zone = ZoneInfo(timezone)
    found = [
        Window(begins, begins + each.lasts)
        for each in declared
        for begins in _before(each, zone, moment)
        if begins <= moment < begins + each.lasts
    ]
    return max(found, key=lambda each: each.ends, default=None)


def _before(each: Maintenance, zone: ZoneInfo, moment: datetime) -> Iterator[datetime]:
    """The newest beginning up to the moment, and before it none that ends later."""
    wall = moment.astimezone(zone).replace(tzinfo=None)
    turns = croniter(each.schedule, wall + CLOCK_CHANGE)
    oldest = wall - each.lasts - CLOCK_CHANGE
    while (turn := turns.get_prev(datetime)) >= oldest:
        begins = turn.replace(tzinfo=zone).astimezone(UTC)
        if begins <= moment:
            yield begins
            return
