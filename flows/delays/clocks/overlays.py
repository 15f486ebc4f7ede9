"""What lies over the time of whoever has an application: proven outages, and Tereze's own queues.

An outage of another body's system takes the time of a body or an office that has the application;
its own system's outage stays its own. Tereze's queues take it also where nobody is known to have
it: a row of the application in quarantine, and a time in which Tereze did not ask the system
though it should have. The applicant's time stays the applicant's. Where both lie over it, the
outage counts, and of two outages the finding of the lower number.
"""

from datetime import datetime
from typing import Any

from flows.delays.clocks.parties import KINDS
from flows.delays.looking import TELLS_OF_DELAYS, stale_after
from models.environment.loader import Environment

_OUTAGES = " UNION ".join(
    f"""
    SELECT s.id, o.finding_id, o.owner, s.system = ANY(o.own_systems) AS own,
        o.began_at AS since, coalesce(o.ended_at, 'infinity') AS till
    FROM clock_outages o CROSS JOIN LATERAL unnest(o.{behind}) AS b (code)
    JOIN splitting s ON s.{column} = b.code
     AND o.began_at < s.ended_at AND coalesce(o.ended_at, 'infinity') > s.received_at
    """
    for behind, column in (("systems", "system"), ("services", "service"))
)

# Rows in quarantine: of the application itself, or of an event that is known by now.
_HELD = """
    SELECT s.id, NULL::bigint, NULL::text, NULL::boolean,
        q.held_at, coalesce(q.settled_at, 'infinity')
    FROM (
        SELECT c.system, q.key AS number, q.held_at, q.settled_at
        FROM quarantine q JOIN source_states c USING (source)
        WHERE q.dataset = 'applications'
          AND coalesce(q.settled_at, 'infinity') > (SELECT since FROM earliest)
        UNION ALL
        SELECT e.system, e.number, q.held_at, q.settled_at
        FROM quarantine q JOIN source_states c USING (source)
        JOIN application_events e ON e.system = c.system AND e.event = q.key
        WHERE q.dataset = 'application_events'
          AND coalesce(q.settled_at, 'infinity') > (SELECT since FROM earliest)
    ) q JOIN splitting s USING (system, number)
    WHERE q.held_at < s.ended_at AND coalesce(q.settled_at, 'infinity') > s.received_at
"""

# Between two good pulls more time than is tolerated, and no try between that met a fault.
_LATE = """
    SELECT s.id, NULL::bigint, NULL::text, NULL::boolean, g.since, g.till
    FROM (
        SELECT system, tolerated, started_at + tolerated AS since,
            coalesce(lead(started_at) OVER turns, :moment) AS till, source
        FROM (
            SELECT p.source, p.started_at, t.system, t.tolerated
            FROM unnest(CAST(:sources AS text[]), CAST(:of AS text[]),
                        CAST(:tolerated AS interval[])) AS t (source, system, tolerated)
            JOIN pulls p ON p.source = t.source AND p.state = 'succeeded'
             AND p.started_at >= (SELECT since FROM earliest) - t.tolerated
             AND p.started_at <= :moment
        ) good WINDOW turns AS (PARTITION BY source ORDER BY started_at)
    ) g JOIN splitting s ON s.system = g.system
     AND g.since < s.ended_at AND g.till > s.received_at
    WHERE g.till > g.since AND NOT EXISTS (
        SELECT FROM pulls f WHERE f.source = g.source AND f.state = 'failed'
           AND f.started_at > g.since - g.tolerated AND f.started_at < g.till)
"""

OVERLAYS = f"""
    WITH earliest AS (SELECT min(received_at) AS since FROM splitting)
    {_OUTAGES} UNION {_HELD} UNION {_LATE}
"""
"""The relation `clock_overlays` of what lies over `splitting`.

Columns: id, finding_id, owner, own, since, till. A null finding stands for Tereze itself. Its
values are `:moment` and those of `watched`.
"""


def watched(environment: Environment, moment: datetime) -> dict[str, list[Any]]:
    """The sources that tell of delays, and how long each may go without a good pull."""
    found = [
        (source.source, source.system, tolerated)
        for source in environment.sources.values()
        if source.dataset in TELLS_OF_DELAYS
        and (tolerated := stale_after(source, environment.settings.timezone, moment)) is not None
    ]
    names = ("sources", "of", "tolerated")
    return {name: [each[place] for each in found] for place, name in enumerate(names)}


def covers_sql(overlay: str, holder: str) -> str:
    """Whether the row `overlay` takes the time of the row `holder` (kind, code): see above.

    `own` says that the application came from a system of the body that failed: an office that has
    it is of that body, too.
    """
    body, office, unknown = KINDS["body"], KINDS["office"], KINDS["unknown"]
    return f"""CASE
        WHEN {overlay}.finding_id IS NULL THEN {holder}.kind IN ({body}, {office}, {unknown})
        WHEN {holder}.kind = {body} THEN {holder}.code <> {overlay}.owner
        WHEN {holder}.kind = {office} THEN NOT {overlay}.own
        ELSE false END"""
