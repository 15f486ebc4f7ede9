"""What else is wrong with a system that is down: its alert names it, instead of an own notice."""

from sqlalchemy import Connection, text

from flows.alerts.inhibited import SAY_AGAIN as ALERTS
from flows.failures.holding_back import SAY_AGAIN as KINDS

WORDS = {
    "PullFailed": ("pulls of 1 source fail", "pulls of {} sources fail"),
    "BatchStopped": ("batches of 1 source are stopped", "batches of {} sources are stopped"),
    "SourceStale": ("its applications are not looked at in time",) * 2,
    "failing": ("1 part fails too many requests", "{} parts fail too many requests"),
    "slow": ("1 part is slow", "{} parts are slow"),
    "silent": ("1 part says that all is well, and it is not",
               "{} parts say that all is well, and it is not"),
    "budget": ("its share of failures is nearly used up",) * 2,
}  # fmt: skip
"""In the order in which they are named; one, and many."""

# Of several findings of a system one is enough to name it: the first of those that tell.
_COUNTS = """
    WITH first AS MATERIALIZED (
        SELECT DISTINCT ON (system) id, system FROM findings
        WHERE kind = 'down' AND state = 'confirmed'
            AND (held_back IS NULL OR alerted_at IS NOT NULL)
        ORDER BY system, began_at, id
    )
    SELECT first.id, wrong.what, count(*) AS times FROM first JOIN (
        SELECT system, kind AS what FROM findings
        WHERE state = 'confirmed' AND kind = ANY(:kinds)
        UNION ALL
        SELECT labels ->> 'system', name FROM alerts
        WHERE state <> 'resolved' AND name = ANY(:alerts) AND EXISTS (SELECT FROM first)
    ) AS wrong USING (system)
    GROUP BY first.id, wrong.what
"""


def words(connection: Connection) -> dict[str, str]:
    """What to add to the sentence of a finding, by its number: `. Pulls of 2 sources fail, too`.

    Only of systems that are down and where more is wrong.
    """
    rows = connection.execute(text(_COUNTS), {"kinds": list(KINDS), "alerts": list(ALERTS)})
    counts: dict[int, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row.id, {})[row.what] = row.times
    return {str(finding): _sentence(found) for finding, found in counts.items()}


def _sentence(found: dict[str, int]) -> str:
    parts = [_part(what, found[what]) for what in WORDS if what in found]
    said = "; ".join(parts)
    return f". {said[0].upper()}{said[1:]}, too"


def _part(what: str, times: int) -> str:
    one, many = WORDS[what]
    return one if times == 1 else many.format(times)
