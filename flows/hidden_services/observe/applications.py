"""Services that people apply for, and that the register does not know: stored or held back."""

from sqlalchemy import Connection

from flows.hidden_services.observe.write import write
from models.environment.loader import Environment

SOURCE = "collected.applications"
UNKNOWN = "A04"
"""The rule that holds back an application of a service that the register does not know."""

# The reason ends with the code; the record itself may name a person and is left alone.
_HELD = """
    SELECT s.system, substring(q.reasons[array_position(q.codes, :rule)] FROM ': (.+)$') AS service,
        count(*) AS volume, NULL::bigint AS recipients, NULL::bigint AS refused,
        NULL::text[] AS regions, min(q.held_at) AS first_seen, max(q.held_at) AS last_seen
    FROM quarantine q
    JOIN (SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:systems AS text[])))
        AS s (source, system) USING (source)
    WHERE q.dataset = 'applications' AND q.state = 'held' AND :rule = ANY(q.codes)
    GROUP BY 1, 2
"""
_STORED = """
    SELECT system, service, count(*), count(DISTINCT applicant),
        count(*) FILTER (WHERE result = ANY(CAST(:refusals AS text[]))),
        array_agg(DISTINCT region) FILTER (WHERE region IS NOT NULL),
        min(received_at), max(received_at)
    FROM applications a
    WHERE NOT EXISTS (SELECT FROM services v WHERE v.code = a.service)
    GROUP BY system, service
"""
_SELECT = f"""
    SELECT system, 'application' AS kind, service AS code, '{{}}'::jsonb AS names, service,
        sum(volume)::bigint AS volume, max(recipients) AS recipients, max(refused) AS refused,
        max(regions) AS regions,
        min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM ({_STORED} UNION ALL {_HELD}) each (system, service, volume, recipients, refused, regions,
        first_seen, last_seen)
    WHERE service IS NOT NULL GROUP BY system, service
"""


def collect(connection: Connection, environment: Environment) -> int:
    """Write the unknown service codes with their counts; answers how many are new or changed.

    A code that the register knows by now keeps its observation, and is told to be in it.
    """
    sources = [each for each in environment.sources.values() if each.dataset == "applications"]
    return write(
        connection,
        _SELECT,
        {
            "rule": UNKNOWN,
            "sources": [each.source for each in sources],
            "systems": [each.system for each in sources],
            "refusals": environment.hidden_services.refusals.results,
        },
        SOURCE,
    )
