"""The funnel: candidates found, confirmed, proposed and entered, by body and month."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

STAGES = ("found", "confirmed", "proposed", "entered")

# A candidate of several bodies counts for the first; each counts in the month it got that far
# for the first time. Only hidden services go through the funnel: a dormant one is registered.
_FUNNEL = """
    SELECT coalesce(c.organisations[1], '') AS organisation,
        date_trunc('month', s.as_of AT TIME ZONE :zone)::date AS month, s.stage, count(*)
    FROM candidates c JOIN (
        SELECT candidate_id, CASE became WHEN 'new' THEN 'found' ELSE became END AS stage,
            min(as_of) AS as_of
        FROM candidate_changes
        WHERE became IN ('new', 'confirmed', 'proposed', 'entered') GROUP BY 1, 2
    ) s ON s.candidate_id = c.id
    WHERE c.kind = 'hidden'
      AND (CAST(:region AS text) IS NULL OR :region = ANY(c.regions) OR c.regions = '{}')
      AND (CAST(:since AS timestamptz) IS NULL OR s.as_of >= :since)
    GROUP BY 1, 2, 3 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Step:
    """What happened in one month at one body; empty `organisation`: nobody is named."""

    organisation: str
    month: date
    found: int = 0
    confirmed: int = 0
    proposed: int = 0
    entered: int = 0


def funnel(
    connection: Connection,
    zone: str,
    *,
    region: str | None = None,
    since: datetime | None = None,
) -> list[Step]:
    """The steps by body and month, in the time zone `zone`; by body, then by month."""
    rows = connection.execute(text(_FUNNEL), {"zone": zone, "region": region, "since": since})
    steps: dict[tuple[str, date], dict[str, int]] = {}
    for organisation, month, stage, count in rows:
        steps.setdefault((organisation, month), {})[stage] = int(count)
    return [Step(body, month, **counts) for (body, month), counts in steps.items()]


def totals(steps: list[Step]) -> dict[str, int]:
    """All bodies and months together, by stage."""
    return {stage: sum(getattr(step, stage) for step in steps) for stage in STAGES}
