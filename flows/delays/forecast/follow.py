"""Which applications a forecast is due for: marked in the transaction of the delays' check."""

from sqlalchemy import Connection, text

_OPEN = """
    INSERT INTO forecasts (system, number, next_at)
    SELECT system, number, '-infinity' FROM judged WHERE became IN ('open', 'at_risk')
    ON CONFLICT (system, number) DO UPDATE SET next_at = '-infinity', outcome = NULL
"""
# What was forecast stays beside how it ended.
_DECIDED = """
    UPDATE forecasts f SET next_at = NULL, outcome = j.outcome
    FROM (SELECT system, number, CASE became WHEN 'on_time' THEN 'on_time'
              WHEN 'no_standard' THEN 'withdrawn' ELSE 'late' END AS outcome
          FROM judged WHERE became NOT IN ('open', 'at_risk')) j
    WHERE f.system = j.system AND f.number = j.number AND f.outcome IS DISTINCT FROM j.outcome
"""
_ALL = """
    INSERT INTO forecasts (system, number, next_at)
    SELECT system, number, '-infinity' FROM applications WHERE timeliness IN ('open', 'at_risk')
    ON CONFLICT (system, number) DO UPDATE SET next_at = '-infinity' WHERE forecasts.outcome IS NULL
"""


def follow(connection: Connection) -> None:
    """Take up what is open, and close what is decided, of the temporary table `judged`."""
    connection.execute(text(_OPEN))
    connection.execute(text(_DECIDED))


def follow_all(connection: Connection) -> int:
    """Take up every open application anew, because something else was learned; answers how many."""
    return connection.execute(text(_ALL)).rowcount
