"""The probable cause of a breach, by its split and its timeline.

A share of the time explains a breach where it took at least as long as the breach is late and at
least a tenth of the whole time. Asked in this order, and the first that is so counts:

| cause | where |
|---|---|
| data_wrong | an event says completed within the term, and the application's record does not |
| outage | proven outages of other bodies' systems explain it |
| tereze | Tereze's own queues explain it |
| registration_late | registered after the lawful day, and the time before that explains it |
| late_hand_over | a body gave it to the office within the term, after `result_to_office_by` |
| missing_documents | the applicant had it while the term ran, and that explains it |
| late_at_body, own_staff, not_known | who had it longest: a body, an office, or nobody knows |
"""

from flows.delays.clocks.parties import KINDS
from models.environment.delays import Cause

SENTENCES: dict[Cause, str] = {
    "late_at_body": "A body had it longer than anybody else",
    "late_hand_over": "The body gave the result to the office too late for the term to be kept",
    "outage": "The system of another body was away; proven by the watch",
    "missing_documents": "The applicant's documents were missing while the term ran",
    "own_staff": "The office itself had it longer than anybody else",
    "registration_late": "It was registered later than the law has it",
    "data_wrong": "The data contradict each other: an event says completed within the term",
    "tereze": "It was held in Tereze's own queues",
    "not_known": "Nothing says who had it for the longest part of the time",
}
"""Each cause in words for a person."""

QUESTIONS: dict[Cause, list[str]] = {
    "late_at_body": ["Why did the body need longer?", "What keeps it from happening again?"],
    "late_hand_over": ["When was the result ready, and why did it leave later?"],
    "outage": ["Why was the system away?", "Who was told, and when?"],
    "missing_documents": ["Which documents were missing, and when was the person told?"],
    "own_staff": ["Why did it lie at the office?", "Is the office short of staff?"],
    "registration_late": ["Why was it not registered on the lawful day?"],
    "data_wrong": ["Which record is right, and who mends the other?"],
    "tereze": ["What did Tereze hold, and why?"],
    "not_known": ["Who had the application, and why do the stages not say so?"],
}
"""What is asked where the environment asks nothing of its own."""

# What the pieces of each application say; `p` are the rows of `timeline_sql`.
_FACTS = f"""
    SELECT p.id, sum(p.seconds)::int AS whole,
        coalesce(sum(p.seconds) FILTER (WHERE p.kind = {KINDS["outage"]}), 0)::int AS outage,
        coalesce(sum(p.seconds) FILTER (WHERE p.kind = {KINDS["tereze"]}), 0)::int AS tereze,
        coalesce(sum(p.seconds) FILTER (WHERE p.kind = {KINDS["body"]}), 0)::int AS body,
        coalesce(sum(p.seconds) FILTER (WHERE p.kind = {KINDS["office"]}), 0)::int AS office,
        coalesce(sum(p.seconds) FILTER (WHERE p.kind = {KINDS["unknown"]}), 0)::int AS unknown,
        coalesce(sum(p.seconds) FILTER (WHERE p.kind = {KINDS["applicant"]}
            AND p.event <> 'stopped'), 0)::int AS applicant,
        coalesce(sum(p.seconds) FILTER (WHERE p.event = 'received'), 0)::int AS before,
        min(p.since) FILTER (WHERE p.event = 'registered') AS registered_at,
        min(p.since) FILTER (WHERE p.kind = {KINDS["office"]} AND p.after_body) AS handed_at,
        (array_agg(p.party ORDER BY p.since DESC) FILTER (WHERE p.kind = {KINDS["body"]}))[1]
            AS last_body,
        array_agg(p.party ORDER BY p.since) FILTER (WHERE p.seconds > 0) AS parties,
        array_agg(p.seconds ORDER BY p.since) FILTER (WHERE p.seconds > 0) AS seconds,
        jsonb_agg(jsonb_build_object('since', p.since, 'until', p.until, 'party', p.party,
            'event', p.event, 'stage', p.stage, 'seconds', p.seconds, 'finding', p.finding_id)
            ORDER BY p.since) AS timeline
    FROM (SELECT *, bool_or(kind = {KINDS["body"]}) OVER (PARTITION BY id ORDER BY since)
            AS after_body FROM review_pieces) p
    GROUP BY p.id
"""

# Of each kind the party that had it longest, by the lowest name where two had it as long.
_LONGEST = f"""
    SELECT id, {
    ", ".join(
        f"(array_agg(party ORDER BY seconds DESC, party) FILTER (WHERE kind = {KINDS[kind]}))[1]"
        f" AS longest_{kind}"
        for kind in ("outage", "body", "office")
    )
}
    FROM (SELECT id, kind, party, sum(seconds) AS seconds FROM review_pieces GROUP BY 1, 2, 3) x
    GROUP BY id
"""


def evidence_sql(most: str = "", least: str = "") -> str:
    """The numbers that a cause follows from, as JSON, of one row of `review_classified`.

    Of many rows, `most` and `least` are the aggregates to take.
    """
    shares = ("late", "whole", "body", "office", "applicant", "outage", "tereze", "unknown")
    numbers = ", ".join(f"'{name}_seconds', {most}({name})" for name in shares)
    return f"""jsonb_strip_nulls(jsonb_build_object({numbers}, 'outage', {least}(longest_outage),
        'registered_at', {least}(registered_at), 'handed_over_at', {least}(handed_at)))"""


def _explains(share: str) -> str:
    return f"(f.{share} > 0 AND f.{share} >= b.late AND f.{share} * 10 >= f.whole)"


CAUSE = f"""CASE
    WHEN b.completed_in_term THEN 'data_wrong'
    WHEN {_explains("outage")} THEN 'outage'
    WHEN {_explains("tereze")} THEN 'tereze'
    WHEN (f.registered_at AT TIME ZONE b.timezone)::date > b.registered_on
        AND {_explains("before")} THEN 'registration_late'
    WHEN f.handed_at > b.inner_due_at AND f.handed_at <= b.due_at THEN 'late_hand_over'
    WHEN {_explains("applicant")} THEN 'missing_documents'
    WHEN f.unknown >= greatest(f.body, f.office) THEN 'not_known'
    WHEN f.body >= f.office THEN 'late_at_body'
    ELSE 'own_staff' END"""

CLASSIFIED = f"""
    CREATE TEMP TABLE review_classified ON COMMIT DROP AS
    WITH facts AS ({_FACTS}), longest AS ({_LONGEST})
    SELECT c.*, coalesce(CASE c.cause
        WHEN 'outage' THEN c.longest_outage
        WHEN 'registration_late' THEN c.cause || ':' || c.longest_office
        WHEN 'own_staff' THEN c.cause || ':' || c.longest_office
        WHEN 'late_hand_over' THEN c.cause || ':' || c.last_body || ':' || c.longest_office
        END, 'case:' || c.system || '/' || c.number || '/' || c.clock) AS key,
        CASE c.cause WHEN 'outage' THEN 'body:' || (
                SELECT o.owner FROM clock_outages o
                WHERE 'outage:' || o.finding_id = c.longest_outage)
            WHEN 'tereze' THEN 'tereze'
            WHEN 'late_hand_over' THEN c.last_body
            WHEN 'late_at_body' THEN c.longest_body
            WHEN 'registration_late' THEN c.longest_office
            WHEN 'own_staff' THEN c.longest_office END AS party
    FROM (
        SELECT b.system, b.number, b.clock, b.state, b.due_at, b.region, b.known, b.late,
            f.whole, f.outage, f.tereze, f.body, f.office, f.unknown, f.applicant,
            f.last_body, f.registered_at, f.handed_at, f.timeline,
            coalesce(f.parties, '{{}}') AS parties, coalesce(f.seconds, '{{}}') AS seconds,
            l.longest_outage, l.longest_body,
            coalesce(l.longest_office, 'office:' || b.office) AS longest_office, {CAUSE} AS cause
        FROM facts f JOIN review_breaches b ON b.id = f.id JOIN longest l ON l.id = f.id
    ) c
"""
"""Each breach with its probable cause, and `key`: breaches of one key are one review."""
