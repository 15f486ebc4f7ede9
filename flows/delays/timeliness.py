"""What an application is, as of a moment: on time, late, open, at risk, overdue, no standard."""

SENTENCES = {
    "no_standard_in_force": "No standard was in force for it on the day of receipt",
    "completed_in_term": "Completed within its term",
    "completed_after_term": "Completed after its term had run out",
    "term_over": "Its term has run out and it is not completed",
    "term_nearly_over": "Most of the working time of its term is gone",
    "clock_stopped": "Its clock stands still",
    "term_running": "Its term is running",
}
"""The reason codes of `timeliness`, each with its sentence for a person."""


def state_sql(row: str, moment: str) -> str:
    """The state of the application `row` (an alias) as of `moment` (an expression).

    The end of the term itself is still on time.
    """
    return f"""CASE
        WHEN {row}.standard_id IS NULL THEN 'no_standard'
        WHEN {row}.completed_at <= {moment} THEN CASE
            WHEN {row}.completed_at > {row}.due_at THEN 'late' ELSE 'on_time' END
        WHEN {row}.due_at < {moment} THEN 'overdue'
        WHEN {row}.at_risk_at <= {moment} THEN 'at_risk'
        ELSE 'open' END"""


def reason_sql(row: str, state: str) -> str:
    """The reason code of `state` (an expression) of the application `row`."""
    return f"""CASE {state}
        WHEN 'no_standard' THEN 'no_standard_in_force'
        WHEN 'late' THEN 'completed_after_term'
        WHEN 'on_time' THEN 'completed_in_term'
        WHEN 'overdue' THEN 'term_over'
        WHEN 'at_risk' THEN 'term_nearly_over'
        WHEN 'open' THEN CASE WHEN {row}.due_at IS NULL THEN 'clock_stopped'
                              ELSE 'term_running' END END"""
