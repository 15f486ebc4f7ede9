"""Letting held steps go when their system is back: in order of due date, a few at a time."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from flows.composite_services.holding.blocked import blocked
from flows.composite_services.status import StepChange, write
from models.environment.loader import Environment

MINUTE = 60.0

_SYSTEMS = "SELECT DISTINCT system FROM composite_steps WHERE state = 'held'"
_MADE = """
    INSERT INTO composite_circuits (system, state, reason, sentence, since)
    SELECT system, 'closed', 'answers', 'It answers', :moment
    FROM unnest(CAST(:systems AS text[])) AS s (system) ORDER BY system
    ON CONFLICT (system) DO NOTHING
"""
# As many as the time since the last ones allows, and never more than a minute's worth at once:
# a minute in which none was held is not saved up. Two workers queue at the system's row.
_ALLOWED = f"""
    SELECT system, floor(least(1, greatest(0, coalesce(
            extract(epoch FROM CAST(:moment AS timestamptz) - released_at) / {MINUTE}, 1)))
        * CAST(:rate AS int))::int AS count
    FROM composite_circuits WHERE system = ANY(CAST(:systems AS text[])) ORDER BY system FOR UPDATE
"""
_NEXT = """
    SELECT s.application, s.step, s.lease FROM composite_steps s
    JOIN composite_applications a ON a.id = s.application
    WHERE s.system = :system AND s.state = 'held'
    ORDER BY s.due_at NULLS LAST, a.received_at, s.application LIMIT :count
"""
_RELEASED = "UPDATE composite_circuits SET released_at = :moment WHERE system = :system"


def release(
    connection: Connection, environment: Environment, moment: datetime, actor: str
) -> dict[str, int]:
    """Make held steps ready, those due first; answers how many of each system.

    At most `release_per_minute` of a system, counted from the last time that some were let go,
    however often this is called and by however many workers. Systems that are still blocked
    keep theirs.
    """
    systems = set(connection.execute(text(_SYSTEMS)).scalars())
    if systems:
        systems -= blocked(connection, environment, moment).keys()
    if not systems:
        return {}
    changes = _changes(connection, environment, sorted(systems), moment)
    written = write(connection, changes, actor, moment)
    systems_of = [str(written.loaded[key].steps[step]["system"]) for key, step in written.took]
    return dict(Counter(systems_of))


def _changes(
    connection: Connection, environment: Environment, systems: list[str], moment: datetime
) -> list[StepChange]:
    values = {"systems": systems, "moment": moment}
    connection.execute(text(_MADE), values)
    rate = environment.settings.composite_services.release_per_minute
    allowed = connection.execute(text(_ALLOWED), {**values, "rate": rate}).all()
    changes: list[StepChange] = []
    for system, count in allowed:
        if count:
            chosen = {"system": system, "count": count}
            changes += [_goes(row, moment) for row in connection.execute(text(_NEXT), chosen)]
            connection.execute(text(_RELEASED), {"system": system, "moment": moment})
    return changes


def _goes(row: Row[Any], moment: datetime) -> StepChange:
    return StepChange(
        row.application, row.step, "held", "ready", "released", lease=row.lease, next_at=moment
    )
