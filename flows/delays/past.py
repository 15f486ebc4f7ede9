"""Every application as it stood at a moment: what came later is not known yet."""

from flows.delays.columns import columns_sql
from flows.delays.timeliness import state_sql
from models.environment.loader import Environment

# A clock that was stopped or restarted after the moment had not been, at that moment.
_STOPS_THEN = """(
    SELECT system, number, stopped_at,
        CASE WHEN restarted_at <= :as_of THEN restarted_at END AS restarted_at
    FROM clock_stops WHERE stopped_at <= :as_of
)"""

_OPEN_THEN = """(
    SELECT system, number, service, sub_type, channel, received_at,
        NULL::timestamptz AS completed_at, given_due_at
    FROM applications
    WHERE received_at <= :as_of AND (completed_at IS NULL OR completed_at > :as_of)
)"""


def as_of_sql(environment: Environment) -> str:
    """A query for every application received by `:as_of`, with its state as of then.

    Columns: system, number, service, region, channel, received_at, due_at, completed_at, state.
    Replays the past: open applications are judged by the stops known then.
    """
    open_then = columns_sql(_OPEN_THEN, environment.settings.delays.at_risk, _STOPS_THEN)
    return f"""(
        SELECT a.system, a.number, a.service, a.region, a.channel, a.received_at,
            o.due_at, NULL::timestamptz AS completed_at, {state_sql("o", ":as_of")} AS state
        FROM (SELECT o.*, NULL::timestamptz AS completed_at FROM {open_then} o) o
        JOIN applications a USING (system, number)
        UNION ALL
        SELECT a.system, a.number, a.service, a.region, a.channel, a.received_at,
            a.due_at, a.completed_at, {state_sql("a", ":as_of")}
        FROM applications a WHERE a.completed_at <= :as_of
    )"""
