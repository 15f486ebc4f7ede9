"""The queries behind /metrics: each by an index or over few rows, none with personal data."""

from models.alerts import GOES_ON

# A target of which the last rounds do not know anything shows no state: nobody looked.
PROBES = """
    SELECT system, probe AS target,
        CASE WHEN missed = 0 AND tried_at >= :fresh AND outcome <> 'not_looked'
            THEN (outcome = 'good')::int END AS success,
        CASE WHEN missed = 0 AND tried_at >= :fresh THEN took_ms / 1000 END AS duration,
        date_part('epoch', looked_at) AS looked_at,
        date_part('epoch', ends_at) AS expiry
    FROM probe_targets WHERE tried_at >= :lately
"""
FINDINGS = """
    SELECT kind, severity, state, count(*) AS findings
    FROM findings WHERE state <> 'over' GROUP BY kind, severity, state
"""
OPEN_FINDINGS = """
    SELECT system, kind, subject, severity, state,
        date_part('epoch', :moment - began_at) AS seconds
    FROM findings WHERE state <> 'over' ORDER BY began_at, id LIMIT 1000
"""
SOURCES = """
    SELECT s.system, s.source, date_part('epoch', s.looked_until) AS last_success,
        (p.state = 'succeeded')::int AS success,
        date_part('epoch', p.ended_at - p.started_at) AS duration
    FROM source_states s
    LEFT JOIN LATERAL (
        SELECT * FROM pulls WHERE source = s.source AND kind = 'pull' AND ended_at IS NOT NULL
        ORDER BY started_at DESC LIMIT 1) p ON true
"""
PULLS = """
    SELECT s.system, s.source, o.outcome, o.rows
    FROM source_states s JOIN pulls p ON p.id = s.last_pull_id
    CROSS JOIN LATERAL (VALUES ('inserted', p.inserted), ('updated', p.updated),
        ('unchanged', p.unchanged), ('quarantined', p.quarantined), ('repeated', p.repeated)
    ) AS o (outcome, rows)
"""
QUARANTINE = "SELECT source, count(*) AS rows FROM quarantine WHERE state = 'held' GROUP BY source"
ALERTS = f"""
    SELECT name, severity, state, count(*) AS alerts
    FROM alerts WHERE state {GOES_ON} GROUP BY name, severity, state
"""
JOBS = """
    SELECT j.flow, date_part('epoch', CASE j.flow
        WHEN 'delays' THEN (SELECT as_of FROM ticks ORDER BY id DESC LIMIT 1)
        WHEN 'failures' THEN (SELECT max(as_of) FROM watch_rounds)
        ELSE (SELECT ended_at FROM job_runs r
              WHERE r.job = j.flow AND r.subject = '' AND r.state = 'completed'
              ORDER BY started_at DESC LIMIT 1) END) AS last
    FROM unnest(CAST(:jobs AS text[])) AS j (flow)
"""
CHANGES = """
    SELECT t.state, sum(t.n)::int AS n, max(c.id) AS last FROM (
        SELECT id, was, became FROM timeliness_changes WHERE id > :last ORDER BY id LIMIT :most) c
    CROSS JOIN LATERAL (VALUES (c.became, 1), (c.was, -1)) AS t (state, n)
    GROUP BY t.state
"""
