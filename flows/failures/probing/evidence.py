"""The looks that a verdict rests on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.failures.verdict import Evidence

_LOOKS = """
    SELECT r.* FROM probe_targets t CROSS JOIN LATERAL (
        SELECT * FROM probe_results l
        WHERE l.system = t.system AND l.probe = t.probe AND l.looked_at <= :moment
            AND l.looked_at >= CASE WHEN t.outcome <> 'good' THEN t.since
                ELSE coalesce(t.slow_since, t.looked_at, t.tried_at) END
        ORDER BY l.looked_at DESC LIMIT 3
    ) r ORDER BY r.looked_at
"""


def by_target(
    connection: Connection, moment: datetime
) -> Mapping[tuple[str, str], Sequence[Evidence]]:
    """The last three looks of each target since it stands as it does, in order of time."""
    found: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for row in connection.execute(text(_LOOKS), {"moment": moment}).mappings():
        found[row["system"], row["probe"]].append(_evidence(row))
    return found


def _evidence(row: Mapping[Any, Any]) -> Evidence:
    at: datetime = row["looked_at"]
    values = {
        "outcome": row["outcome"],
        "reason": row["reason"],
        "took_ms": round(row["took_ms"], 1),
        "status": row["status"],
    }
    reference = f"{row['system']}/{row['probe']}/{at.isoformat()}"
    return Evidence(at, "probe_results", reference, row["sentence"], values)
