"""Take the steps that are due: one transaction for the batch, and the intents are committed."""

from collections.abc import Sequence
from datetime import datetime
from time import monotonic

from sqlalchemy import Connection, text

from flows.composite_services.engine.calls import Intent
from flows.composite_services.engine.carrier import Carrier
from flows.composite_services.engine.lanes import Rooms
from flows.composite_services.engine.planning import Plan
from flows.composite_services.history import Together
from flows.composite_services.loading import Loaded, locked_if_free
from flows.composite_services.status import ACTOR, StepChange, write

# Of a system no more than it has room for: whoever locks more takes them from other workers.
_DUE = """
    SELECT application FROM (
        SELECT application, system,
               row_number() OVER (PARTITION BY system ORDER BY due_at NULLS LAST, next_at) AS nth
        FROM (
            SELECT application, system, due_at, next_at FROM composite_steps
            WHERE next_at <= :moment AND (CAST(:only AS bigint) IS NULL OR application = :only)
              AND (system IS NULL OR system <> ALL(CAST(:full AS text[])))
            ORDER BY due_at NULLS LAST, next_at LIMIT :most
        ) AS due
    ) AS each LEFT JOIN unnest(CAST(:systems AS text[]), CAST(:rooms AS int[])) AS r (name, room)
      ON r.name = system
    WHERE nth <= coalesce(r.room, :most)
"""
_HELD = """
    SELECT DISTINCT ON (system) application FROM composite_steps
    WHERE state = 'held' AND system = ANY(:systems)
    ORDER BY system, due_at NULLS LAST, application
"""
_NEXT = """
    SELECT min(next_at) FROM composite_steps
    WHERE next_at IS NOT NULL AND (CAST(:only AS bigint) IS NULL OR application = :only)
      AND (system IS NULL OR system <> ALL(CAST(:full AS text[])))
"""


def plan(carrier: Carrier, connection: Connection, moment: datetime, rooms: Rooms) -> Plan:
    """A plan that is still empty; which systems are held is looked up."""
    held = carrier.held(connection, moment)
    return Plan(carrier, connection, moment, held, set(carrier.tries(connection, moment)), rooms)


def take(
    carrier: Carrier,
    connection: Connection,
    moment: datetime,
    rooms: Rooms,
    only: int | None = None,
    together: Together | None = None,
) -> tuple[list[Intent], bool]:
    """Take due steps in the caller's transaction; answers the calls to make after its commit.

    The second value says whether more may be due. `only` is one application's id. Applications
    that another worker holds at this moment are left to it, and so is what `rooms` has none for.
    """
    made = plan(carrier, connection, moment, rooms)
    values = {
        "moment": moment,
        "only": only,
        "full": rooms.full(),
        "systems": list(rooms.left),
        "rooms": list(rooms.left.values()),
        "most": rooms.most(carrier.threads),
    }
    due = list(connection.execute(text(_DUE), values).scalars())
    loaded = locked_if_free(connection, set(due))
    for each in loaded.values():
        for name, row in each.steps.items():
            if row["next_at"] is not None and row["next_at"] <= moment:
                made.look(each, name)
    loaded |= _tried_with_held(made)
    intents = carry_out(made, loaded, together) if made.changes else []
    # Where nothing could be done, somebody else holds them: asking at once again is no use.
    return intents, bool(made.changes)


def _tried_with_held(made: Plan) -> dict[int, Loaded]:
    """Systems to be tried of which no step was due get the first of those that are held."""
    if not made.tries:
        return {}
    values = {"systems": sorted(made.tries)}
    found = set(made.connection.execute(text(_HELD), values).scalars())
    found -= {change.application for change in made.changes}
    loaded = locked_if_free(made.connection, found)
    for each in loaded.values():
        for name, row in each.steps.items():
            if row["state"] == "held" and row["system"] in made.tries:
                made.look(each, name)
    return loaded


def carry_out(
    made: Plan, loaded: dict[int, Loaded], together: Together | None = None
) -> list[Intent]:
    """Write what is planned and what follows from it; answers the calls to be made."""
    intended: dict[int, int] = {}

    def begin(ready: Sequence[tuple[Loaded, str]]) -> list[StepChange]:
        changes, numbers = made.onward(ready)
        intended.update(numbers)
        return changes

    changes, at = list(made.changes), made.moment
    written = write(
        made.connection, changes, ACTOR, at, loaded=loaded, onward=begin, together=together
    )
    made.open_cases(written)
    now = monotonic()
    return [
        Intent(
            each.application,
            each.step,
            each.does,
            each.system,
            each.lease,
            intended[each.lease],
            each.sent_at,
            each.request,
            now,
            each.tries,
        )
        for each in made.wanted
    ]


def next_due(
    connection: Connection, full: Sequence[str], only: int | None = None
) -> datetime | None:
    """When the next step has to be looked at, but for those of systems that are `full`."""
    values = {"only": only, "full": list(full)}
    found: datetime | None = connection.execute(text(_NEXT), values).scalar()
    return found
