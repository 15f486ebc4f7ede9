"""When clocks stood still: by the events `stopped` and `restarted`, and by proven outages."""

from sqlalchemy import Connection, text

from flows.delays.clocks.parties import KINDS, PARTIES
from flows.delays.clocks.relations import make
from flows.delays.clocks.timeline import RANK

_REBUILD = """
    INSERT INTO clock_stops (system, number, stopped_at, restarted_at, reason)
    SELECT system, number, at, min(next_restart), min(reason)
    FROM (
        SELECT system, number, kind, at, reason,
            lag(kind) OVER turns AS before,
            min(at) FILTER (WHERE kind = 'restarted') OVER (
                PARTITION BY system, number ORDER BY at, kind DESC
                ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_restart
        FROM application_events JOIN {touched} t USING (system, number)
        WHERE kind IN ('stopped', 'restarted')
        WINDOW turns AS (PARTITION BY system, number ORDER BY at, kind DESC)
    ) marks
    WHERE kind = 'stopped' AND before IS DISTINCT FROM 'stopped'
    GROUP BY system, number, at
    ON CONFLICT DO NOTHING  -- a pull and the round of the outages may follow the same one at once
"""

OUTAGE = "outage"
"""The reason of a stop that no event told of: the system of another body was away."""

# Who had the application when: the receipt names the office, each event the next holder. What
# is not known to be with a body or an office does not stop: nobody was kept from working.
_HELD = f"""
    SELECT u.*, p.at AS since, h.kind, h.code,
        lead(p.at, 1, u.ended_at) OVER (
            PARTITION BY u.system, u.number
            ORDER BY p.at, p.was, p.rank, coalesce(h.party, 'unknown')) AS until
    FROM (
        SELECT DISTINCT a.system, a.number, a.office, a.service, a.received_at,
            coalesce(a.completed_at, 'infinity') AS ended_at
        FROM applications a JOIN {{touched}} t USING (system, number)
        JOIN clock_outages o ON o.stops
         AND (a.system = ANY(o.systems) OR a.service = ANY(o.services))
         AND o.began_at < coalesce(a.completed_at, 'infinity')
         AND coalesce(o.ended_at, 'infinity') > a.received_at
    ) u CROSS JOIN LATERAL (
        SELECT u.received_at AS at, timestamptz '-infinity' AS was, 0 AS rank, u.office AS holder
        UNION ALL
        SELECT least(greatest(e.at, u.received_at), u.ended_at), e.at, {RANK}, e.holder
        FROM application_events e WHERE e.system = u.system AND e.number = u.number
    ) p LEFT JOIN clock_parties h ON h.code = p.holder
"""

_KEPT = f"""
    SELECT h.system, h.number, o.finding_id, tstzrange(h.since, h.until)
        * tstzrange(o.began_at, coalesce(o.ended_at, 'infinity')) AS during
    FROM ({_HELD}) h JOIN clock_outages o ON o.stops
     AND (h.system = ANY(o.systems) OR h.service = ANY(o.services))
     AND tstzrange(h.since, h.until) && tstzrange(o.began_at, coalesce(o.ended_at, 'infinity'))
    WHERE h.since < h.until AND CASE h.kind WHEN {KINDS["body"]} THEN h.code <> o.owner
        WHEN {KINDS["office"]} THEN NOT h.system = ANY(o.own_systems) END
"""

# Only where the clock ran: a stop inside a stop would count twice.
_OUTAGES = f"""
    WITH kept AS MATERIALIZED ({_KEPT})
    INSERT INTO clock_stops (system, number, stopped_at, restarted_at, reason, finding_id)
    SELECT k.system, k.number, lower(p.piece), nullif(upper(p.piece), 'infinity'), '{OUTAGE}',
        (SELECT min(x.finding_id) FROM kept x
         WHERE x.system = k.system AND x.number = k.number AND x.during && p.piece)
    FROM (SELECT system, number, range_agg(during) AS during FROM kept GROUP BY 1, 2) k
    CROSS JOIN LATERAL (
        SELECT coalesce(range_agg(tstzrange(s.stopped_at, coalesce(s.restarted_at, 'infinity'))),
            '{{{{}}}}'::tstzmultirange) AS still
        FROM clock_stops s WHERE s.system = k.system AND s.number = k.number
    ) s CROSS JOIN LATERAL unnest(k.during - s.still) AS p (piece)
    ON CONFLICT DO NOTHING
"""


def outages_stop(connection: Connection) -> bool:
    """Whether there is any outage for which clocks stop."""
    query = "SELECT EXISTS (SELECT FROM clock_outages WHERE stops)"
    return bool(connection.execute(text(query)).scalar())


def rebuild(connection: Connection, touched: str) -> None:
    """Work out the stops anew for the applications in `touched` (system, number; distinct).

    A second stop while the clock stands still changes nothing, nor does a restart of a clock
    that runs; an event that came twice or out of order ends in the same stops.
    """
    connection.execute(
        text(f"""
            DELETE FROM clock_stops s USING {touched} t
            WHERE s.system = t.system AND s.number = t.number
        """)
    )
    connection.execute(text(_REBUILD.format(touched=touched)))
    if outages_stop(connection):
        make(connection, "clock_parties", PARTIES, {})
        connection.execute(text(_OUTAGES.format(touched=touched)))
