"""Which systems nothing is sent to now, why, and until when presumably."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, text

from flows.failures.gaps import tolerated
from flows.failures.maintenance import window
from models.environment.dependencies import needed_by
from models.environment.loader import Environment

ExpectedBy = Literal["maintenance", "objective", "history"]
"""Where an expected end comes from: its window, the system's promise, or outages of the past."""
Reason = Literal["maintenance", "system_down", "circuit_open"]
LAST = 20
"""The median is that of so many past outages, or fewer."""

_FAILING = """
    SELECT system, 'circuit_open' AS reason, since FROM composite_circuits WHERE state = 'open'
    UNION ALL
    SELECT system, 'system_down', min(began_at) FROM findings
    WHERE kind = 'down' AND state = 'confirmed' AND looked_until >= :seen GROUP BY system
"""
_MEDIAN = f"""
    SELECT s.system, percentile_cont(0.5) WITHIN GROUP (ORDER BY f.ended_at - f.began_at)
    FROM unnest(CAST(:systems AS text[])) AS s (system)
    CROSS JOIN LATERAL (
        SELECT began_at, ended_at FROM findings
        WHERE system = s.system AND kind = 'down' AND state = 'over'
          AND confirmed_at IS NOT NULL AND ended_at <= :moment
        ORDER BY began_at DESC LIMIT {LAST}
    ) AS f GROUP BY s.system
"""


@dataclass(frozen=True)
class Held:
    """Why a system's steps are held: `system` is the one that fails, itself or one it needs.

    `expected_at` is when it is presumably over, null where nothing tells or where the time that
    was told has passed; `expected_by` says what tells it.
    """

    reason: Reason
    system: str
    since: datetime
    expected_at: datetime | None = None
    expected_by: ExpectedBy | None = None


def blocked(
    connection: Connection, environment: Environment, moment: datetime
) -> Mapping[str, Held]:
    """The systems of which no step is sent now; cheap, to be asked before each batch.

    Held are those in a window of maintenance, those with a confirmed finding that they are down
    (as long as the watch goes on looking), those whose circuit is open, and those that need one
    of the first two. Of several reasons the one that stands first here is told.
    """
    own = dict(_maintained(environment, moment))
    settings = environment.settings
    seen = moment - tolerated(settings.failures.tick, settings.timezone, moment)
    failing = connection.execute(text(_FAILING), {"seen": seen}).all()
    medians = _medians(connection, [row.system for row in failing], moment)
    for row in sorted(failing, key=lambda each: (each.reason != "system_down", each.system)):
        ends, by = _expected(environment, row.system, row.since, medians, moment)
        own.setdefault(row.system, Held(row.reason, row.system, row.since, ends, by))
    return own | dict(_because_of(environment, own))


def _maintained(environment: Environment, moment: datetime) -> Iterator[tuple[str, Held]]:
    for name, system in environment.systems.items():
        now = window(system.maintenance, environment.settings.timezone, moment)
        if now is not None:
            yield name, Held("maintenance", name, now.begins, now.ends, "maintenance")


def _because_of(environment: Environment, own: Mapping[str, Held]) -> Iterator[tuple[str, Held]]:
    """Systems that need one of the held ones. A circuit speaks for its own calls only."""
    away = {name: held for name, held in own.items() if held.reason != "circuit_open"}
    if not away:
        return
    for name in environment.systems.keys() - own.keys():
        needed = sorted(needed_by(environment.systems, name) & away.keys())
        if needed:
            yield name, away[needed[0]]


def _medians(connection: Connection, systems: list[str], moment: datetime) -> dict[str, timedelta]:
    if not systems:
        return {}
    values = {"systems": systems, "moment": moment}
    return {row[0]: row[1] for row in connection.execute(text(_MEDIAN), values)}


def _expected(
    environment: Environment,
    name: str,
    since: datetime,
    medians: Mapping[str, timedelta],
    moment: datetime,
) -> tuple[datetime | None, ExpectedBy | None]:
    """What the system promises, else how long it was down before; a time that passed is none."""
    system = environment.systems.get(name)
    promised = system.objectives.recovery_within if system else None
    found: list[tuple[datetime, ExpectedBy]] = []
    if promised is not None:
        found.append((since + promised, "objective"))
    if name in medians:
        found.append((since + medians[name], "history"))
    return next(((ends, by) for ends, by in found if ends > moment), (None, None))
