"""What a system's passport promises, and what was measured of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from models.environment.loader import Environment
from models.environment.systems import Objectives

_DOWN = """
    SELECT sum(upper(part) - lower(part)) FROM unnest((
        SELECT range_agg(tstzrange(greatest(began_at, :since),
                                   least(coalesce(ends, :moment), :moment)))
        FROM (SELECT *, CASE WHEN state <> 'confirmed' THEN ended_at END AS ends FROM findings) f
        WHERE system = :system AND kind = 'down' AND confirmed_at IS NOT NULL
          AND began_at < :moment AND (ends IS NULL OR ends > :since)
    )) AS part
"""


@dataclass(frozen=True)
class Record:
    """How a system kept its availability: `down` so long of the last `period`.

    Only proven failures count, so `availability` (0 to 1) is what it was at most.
    """

    objectives: Objectives
    period: timedelta
    down: timedelta

    @property
    def availability(self) -> float:
        """The share of the period in which no failure is proven."""
        return 1 - self.down / self.period


def record(
    connection: Connection, environment: Environment, system: str, moment: datetime
) -> Record:
    """The system's promises beside what was measured in the period of its error budget.

    Times in which several of its parts were down at once count once.
    """
    declared = environment.systems.get(system)
    period = environment.settings.failures.budget
    values = {"system": system, "moment": moment, "since": moment - period}
    down = connection.execute(text(_DOWN), values).scalar()
    return Record(declared.objectives if declared else Objectives(), period, down or timedelta())
