"""The columns of `applications` that follow from its due date, the moment of risk among them."""

from typing import Literal

from flows.delays.due_dates import due_sql

COLUMNS = ("registered_on", "due_at", "inner_due_at", "at_risk_at", "standard_id")

# How much working time is gone when the term ends: known from the day it ends, else looked up.
_WORKED_AT_END = """CASE
    WHEN d.unit = 'working_hours' THEN d.worked + d.term * 3600
    WHEN d.unit = 'given' THEN worked_until(d.calendar, d.unstopped_due_at)
    ELSE d.end_worked + greatest(0, least(extract(epoch FROM d.unstopped_due_at - d.end_opens),
                                          extract(epoch FROM d.end_closes - d.end_opens))) END"""

# The last part of the working time before the end, counted back from it, so that a clock that
# stood still moves the moment of risk with the due date.
_WITH_RISK = """
    SELECT d.system, d.number, d.registered_on, d.due_at, d.due_at - d.inner_due AS inner_due_at,
        CASE WHEN d.unit = 'minutes' THEN d.due_at - {rest} * make_interval(mins => d.term)
             ELSE k.moment END AS at_risk_at,
        d.standard_id
    FROM (
        SELECT d.*, CASE
            WHEN d.completed_at IS NOT NULL OR d.due_at IS NULL OR d.unit = 'minutes' THEN NULL
            ELSE CASE WHEN d.due_at = d.unstopped_due_at THEN {at_end}
                      ELSE worked_until(d.calendar, d.due_at) END
                 - ceil({rest} * ({at_end} - d.worked)) END AS risk
        FROM {due} d
    ) d
    LEFT JOIN LATERAL (
        SELECT c.opens_at + make_interval(secs => (d.risk - c.worked_before)::float8) AS moment
        FROM calendar_days c
        WHERE c.calendar = d.calendar AND c.working AND c.worked_before < d.risk::bigint
        ORDER BY c.worked_before DESC LIMIT 1
    ) k ON d.risk IS NOT NULL
"""

_WITHOUT_RISK = """
    SELECT d.system, d.number, d.registered_on, d.due_at, d.due_at - d.inner_due AS inner_due_at,
        NULL::timestamptz AS at_risk_at, d.standard_id
    FROM {due} d
"""


def columns_sql(
    relation: str, at_risk: float | Literal["never"], stops: str = "clock_stops"
) -> str:
    """A query with system, number and `COLUMNS` for each application of `relation`.

    `at_risk` is the share of the term's working time after which an open case is at risk;
    closed ones have no such moment. `relation` and `stops` are as for `due_sql`.
    """
    due = due_sql(relation, stops)
    if at_risk == "never":
        return f"({_WITHOUT_RISK.format(due=due)})"
    rest = f"{1 - at_risk:.6f}"
    return f"({_WITH_RISK.format(due=due, rest=rest, at_end=_WORKED_AT_END)})"
