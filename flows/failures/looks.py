"""Up to when each side has looked at each system."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, text

from flows.failures.verdict import Verdict

APART = ("source:", "contract:")
"""Subjects that are looked at by a schedule of their own; the pulls' record tells of them."""

_REMEMBER = """
    INSERT INTO system_looks (system, side, looked_until)
    SELECT * FROM unnest(CAST(:systems AS text[]), CAST(:sides AS text[]),
                         CAST(:untils AS timestamptz[]))
    ON CONFLICT (system, side) DO UPDATE SET looked_until = excluded.looked_until
    WHERE system_looks.looked_until < excluded.looked_until
"""


def remember(connection: Connection, side: str, verdicts: Iterable[Verdict]) -> None:
    """Move up to when the side has looked, by what it judged, good or bad."""
    until: dict[str, datetime] = {}
    for each in verdicts:
        if not each.subject.startswith(APART):
            until[each.system] = max(each.at, until.get(each.system, each.at))
    if until:
        values = {
            "systems": list(until),
            "sides": [side] * len(until),
            "untils": list(until.values()),
        }
        connection.execute(text(_REMEMBER), values)
