"""Each breach finds its review, or opens one; what became of a breach, its review knows.

Breaches of one cause (one outage, one office) are one review with its cases; every other breach
has one of its own. Costs by the breaches whose state a review does not know yet.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from flows.delays.clocks.relations import prepare
from flows.delays.clocks.timeline import TIMELINE
from flows.delays.lock import hold
from flows.delays.reviews.causes import CLASSIFIED, QUESTIONS, SENTENCES, evidence_sql
from flows.delays.reviews.later import REVISE
from models import trail
from models.environment.delays import EVERY
from models.environment.loader import Environment

LOCK = 7_391_504

_NEWS = """
    CREATE TEMP TABLE breaches_now ON COMMIT DROP AS
    SELECT b.system, b.number, b.clock, b.state, b.due_at, c.review_id AS known
    FROM breaches b LEFT JOIN review_cases c USING (system, number, clock)
    WHERE b.reviewed_state IS DISTINCT FROM b.state
"""
_THEIRS = """(
    SELECT a.* FROM applications a JOIN (
        SELECT DISTINCT system, number FROM breaches_now WHERE state <> 'withdrawn'
    ) n USING (system, number))"""

_BREACHES = """
    CREATE TEMP TABLE review_breaches ON COMMIT DROP AS
    SELECT s.id, n.*, a.region, a.office, a.registered_on, a.inner_due_at, k.timezone,
        greatest(0, floor(worked_until(s.calendar, s.ended_at))
                    - floor(worked_until(s.calendar, n.due_at)))::int AS late,
        EXISTS (SELECT FROM application_events e WHERE e.system = n.system
            AND e.number = n.number AND e.kind = 'completed' AND e.at <= n.due_at
            AND e.at >= s.received_at) AS completed_in_term
    FROM breaches_now n
    JOIN splitting s USING (system, number)
    JOIN applications a USING (system, number)
    JOIN calendars k ON k.name = s.calendar
    WHERE n.state <> 'withdrawn'
"""

# The term ends at the close of the working day that many working days after this one.
_TERM = """
    SELECT e.closes_at FROM calendar_days e JOIN calendars k ON k.name = e.calendar
    WHERE e.calendar = :calendar AND e.working AND e.ordinal = :term + (
        SELECT d.ordinal FROM calendar_days d
        WHERE d.calendar = k.name AND d.day = (:moment AT TIME ZONE k.timezone)::date)
"""

_GROUPS = f"""
    CREATE TEMP TABLE review_groups ON COMMIT DROP AS
    SELECT key, min(cause) AS cause, min(party) AS party,
        CASE WHEN count(DISTINCT coalesce(region, '')) = 1 THEN min(region) END AS region,
        {evidence_sql("max", "min")} AS evidence
    FROM review_classified WHERE known IS NULL GROUP BY key
"""

_OPEN = (
    """
    INSERT INTO reviews (key, cause, party, evidence, region, department, questions, opened_at,
        due_at)
    SELECT g.key, g.cause, g.party, g.evidence, g.region,
        coalesce(d.departments ->> g.region, d.departments ->> :every),
        coalesce(d.questions -> g.cause, '[]'), :moment, ("""
    + _TERM
    + """)
    FROM review_groups g CROSS JOIN (
        SELECT CAST(:departments AS jsonb) AS departments, CAST(:questions AS jsonb) AS questions
    ) d
    ON CONFLICT (key) WHERE state IN ('open', 'accepted', 'disputed') DO NOTHING
    RETURNING id
"""
)

# Cases of other regions have come to it: then no one region's department is the right one.
_SPREAD = """
    UPDATE reviews r SET region = NULL, department = CAST(:departments AS jsonb) ->> :every
    FROM review_groups g
    WHERE r.key = g.key AND r.state IN ('open', 'accepted', 'disputed')
      AND r.region IS NOT NULL AND r.region IS DISTINCT FROM g.region
"""

_CASES = """
    INSERT INTO review_cases AS c (system, number, clock, review_id, state, due_at, late, parties,
        seconds, timeline, as_of, added_at)
    SELECT n.system, n.number, n.clock, coalesce(n.known, r.id), n.state, n.due_at, n.late,
        n.parties, n.seconds, n.timeline, :moment, :moment
    FROM review_classified n
    LEFT JOIN reviews r ON r.key = n.key AND r.state IN ('open', 'accepted', 'disputed')
    ON CONFLICT (system, number, clock) DO UPDATE SET state = excluded.state,
        due_at = excluded.due_at, late = excluded.late, parties = excluded.parties,
        seconds = excluded.seconds, timeline = excluded.timeline, as_of = excluded.as_of
"""

_WITHDRAW = """
    UPDATE review_cases c SET state = 'withdrawn' FROM breaches_now n
    WHERE n.state = 'withdrawn' AND (c.system, c.number, c.clock) = (n.system, n.number, n.clock)
"""

# A review whose breaches are all withdrawn has nothing to examine; one that came back, has.
_MOVED = """
    WITH moved AS (
        UPDATE reviews r SET state = m.became, revision = r.revision + 1
        FROM (
            SELECT c.review_id, CASE WHEN bool_and(c.state = 'withdrawn') THEN 'withdrawn'
                ELSE 'open' END AS became
            FROM review_cases c
            WHERE c.review_id IN (SELECT known FROM breaches_now WHERE known IS NOT NULL)
            GROUP BY c.review_id
        ) m, reviews o
        WHERE r.id = m.review_id AND o.id = r.id
          AND (r.state = 'withdrawn') <> (m.became = 'withdrawn') AND r.state <> 'closed'
        RETURNING r.id, o.state AS was, m.became
    )
    INSERT INTO review_changes (review_id, was, became, reason, sentence, actor, as_of)
    SELECT id, was, became, CASE became WHEN 'open' THEN 'breached_again' ELSE 'withdrawn' END,
        CASE became WHEN 'open' THEN 'A breach of it has come back'
            ELSE 'All its breaches were withdrawn: the data or the standard were otherwise' END,
        :actor, :moment
    FROM moved
"""

_HISTORY = """
    INSERT INTO review_changes (review_id, was, became, reason, sentence, actor, as_of)
    SELECT id, NULL, 'open', cause, CAST(:sentences AS jsonb) ->> cause, :actor, :moment
    FROM reviews WHERE id = ANY(:ids)
"""

_KNOWN = """
    UPDATE breaches b SET reviewed_state = b.state FROM breaches_now n
    WHERE (b.system, b.number, b.clock) = (n.system, n.number, n.clock)
"""
_TABLES = "breaches_now, review_breaches, review_pieces, review_classified, review_groups"


@dataclass(frozen=True)
class ReviewsReport:
    """What a round did: breaches looked at, reviews opened, probable causes revised."""

    breaches: int
    opened: int
    revised: int = 0


def open_reviews(
    engine: Engine, environment: Environment, moment: datetime, *, actor: str
) -> ReviewsReport:
    """Bring the reviews in line with the breaches, in one transaction, as of `moment`.

    Raises:
        CouldNotRun: another round of this environment is going on.
    """
    with engine.begin() as connection:
        hold(connection, environment, LOCK, tried="Opening the reviews", going_on="round")
        connection.execute(text(f"DROP TABLE IF EXISTS {_TABLES}"))
        news = connection.execute(text(_NEWS)).rowcount
        if not news:
            return ReviewsReport(0, 0)
        _classify(connection, environment, moment)
        opened, revised = _write(connection, environment, moment, actor)
        trail.record(
            connection,
            actor=actor,
            action="reviews.opened",
            subject=environment.name,
            details={
                "as_of": moment.isoformat(),
                "breaches": news,
                "opened": opened,
                "revised": revised,
            },
        )
    return ReviewsReport(news, opened, revised)


def _classify(connection: Connection, environment: Environment, moment: datetime) -> None:
    connection.execute(text("ANALYZE breaches_now"))
    prepare(connection, environment, _THEIRS, moment)
    connection.execute(text(_BREACHES))
    pieces = f"CREATE TEMP TABLE review_pieces ON COMMIT DROP AS SELECT * FROM {TIMELINE} t"
    connection.execute(text(pieces))
    connection.execute(text("ANALYZE review_breaches, review_pieces"))
    connection.execute(text(CLASSIFIED))


def _write(
    connection: Connection, environment: Environment, moment: datetime, actor: str
) -> tuple[int, int]:
    policy = environment.settings.delays.review
    values: dict[str, Any] = {
        "moment": moment,
        "actor": actor,
        "every": EVERY,
        "departments": json.dumps(policy.departments),
        "questions": json.dumps({**QUESTIONS, **policy.questions}),
        "sentences": json.dumps(SENTENCES),
        "calendar": environment.settings.calendar,
        "term": policy.term,
    }
    connection.execute(text(_GROUPS))
    ids = list(connection.execute(text(_OPEN), values).scalars())
    for statement in (_SPREAD, _CASES, _WITHDRAW, _MOVED):
        connection.execute(text(statement), values)
    connection.execute(text(_HISTORY), {**values, "ids": ids})
    revised = connection.execute(text(REVISE), values).rowcount
    connection.execute(text(_KNOWN))
    return len(ids), revised
