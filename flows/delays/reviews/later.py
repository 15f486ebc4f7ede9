"""What came later: a breach whose application has changed is examined anew.

Events that arrive late, rows released, outages proven or ended: the clocks have to split their
applications anew, and what they split says of which breaches the cause may be another.
"""

from sqlalchemy import Connection, text

from flows.delays.reviews.causes import evidence_sql

# In the transaction that splits them: `taken` are the applications that have changed.
_AGAIN = """
    UPDATE breaches b SET reviewed_state = NULL FROM taken t
    WHERE b.system = t.system AND b.number = t.number AND b.reviewed_state IS NOT NULL
      AND b.state <> 'withdrawn'
"""

# A review of one breach, of which nobody has said anything yet; what several breaches have in
# common, and what people have said, stays until people change it.
REVISE = f"""
    WITH revised AS (
        UPDATE reviews r SET cause = n.cause, party = n.party, revision = r.revision + 1,
            evidence = n.new_evidence,
            questions = coalesce(CAST(:questions AS jsonb) -> n.cause, '[]')
        FROM (
            SELECT *, {evidence_sql()} AS new_evidence
            FROM review_classified
        ) n
        WHERE r.id = n.known AND r.state = 'open' AND r.cause <> n.cause
          AND r.key = 'case:' || n.system || '/' || n.number || '/' || n.clock
          AND NOT EXISTS (SELECT FROM review_changes h WHERE h.review_id = r.id
              AND h.reason IN ('kept', 'revised', 'dispute_granted', 'dispute_refused'))
        RETURNING r.id, n.cause
    )
    INSERT INTO review_changes (review_id, was, became, reason, sentence, actor, as_of)
    SELECT id, 'open', 'open', 'more_is_known',
        'More is known by now: ' || (CAST(:sentences AS jsonb) ->> cause), :actor, :moment
    FROM revised
"""
"""Revises what `review_classified` says otherwise than its review; values as in `open`."""


def examine_again(connection: Connection) -> None:
    """Have the breaches of the temporary table `taken` (system, number) examined once more."""
    connection.execute(text(_AGAIN))
