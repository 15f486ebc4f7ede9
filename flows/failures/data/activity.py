"""How much is to be expected in a stretch of time: rows by hour of working and free days."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from flows.failures.data.working_time import WorkingTime

NEEDED, KEPT = 3.0, 60.0
"""Hours of a kind that were seen before anything is expected in one, and that are remembered."""

LONGEST = timedelta(days=14)
"""Nothing more is expected of what lies further back."""


class Slot(BaseModel):
    """The hours of one kind that pulls covered, and the rows that came in them."""

    hours: float = 0.0
    rows: float = 0.0


class Activity(BaseModel):
    """The rows of usual hours, by the kind of day and the hour of it."""

    slots: dict[str, Slot] = Field(default_factory=dict)

    def learn(self, since: datetime, until: datetime, rows: int, time: WorkingTime) -> None:
        """Take the rows that came for a stretch of time."""
        whole = max((until - since).total_seconds() / 3600, 1e-9)
        for key, hours in _parts(since, until, time):
            slot = self.slots.setdefault(key, Slot())
            slot.hours, slot.rows = slot.hours + hours, slot.rows + rows * hours / whole
            if slot.hours > KEPT:
                slot.hours, slot.rows = slot.hours / 2, slot.rows / 2

    def expected(self, since: datetime, until: datetime, time: WorkingTime) -> float:
        """How many rows were to be expected; 0 in hours of which too little is known."""
        total = 0.0
        for key, hours in _parts(max(since, until - LONGEST), until, time):
            slot = self.slots.get(key)
            if slot is not None and slot.hours >= NEEDED:
                total += hours * slot.rows / slot.hours
        return total


def _parts(since: datetime, until: datetime, time: WorkingTime) -> Iterator[tuple[str, float]]:
    """A stretch of time cut by the hour: the kind of each part, and how many hours it has."""
    here = since.astimezone(time.zone)
    while here < until:
        begins = here.replace(minute=0, second=0, microsecond=0)
        ends = min(begins + timedelta(hours=1), until)
        day = "working" if time.works(here.date()) else "free"
        yield f"{day} {here.hour}", (ends - here).total_seconds() / 3600
        here = ends.astimezone(time.zone)
