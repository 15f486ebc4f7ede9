"""The columns of `applications` that follow from its due date, the moment of risk among them."""

from typing import Literal

from flows.delays.due_dates import due_sql

COLUMNS = ("registered_on", "due_at", "inner_due_at", "at_risk_at", "standard_id")

# How much working time is gone at the end of the term: the day on which it ends is known, but
# for a moment that was given, or that stopped clocks have moved.
_WORKED_AT_END = """d.end_worked + greatest(0, least(d.end_length,
                date_part('epoch', d.unstopped_due_at) - date_part('epoch', d.end_opens_at)))"""
_WORKED_AT_MOMENT = """m.worked_before + m.working::int * greatest(0, least(
                date_part('epoch', d.due_at) - date_part('epoch', m.opens_at),
                date_part('epoch', m.closes_at) - date_part('epoch', m.opens_at)))"""

# Closed ones have no moment of risk, and minutes do not ask for opening hours.
_JUDGED = "d.completed_at IS NULL AND d.due_at IS NOT NULL AND d.unit <> 'minutes'"

# The last part of the working time before the end, counted back from it, so that a clock that
# stood still moves the moment of risk with the due date. In whole seconds, for good measure.
_RISK = f"""
    SELECT d.*, CASE WHEN {_JUDGED} THEN
        CASE WHEN m.day IS NULL THEN {_WORKED_AT_END} ELSE {_WORKED_AT_MOMENT} END
        - ceil({{rest}} * (
            CASE WHEN d.end_opens_at IS NULL THEN {_WORKED_AT_MOMENT} ELSE {_WORKED_AT_END} END
            - d.seconds_worked) - 1e-6) END AS risk
    FROM {{due}} d
    LEFT JOIN calendar_days m
      ON m.day = CASE WHEN {_JUDGED}
            AND (d.end_opens_at IS NULL OR d.due_at <> d.unstopped_due_at)
            THEN (d.due_at AT TIME ZONE d.timezone)::date END
     AND m.calendar = d.calendar  -- last: most rows are done with at the null before it
"""

# Most days are as long as any other, so the day is found by a division; where clocks changed
# meanwhile, by a search.
_MOMENT = "k.opens_at + make_interval(secs => d.risk - k.worked_before)"

_WITH_RISK = f"""
    SELECT d.system, d.number, d.registered_on, d.due_at, d.due_at - d.inner_due AS inner_due_at,
        CASE WHEN d.completed_at IS NOT NULL THEN NULL
             WHEN d.unit = 'minutes' THEN d.due_at - {{rest}} * make_interval(mins => d.term)
             WHEN d.risk > k.worked_before AND {_MOMENT} <= k.closes_at THEN {_MOMENT}
             WHEN d.risk IS NOT NULL THEN worked_moment(d.calendar, d.risk::numeric)
        END AS at_risk_at,
        d.standard_id
    FROM ({_RISK}) d
    LEFT JOIN calendar_days k ON k.ordinal = ceil(d.risk / d.length)::int
     AND k.calendar = d.calendar AND k.working
"""

_WITHOUT_RISK_FROM = ("system", "number", "registered_on", "inner_due", "standard_id")
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
    if at_risk == "never":
        due = due_sql(relation, stops, _WITHOUT_RISK_FROM)
        return f"({_WITHOUT_RISK.format(due=due)})"
    due = due_sql(relation, stops)
    return f"({_WITH_RISK.format(due=due, rest=f'{1 - at_risk:.6f}')})"
