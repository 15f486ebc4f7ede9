"""Services of the register that nobody gets: dormant ones, and those always refused.

Both are found by one pass over the applications; the store keeps no count by service. A service
is called dormant only where all sources of applications were looked at, and for long enough.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from flows.hidden_services.candidates import state
from flows.hidden_services.candidates.state import Step
from models.environment.loader import Environment

FRESH = timedelta(days=1)
"""What was pulled longer ago may lack the one application that shows that a service lives."""

_TRAFFIC = """
    CREATE TEMP TABLE traffic ON COMMIT DROP AS
    SELECT service, max(received_at) AS last, min(received_at) AS first, count(*) AS volume,
        count(*) FILTER (WHERE completed_at <= :as_of) AS decided,
        count(*) FILTER (WHERE completed_at <= :as_of
            AND result = ANY(CAST(:refusals AS text[]))) AS refused
    FROM applications WHERE received_at <= :as_of GROUP BY service
"""
# Operations and forms that name a registered service show traffic, too.
_SEEN = """
    INSERT INTO traffic (service, last, first, volume, decided, refused)
    SELECT o.service, o.last_seen, o.first_seen, coalesce(o.volume, 0), 0, 0
    FROM observed_functions o
    WHERE o.service IS NOT NULL AND o.last_seen <= :as_of AND o.volume > 0
"""
_FOUND = """
    SELECT kind, v.code, v.names, v.organisation, t.first, t.last, t.volume, t.refused, t.decided
    FROM services v LEFT JOIN (
        SELECT service, max(last) AS last, min(first) AS first, sum(volume)::bigint AS volume,
            sum(decided)::bigint AS decided,
            sum(refused)::bigint AS refused
        FROM traffic GROUP BY service) t ON t.service = v.code
    CROSS JOIN LATERAL (VALUES
        ('dormant', :may_be_dormant AND (t.last IS NULL OR t.last < :since)),
        ('described_but_refused', t.decided >= :at_least AND t.refused >= :share * t.decided)
    ) k (kind, so)
    WHERE so
"""
_WRITE = """
    WITH found AS (
        SELECT f.*, CASE kind
            WHEN 'dormant' THEN format('It stands in the register as %s, and %s', code,
                CASE WHEN last IS NULL THEN 'there is no application for it on record'
                    ELSE format('the last application for it is of %s', to_char(last, 'YYYY-MM-DD'))
                    END) || format('. All sources of applications were looked at from %s to %s.',
                        CAST(:since_day AS text), CAST(:as_of_day AS text))
            ELSE format('It stands in the register as %s, and %s of %s decided applications for it'
                ' were refused.', code, refused, decided) END AS why,
            CASE kind WHEN 'dormant' THEN 1.0 ELSE refused::float / decided END AS score
        FROM found_now f
    ), written AS (
        INSERT INTO candidates AS c (kind, registered, service, names, organisations, score,
            probability, why, evidence, volume, first_seen, last_seen, found_at,
            changed_at)
        SELECT kind, true, code, names, array_remove(ARRAY[organisation], NULL), score, score, why,
            jsonb_build_object('kind', kind), volume, first, last, :as_of, :as_of
        FROM found ORDER BY kind, code
        ON CONFLICT (kind, service) WHERE registered DO UPDATE SET names = excluded.names,
            organisations = excluded.organisations, score = excluded.score,
            probability = excluded.probability, why = excluded.why, volume = excluded.volume,
            first_seen = excluded.first_seen,
            last_seen = excluded.last_seen
        RETURNING c.id, xmax = 0 AS is_new)
    SELECT id FROM written WHERE is_new
"""
_OVER = """
    SELECT c.id FROM candidates c
    WHERE c.registered AND c.kind = :kind AND c.state = ANY(:open)
      AND NOT EXISTS (SELECT FROM found_now f WHERE (f.kind, f.code) = (c.kind, c.service))
"""
_AGAIN = """
    SELECT c.id FROM candidates c JOIN found_now f ON (f.kind, f.code) = (c.kind, c.service)
    WHERE c.registered AND c.state = 'rejected' AND c.reason = 'over'
"""


def look(
    connection: Connection, environment: Environment, as_of: datetime, actor: str
) -> tuple[list[int], list[str]]:
    """Find dormant and refused services, and end what is over.

    Answers the new candidates, and what was not looked at, in words.
    """
    settings = environment.hidden_services
    since = as_of - settings.dormant_after
    unseen = not_looked_at(connection, environment, as_of, since)
    values: dict[str, Any] = {
        "as_of": as_of,
        "since": since,
        "since_day": f"{since:%Y-%m-%d}",
        "as_of_day": f"{as_of:%Y-%m-%d}",
        "may_be_dormant": not unseen,
        "refusals": settings.refusals.results,
        "at_least": settings.refusals.at_least,
        "share": settings.refusals.share,
    }
    connection.execute(text("DROP TABLE IF EXISTS traffic, found_now"))
    connection.execute(text(_TRAFFIC), values)
    connection.execute(text(_SEEN), values)
    connection.execute(text(f"CREATE TEMP TABLE found_now ON COMMIT DROP AS {_FOUND}"), values)
    new = [int(row[0]) for row in connection.execute(text(_WRITE), values)]
    state.begin(connection, new, actor, as_of)
    again = [int(row[0]) for row in connection.execute(text(_AGAIN))]
    state.move(connection, again, Step("new", "again", "It is so once more", actor, as_of))
    kinds = ["described_but_refused", *(["dormant"] if not unseen else [])]
    for kind in kinds:
        _end(connection, kind, Step("rejected", "over", _ENDED[kind], actor, as_of))
    return new, unseen


_ENDED = {
    "dormant": "There are applications for it again",
    "described_but_refused": "Applications for it are granted again",
}


def _end(connection: Connection, kind: str, step: Step) -> None:
    rows = connection.execute(text(_OVER), {"kind": kind, "open": list(state.OPEN)})
    state.move(connection, [int(row[0]) for row in rows], step)


def not_looked_at(
    connection: Connection, environment: Environment, as_of: datetime, since: datetime
) -> list[str]:
    """Why nothing can be called dormant as of a moment, in words; empty where it can."""
    pulled = {
        row.source: row.looked_until
        for row in connection.execute(text("SELECT source, looked_until FROM source_states"))
    }
    found = []
    for source in sorted(environment.sources.values(), key=lambda each: each.source):
        last = pulled.get(source.source)
        if source.dataset != "applications" or (last and last >= as_of - FRESH):
            continue
        said = f"looked at until {last:%Y-%m-%d}" if last else "never looked at"
        found.append(f"{source.source} was {said}")
    begun = connection.execute(text("SELECT min(received_at) FROM applications")).scalar()
    if begun is None:
        found.append("there are no applications on record")
    elif begun > since:
        found.append(f"applications are on record only from {begun:%Y-%m-%d}")
    return [f"Dormant services were not looked for: {each}" for each in found]
