"""Proven outages as the clocks know them: confirmed findings of kind `down`, and their reach.

An outage is Tereze's finding, so it may be corrected: it begins earlier, ends, or comes back. What
differs between the findings and `clock_outages` is taken over, and answers which applications
have to be looked at anew.
"""

from typing import Any

from sqlalchemy import Connection, text

from flows.failures.waiting.reach import reach
from models.environment.loader import Environment
from models.environment.systems import System

# One that is suspected again keeps the end of before until that is confirmed.
_PROVEN = """
    SELECT id AS finding_id, system, began_at,
        CASE WHEN state <> 'confirmed' THEN ended_at END AS ended_at
    FROM findings
    WHERE kind = 'down' AND confirmed_at IS NOT NULL
      AND system = ANY(:systems) AND (state = 'confirmed' OR ended_at > began_at)
"""

_NOW = f"""
    CREATE TEMP TABLE outages_now ON COMMIT DROP AS
    SELECT p.finding_id, p.system, r.owner, r.own_systems, r.systems, r.services,
        p.began_at, p.ended_at,
        r.stops AND (p.ended_at IS NULL OR p.ended_at - p.began_at
            >= coalesce(CAST(:at_least AS interval), interval '0')) AS stops
    FROM ({_PROVEN}) p JOIN (
        SELECT x ->> 'system' AS system, x ->> 'owner' AS owner, (x ->> 'stops')::boolean AS stops,
            ARRAY(SELECT jsonb_array_elements_text(x -> 'own_systems')) AS own_systems,
            ARRAY(SELECT jsonb_array_elements_text(x -> 'systems')) AS systems,
            ARRAY(SELECT jsonb_array_elements_text(x -> 'services')) AS services
        FROM jsonb_array_elements(CAST(:reaches AS jsonb)) AS e (x)
    ) r USING (system)
"""

_CHANGED = """
    CREATE TEMP TABLE outages_changed ON COMMIT DROP AS
    SELECT coalesce(n.finding_id, o.finding_id) AS finding_id,
        least(n.began_at, o.began_at) AS since,
        greatest(coalesce(n.ended_at, 'infinity'),
                 CASE WHEN o.finding_id IS NULL THEN '-infinity'
                      ELSE coalesce(o.ended_at, 'infinity') END) AS until,
        coalesce(n.stops, false) OR coalesce(o.stops, false) AS stops,
        coalesce(n.systems, '{}') || coalesce(o.systems, '{}') AS systems,
        coalesce(n.services, '{}') || coalesce(o.services, '{}') AS services
    FROM outages_now n FULL JOIN clock_outages o USING (finding_id)
    WHERE (n.system, n.owner, n.own_systems, n.systems, n.services, n.began_at, n.ended_at, n.stops)
        IS DISTINCT FROM
        (o.system, o.owner, o.own_systems, o.systems, o.services, o.began_at, o.ended_at, o.stops)
"""

_TAKE_OVER = (
    "DELETE FROM clock_outages WHERE finding_id IN (SELECT finding_id FROM outages_changed)",
    """
    INSERT INTO clock_outages (finding_id, system, owner, own_systems, systems, services,
        began_at, ended_at, stops)
    SELECT finding_id, system, owner, own_systems, systems, services, began_at, ended_at, stops
    FROM outages_now WHERE finding_id IN (SELECT finding_id FROM outages_changed)
    """,
)

_AFFECTED = """
    CREATE TEMP TABLE outages_affect ON COMMIT DROP AS
    SELECT a.system, a.number, bool_or(c.stops) AS stops
    FROM outages_changed c JOIN applications a
      ON (a.system = ANY(c.systems) OR a.service = ANY(c.services))
     AND a.received_at < c.until AND (a.completed_at IS NULL OR a.completed_at > c.since)
    GROUP BY a.system, a.number
"""


def take_over(connection: Connection, environment: Environment) -> int:
    """Bring `clock_outages` in line with the findings and the policy; how many differed.

    Makes the temporary table `outages_affect` (system, number, stops) of the applications that
    were under way during those, `stops` where a clock may have to stand still.
    """
    tables = "outages_now, outages_changed, outages_affect"
    connection.execute(text(f"DROP TABLE IF EXISTS {tables}"))
    connection.execute(text(_NOW), _values(environment))
    changed = connection.execute(text(_CHANGED)).rowcount
    if changed:
        for statement in _TAKE_OVER:
            connection.execute(text(statement))
        connection.execute(text("ANALYZE outages_changed"))
    connection.execute(text(_AFFECTED if changed else f"{_AFFECTED} LIMIT 0"))
    return changed


def _values(environment: Environment) -> dict[str, Any]:
    import orjson

    policy = environment.settings.delays.stop_on_outage
    systems = environment.systems
    reaches = [_reach(environment, name, system) for name, system in systems.items()]
    return {
        "systems": list(systems),
        "reaches": orjson.dumps(reaches).decode(),
        "at_least": policy.at_least if policy else None,
    }


def _reach(environment: Environment, name: str, system: System) -> dict[str, Any]:
    policy = environment.settings.delays.stop_on_outage
    behind = reach(environment, name)
    own = [each for each, other in environment.systems.items() if other.owner == system.owner]
    return {
        "system": name,
        "owner": system.owner,
        "stops": policy is not None and policy.applies(name),
        "own_systems": own,
        "systems": behind.systems,
        "services": behind.services,
    }
