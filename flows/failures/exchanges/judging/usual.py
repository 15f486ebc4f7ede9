"""Which past hours are like an hour: the same clock time on days of the same kind."""

from datetime import datetime, timedelta

from flows.failures.data.working_time import WorkingTime

BACK = timedelta(days=28)
SAME_WEEKDAY = 5
"""With so many of them, only the same weekday is compared; else all days of the kind."""


def like(hour: datetime, first: datetime, time: WorkingTime) -> list[datetime]:
    """The hours before `hour` that it can be compared with, none before `first`."""
    local = hour.astimezone(time.zone)
    kind = time.works(local.date())
    days = [local - timedelta(days=back) for back in range(1, BACK.days + 1)]
    same = [day for day in days if time.works(day.date()) == kind and day >= first]
    weekday = [day for day in same if day.weekday() == local.weekday()]
    return weekday if len(weekday) >= SAME_WEEKDAY else same
