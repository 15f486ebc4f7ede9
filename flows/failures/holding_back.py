"""Why the alert of a finding waits: maintenance, or another alert that says it already."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text

from flows.delays.looking import TELLS_OF_DELAYS
from flows.failures.maintenance import window
from flows.failures.side import OWN_NETWORK
from models.environment.dependencies import needed_by
from models.environment.loader import Environment

SAY_AGAIN = frozenset({"failing", "slow", "silent", "budget"})
"""Kinds that only say again that their system is down. A certificate, a contract, a clock and
message ids are matters of their own."""

Why = tuple[str | None, str | None]
"""The columns `held_back` and `held_back_by` of a finding."""

_WAITING = """
    SELECT id, kind, system, subject, reason, looked_until, held_back, held_back_by FROM findings
    WHERE state = 'confirmed' AND alerted_at IS NULL ORDER BY id
"""
# Going on, or over only since a look that is no older than the newest of who waits.
_EXPLAINS = """
    confirmed_at IS NOT NULL
    AND (state = 'confirmed' OR (state = 'over' AND looked_until >= :looked_until))
"""
_PARENT = f"""
    SELECT id FROM findings
    WHERE kind = 'down' AND system = ANY(:systems) AND {_EXPLAINS} ORDER BY began_at, id LIMIT 1
"""
# What is left of a failure just after it is still the same one.
_OWN = f"""
    SELECT id, subject FROM findings
    WHERE kind = 'down' AND system = :system AND id <> :id
      AND ({_EXPLAINS} OR (confirmed_at IS NOT NULL
           AND ended_at > CAST(:moment AS timestamptz) - CAST(:flap AS interval)))
    ORDER BY began_at, id
"""
_OUR_NETWORK = f"""
    SELECT id FROM findings
    WHERE kind = 'not_looked_at' AND reason = '{OWN_NETWORK}' AND {_EXPLAINS}
    ORDER BY began_at, id LIMIT 1
"""


def hold_back(connection: Connection, environment: Environment, moment: datetime) -> int:
    """Write of each finding whose alert has not fired why it must not yet; answers how many wait.

    What has fired goes on firing, whatever begins later.
    """
    waiting = connection.execute(text(_WAITING)).all()
    held = 0
    changed: list[dict[str, Any]] = []
    for finding in waiting:
        why, by = _why(connection, environment, finding, moment)
        held += why is not None
        if (why, by) != (finding.held_back, finding.held_back_by):
            changed.append({"id": finding.id, "why": why, "by": by})
    if changed:
        statement = "UPDATE findings SET held_back = :why, held_back_by = :by WHERE id = :id"
        connection.execute(text(statement), changed)
    return held


def _why(
    connection: Connection, environment: Environment, finding: Row[Any], moment: datetime
) -> Why:
    if _told_by_delays(environment, finding):
        return "told_by", "SourceStale"
    system = environment.systems.get(finding.system)
    if system is None:
        return None, None
    timezone = environment.settings.timezone
    if (now := window(system.maintenance, timezone, moment)) is not None:
        return "maintenance", now.ends.astimezone(ZoneInfo(timezone)).isoformat()
    by = _explained(connection, environment, finding, moment)
    return (None, None) if by is None else ("inhibited", str(by))


def _told_by_delays(environment: Environment, finding: Row[Any]) -> bool:
    """Whether the check of the delays tells the same: that a source was not pulled in time."""
    if finding.kind != "not_looked_at" or not finding.subject.startswith("source:"):
        return False
    source = environment.sources.get(finding.subject.removeprefix("source:"))
    return source is not None and source.dataset in TELLS_OF_DELAYS


def _explained(
    connection: Connection, environment: Environment, finding: Row[Any], moment: datetime
) -> int | None:
    """The finding that explains this one: of a system it needs, of its own, of our network."""
    values = {"id": finding.id, "system": finding.system, "looked_until": finding.looked_until}
    if needed := needed_by(environment.systems, finding.system):
        parent = connection.execute(text(_PARENT), {**values, "systems": sorted(needed)}).scalar()
        if parent is not None:
            return int(parent)
    pulls = finding.kind == "down" and finding.subject.startswith("source:")
    if finding.kind in SAY_AGAIN or pulls:
        times = {"moment": moment, "flap": environment.settings.failures.flap}
        down = connection.execute(text(_OWN), values | times).all()
        if down and (not pulls or _all_of_it(environment, finding.system, down)):
            return int(down[0].id)
    if pulls:
        ours = connection.execute(text(_OUR_NETWORK), values).scalar()
        return None if ours is None else int(ours)
    return None


def _all_of_it(environment: Environment, system: str, down: Sequence[Row[Any]]) -> bool:
    """Whether every probe is down: where a part still answers, a source that fails is news."""
    probes = {f"probe:{each.called}" for each in environment.systems[system].probes}
    return bool(probes) and probes <= {row.subject for row in down}
