"""When clocks stood still, worked out from the events `stopped` and `restarted`."""

from sqlalchemy import Connection, text

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
"""


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
