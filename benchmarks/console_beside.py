"""What stands in the console's database beside applications and alerts, in proportion to them."""

from sqlalchemy import Connection, text

TABLES = ("audit_entries", "candidates", "breaches", "reviews", "review_cases", "pulls",
          "quarantine", "findings", "finding_changes", "finding_evidence")  # fmt: skip

# One entry for each application: who read whose record, mostly.
_TRAIL = """
    INSERT INTO audit_entries (seq, at, actor, action, subject, basis, details, previous, hash)
    SELECT h.seq + n, now() - interval '1 second' * (:count - n), 'person:staff-' || n % 200,
        CASE n % 5 WHEN 0 THEN 'alert_acknowledged' WHEN 1 THEN 'console_sign_in'
            ELSE 'application.read' END,
        'office/SC-' || lpad(n::text, 9, '0'), CASE WHEN n % 5 > 1 THEN 'the applicant asked' END,
        '{}', md5((n - 1)::text) || md5((n - 1)::text), md5(n::text) || md5(n::text)
    FROM audit_head h, generate_series(1, CAST(:count AS bigint)) n
"""
_HEAD = """
    UPDATE audit_head h SET seq = e.seq, hash = e.hash
    FROM (SELECT seq, hash FROM audit_entries ORDER BY seq DESC LIMIT 1) e
"""
_CANDIDATES = """
    INSERT INTO candidates (kind, names, organisations, regions, score, probability, why, volume,
        evidence, nearest, state, reason, sentence, found_at, changed_at)
    SELECT (ARRAY['hidden', 'renamed', 'dormant'])[1 + n % 3],
        jsonb_build_object('en', 'Unnamed permit number ' || n), ARRAY['body-' || n % 57],
        ARRAY['KZ-' || n % 20], n % 100 / 100.0, n % 100 / 100.0, 'seen in exchanges', n % 5000,
        '[]', '[]', (ARRAY['new', 'under_review', 'confirmed', 'rejected'])[1 + n % 4],
        'matched', 'It was found', now() - interval '1 hour' * (n % 500), now()
    FROM generate_series(1, CAST(:count AS bigint) / 100) n
"""
_BREACHES = """
    INSERT INTO breaches (system, number, clock, state, reason, due_at, found_at)
    SELECT system, number, 'whole', 'open', 'overdue', due_at, due_at + interval '1 minute'
    FROM applications WHERE timeliness = 'overdue'
"""
_REVIEWS = """
    INSERT INTO reviews (key, cause, party, region, department, opened_at, due_at)
    SELECT n::text, (ARRAY['late_at_body', 'outage', 'not_known'])[1 + n % 3], 'body-' || n % 57,
        'KZ-' || n % 20, 'office', now() - interval '1 hour' * (n % 300),
        now() + interval '1 hour' * (n % 100 - 20)
    FROM generate_series(1, CAST(:count AS bigint) / 100) n
"""
_CASES = """
    INSERT INTO review_cases (system, number, clock, review_id, state, due_at, late, parties,
        seconds, timeline, as_of, added_at)
    SELECT system, number, clock, 1 + row_number() OVER () % (SELECT max(id) FROM reviews), state,
        due_at, 3600, ARRAY['body'], ARRAY[90000], '[]', now(), found_at
    FROM breaches
"""
_PULLS = """
    INSERT INTO pulls (source, kind, holder, state, started_at, ended_at, pages, read, inserted)
    SELECT 'office.applications', 'window', 'benchmark', 'succeeded',
        now() - interval '1 minute' * (5 * n), now() - interval '1 minute' * (5 * n - 1), 1, 100,
        100
    FROM generate_series(1, CAST(:count AS bigint) / 100) n
"""
_HELD = """
    INSERT INTO quarantine (source, dataset, key, fingerprint, codes, reasons, record, pull_id,
        held_at)
    SELECT 'office.applications', 'applications', 'SC-' || n, md5(n::text),
        ARRAY[(ARRAY['value_missing', 'value_unknown'])[1 + n % 2]], ARRAY['no such service'],
        jsonb_build_object('number', 'SC-' || n), 1, now() - interval '1 minute' * n
    FROM generate_series(1, CAST(:count AS bigint) / 50) n
"""
_FINDINGS = """
    INSERT INTO findings (kind, system, subject, side, state, severity, reason, sentence, began_at,
        found_at, confirmed_at, ended_at, looked_until)
    SELECT 'down', 'office', 'probe:' || n, 'probes',
        CASE WHEN n > 20 THEN 'over' ELSE 'confirmed' END, 'critical', 'no_answer',
        'It does not answer', at, at, at + interval '5 minutes',
        CASE WHEN n > 20 THEN at + interval '1 hour' END, now()
    FROM (SELECT n, now() - interval '1 hour' * n AS at
        FROM generate_series(1, greatest(CAST(:count AS bigint) / 500, 40)) n) t
"""
_STORY = """
    INSERT INTO finding_changes (finding_id, was, became, reason, sentence, as_of, actor)
    SELECT id, NULL, 'confirmed', reason, sentence, found_at, 'benchmark' FROM findings
"""
_EVIDENCE = """
    INSERT INTO finding_evidence (finding_id, at, origin, reference, sentence)
    SELECT id, found_at, 'probe', subject, 'It did not answer within 10 s' FROM findings
"""


def fill(connection: Connection, applications: int) -> None:
    """Put it in; the trail's hashes chain nothing, for nobody verifies them while clicking."""
    every = (_TRAIL, _HEAD, _CANDIDATES, _BREACHES, _REVIEWS, _CASES, _PULLS, _HELD, _FINDINGS,
             _STORY, _EVIDENCE)  # fmt: skip
    for statement in every:
        connection.execute(text(statement), {"count": applications})
