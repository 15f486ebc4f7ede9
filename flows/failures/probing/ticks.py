"""When the watch should have looked."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from croniter import croniter

from models.environment.settings import Settings

FORGIVEN = 3
"""Ticks after which a look says nothing about now."""


def gap_before(settings: Settings, moment: datetime) -> datetime:
    """What was last looked at before this was not looked at for a while, as of `moment`."""
    return _turns_ago(settings.failures.tick, settings.timezone, moment)


@lru_cache(maxsize=16)  # asked for each of hundreds of systems in a round
def _turns_ago(tick: str, timezone: str, moment: datetime) -> datetime:
    turns = croniter(tick, moment.astimezone(ZoneInfo(timezone)))
    times: list[datetime] = [turns.get_prev(datetime) for _ in range(FORGIVEN)]
    return times[-1]
