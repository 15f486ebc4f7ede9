"""The evidence of findings: copied, each row once, and no more than a person can read."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from flows.failures.verdict import Evidence

KEPT = 20
"""So many of the first rows of a finding, and so many of the last, are kept."""

_APPEND = """
    INSERT INTO finding_evidence (finding_id, at, origin, reference, sentence, values)
    VALUES (:finding_id, :at, :origin, :reference, :sentence, CAST(:values AS jsonb))
    ON CONFLICT (finding_id, origin, reference) DO NOTHING
"""
_TRIM = f"""
    DELETE FROM finding_evidence WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER first AS place, row_number() OVER last AS place_from_end
            FROM finding_evidence WHERE finding_id = ANY(:findings)
            WINDOW first AS (PARTITION BY finding_id ORDER BY at, id),
                   last AS (PARTITION BY finding_id ORDER BY at DESC, id DESC)
        ) AS placed WHERE place > {KEPT} AND place_from_end > {KEPT}
    )
"""


def append(connection: Connection, found: Mapping[int, Sequence[Evidence]]) -> None:
    """Add what is new of each finding's evidence, and let go of the middle of what is too much."""
    rows = [_row(finding, each) for finding, given in found.items() for each in _bounded(given)]
    if not rows:
        return
    connection.execute(text(_APPEND), rows)
    connection.execute(text(_TRIM), {"findings": list(found)})


def _bounded(given: Sequence[Evidence]) -> Sequence[Evidence]:
    return given if len(given) <= 2 * KEPT else [*given[:KEPT], *given[-KEPT:]]


def _row(finding: int, each: Evidence) -> dict[str, object]:
    return {
        "finding_id": finding,
        "at": each.at,
        "origin": each.origin,
        "reference": each.reference,
        "sentence": each.sentence,
        "values": json.dumps(dict(each.values), allow_nan=False),
    }
