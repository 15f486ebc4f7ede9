"""A system's circuit: opened by failures in a row, tried now and then, closed by a good answer."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from models import trail
from models.environment.loader import Environment

ACTOR = "flow:composite_services"
DOUBLINGS = 20
"""More than that and the longest wait has long been reached."""

# Rows are locked in one order, so that two workers never wait for each other.
_GOOD = """
    WITH known AS MATERIALIZED (
        SELECT system, state AS was, since AS failing_since, failures FROM composite_circuits
        WHERE system = ANY(CAST(:systems AS text[])) AND (failures > 0 OR state = 'open')
        ORDER BY system FOR UPDATE
    )
    UPDATE composite_circuits c
    SET state = 'closed', reason = 'answers', sentence = 'It answers', failures = 0, tries = 0,
        trying = false, try_at = NULL, expected_at = NULL,
        since = CASE c.state WHEN 'open' THEN :moment ELSE c.since END
    FROM known k WHERE c.system = k.system
    RETURNING c.system, k.was, c.state AS became, c.failures, k.failing_since
"""
_MADE = """
    INSERT INTO composite_circuits (system, state, reason, sentence, since)
    SELECT system, 'closed', 'answers', 'It answers', :moment
    FROM unnest(CAST(:systems AS text[])) AS s (system) ORDER BY system
    ON CONFLICT (system) DO NOTHING
"""
# A failure while it is open counts as the try's only where a try is out: others were sent before.
_BAD = """
    WITH known AS MATERIALIZED (
        SELECT system, state AS was, since AS failing_since, failures + counted AS failures,
               trying AND state = 'open' AS tried, tries + trying::int AS tries
        FROM composite_circuits
        JOIN unnest(CAST(:systems AS text[]), CAST(:counts AS int[])) AS s (name, counted)
          ON name = system
        ORDER BY system FOR UPDATE OF composite_circuits
    ), judged AS (
        SELECT *, was = 'closed' AND failures >= :most AS opens FROM known
    )
    UPDATE composite_circuits c
    SET failures = j.failures, tries = CASE WHEN j.opens THEN 0 ELSE j.tries END, trying = false,
        state = CASE WHEN j.opens THEN 'open' ELSE c.state END,
        reason = CASE WHEN j.opens THEN 'failures' ELSE c.reason END,
        sentence = CASE WHEN j.opens OR c.state = 'open'
            THEN format('%s calls on end failed', j.failures) ELSE c.sentence END,
        since = CASE WHEN j.opens THEN :moment ELSE c.since END,
        try_at = CASE WHEN j.opens THEN :moment + CAST(:first AS interval)
            WHEN j.tried THEN :moment
                + least(CAST(:first AS interval) * power(2, least(j.tries, :doublings)),
                        CAST(:longest AS interval))
            ELSE c.try_at END
    FROM judged j WHERE c.system = j.system
    RETURNING c.system, j.was, c.state AS became, c.failures, j.failing_since
"""
# Whoever claims a try and dies leaves it to others when the lease would have ended.
_TRIES = """
    UPDATE composite_circuits SET trying = true, try_at = :moment + CAST(:lease AS interval)
    WHERE system IN (
        SELECT system FROM composite_circuits
        WHERE state = 'open' AND try_at <= :moment AND system = ANY(CAST(:systems AS text[]))
        ORDER BY system FOR UPDATE SKIP LOCKED
    )
    RETURNING system
"""


def note(
    connection: Connection,
    environment: Environment,
    moment: datetime,
    good: Mapping[str, int],
    bad: Mapping[str, int],
) -> None:
    """Count a group of answers, by system: `good` came, `bad` failed on the body's side.

    A refusal or a fault that names our request is a good answer: the system works. Where a group
    has both for a system, it works. Opening and closing are entries of the audit trail.
    """
    rules = environment.settings.composite_services.circuit
    changed: list[Row[Any]] = []
    if good:
        values = {"systems": sorted(good), "moment": moment}
        changed += connection.execute(text(_GOOD), values).all()
    failing = sorted(bad.keys() - good.keys())
    if failing:
        values = {
            "systems": failing,
            "counts": [bad[name] for name in failing],
            "moment": moment,
            "most": rules.failures,
            "first": rules.first_try,
            "longest": rules.longest_wait,
            "doublings": DOUBLINGS,
        }
        connection.execute(text(_MADE), values)
        changed += connection.execute(text(_BAD), values).all()
    for row in changed:
        if row.was != row.became:
            _record(connection, row.system, row.became, row.failures, row.failing_since, moment)


def tries(
    connection: Connection, environment: Environment, moment: datetime, systems: Collection[str]
) -> list[str]:
    """Those of the systems with an open circuit whose try is due; asking claims it.

    `systems` are those that nothing but their circuit holds: one in a window of maintenance, or
    one that the watch knows to be down, is not tried.

    Whoever gets a system here sends exactly one of its steps (held ones too, the earliest due
    first), and tells `note` how that went. Nobody else gets it meanwhile.
    """
    lease = environment.settings.composite_services.lease
    values = {"moment": moment, "lease": lease, "systems": sorted(systems)}
    return sorted(connection.execute(text(_TRIES), values).scalars())


def failing(connection: Connection, environment: Environment, system: str, most: int) -> bool:
    """Whether the system fails for everybody, with the failure that is being judged.

    Its circuit is open, or is opened by this failure; or nobody had a good answer from it during
    the last `most` calls.
    """
    rules = environment.settings.composite_services.circuit
    row = connection.execute(
        text("SELECT state, failures FROM composite_circuits WHERE system = :system"),
        {"system": system},
    ).one_or_none()
    if row is None:
        return False
    return bool(row.state == "open" or row.failures + 1 >= min(rules.failures, most))


def _record(
    connection: Connection,
    system: str,
    became: str,
    failures: int,
    since: datetime,
    moment: datetime,
) -> None:
    details = {"failures": failures, "at": moment.isoformat()}
    if became == "closed":
        details["open_since"] = since.isoformat()
    trail.record(
        connection,
        actor=ACTOR,
        action="circuit.opened" if became == "open" else "circuit.closed",
        subject=f"system {system}",
        details=details,
    )
