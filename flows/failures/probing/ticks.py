"""When the watch should have looked."""

from datetime import datetime
from zoneinfo import ZoneInfo

from croniter import croniter

from models.environment.settings import Settings

FORGIVEN = 3
"""Ticks after which a look says nothing about now."""


def gap_before(settings: Settings, moment: datetime) -> datetime:
    """What was last looked at before this was not looked at for a while, as of `moment`."""
    turns = croniter(settings.failures.tick, moment.astimezone(ZoneInfo(settings.timezone)))
    times: list[datetime] = [turns.get_prev(datetime) for _ in range(FORGIVEN)]
    return times[-1]
