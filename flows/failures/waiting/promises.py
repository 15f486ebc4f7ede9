"""What a system's passport promises, and what was measured of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from flows.failures.alerting import GAP
from flows.failures.side import OWN_NETWORK
from models.environment.dependencies import OURS
from models.environment.loader import Environment
from models.environment.systems import Objectives

Stretch = tuple[datetime, datetime]
"""From when to when, the end not in it."""
_OF_ITS_OWN = "system = :system AND kind = 'down'"
# That no round ran, or that our own network was away, stands for all systems.
_UNSEEN = f"""
    kind = 'not_looked_at' AND (system = :system OR system = '{OURS}'
        AND reason IN ('{GAP}', '{OWN_NETWORK}'))
"""
_LASTED = """
    SELECT (
        SELECT sum(upper(part) - lower(part)) FROM unnest((
            SELECT range_agg(tstzrange(greatest(began_at, p.since),
                                       least(coalesce(ends, p.until), p.until)))
            FROM (SELECT *, CASE WHEN state <> 'confirmed' THEN ended_at END AS ends
                  FROM findings) f
            WHERE {which} AND confirmed_at IS NOT NULL
              AND began_at < p.until AND (ends IS NULL OR ends > p.since)
        )) AS part
    ) AS lasted
    FROM unnest(CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[]))
        WITH ORDINALITY AS p (since, until, place) ORDER BY p.place
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
    [down] = down_in(connection, system, [(moment - period, moment)])
    return Record(declared.objectives if declared else Objectives(), period, down)


def down_in(connection: Connection, system: str, stretches: Sequence[Stretch]) -> list[timedelta]:
    """How long the system was proven to be down in each stretch of time."""
    return _lasted(connection, _OF_ITS_OWN, system, stretches)


def unseen_in(connection: Connection, system: str, stretches: Sequence[Stretch]) -> list[timedelta]:
    """How long in each stretch it is known that something of the system was not looked at."""
    return _lasted(connection, _UNSEEN, system, stretches)


def _lasted(
    connection: Connection, which: str, system: str, stretches: Sequence[Stretch]
) -> list[timedelta]:
    values = {
        "system": system,
        "since": [since for since, _ in stretches],
        "until": [until for _, until in stretches],
    }
    rows = connection.execute(text(_LASTED.format(which=which)), values)
    return [row.lasted or timedelta() for row in rows]
