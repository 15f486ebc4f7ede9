"""Breaches: one per application and clock, however often the check runs."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from flows.alerts.fire import Firing, fire, resolve
from flows.delays.looking import Look
from models.environment.loader import Environment

CLOCK = "term"

_OPEN = """
    WITH written AS (
        INSERT INTO breaches AS b (system, number, clock, state, reason, due_at, found_at)
        SELECT system, number, :clock, CASE became WHEN 'late' THEN 'closed_late' ELSE 'open' END,
            reason, due_at, :as_of
        FROM judged_now WHERE became IN ('overdue', 'late')
        ON CONFLICT (system, number, clock) DO UPDATE SET state = excluded.state,
            reason = excluded.reason, due_at = excluded.due_at, changed_at = clock_timestamp()
        RETURNING (xmax = 0) AS opened
    )
    SELECT count(*) FILTER (WHERE opened) AS opened, count(*) FILTER (WHERE NOT opened) AS closed
    FROM written
"""

# The data or the standard turned out otherwise: the breach is withdrawn, and stays on record.
_WITHDRAW = """
    UPDATE breaches b SET state = 'withdrawn', reason = j.reason, changed_at = clock_timestamp()
    FROM judged_now j
    WHERE b.system = j.system AND b.number = j.number AND b.clock = :clock
      AND b.state <> 'withdrawn' AND j.became NOT IN ('overdue', 'late')
"""


def write(connection: Connection, as_of: datetime) -> tuple[int, int]:
    """Write the breaches that follow from the temporary table `judged_now`.

    Answers how many were opened, and how many of the known ones were closed or withdrawn.
    """
    values = {"clock": CLOCK, "as_of": as_of}
    written = connection.execute(text(_OPEN), values).one()
    withdrawn = connection.execute(text(_WITHDRAW), {"clock": CLOCK}).rowcount
    return written.opened, written.closed + withdrawn


def tell_what_was_not_looked_at(
    connection: Connection,
    environment: Environment,
    found: list[Look],
    as_of: datetime,
    actor: str,
) -> None:
    """Fire `SourceStale` for each source not pulled in time, and resolve it for the others."""
    zone = ZoneInfo(environment.settings.timezone)
    for look in found:
        labels = {"system": look.system}
        if not look.stale:
            resolve(
                connection,
                name="SourceStale",
                labels=labels,
                at=as_of,
                reason="looked_at_again",
                sentence=f"{look.system} is looked at again",
                actor=actor,
            )
            continue
        firing = Firing(
            name="SourceStale",
            severity="warning",
            labels=labels,
            group=labels,
            starts_at=look.until or as_of,
            sentence=look.sentence(as_of, zone),
            annotations={"sources": ", ".join(sorted(look.stale))},
        )
        fire(connection, firing, actor=actor)
