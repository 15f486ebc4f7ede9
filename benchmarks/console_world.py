"""The country that the console is measured on: 20 regions, applications of a year, open alerts."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from benchmarks import console_beside
from benchmarks.applications import settle
from benchmarks.country import CHANNELS, SERVICES, environment, service
from flows.register.sync import sync
from models.environment.loader import Environment

REGIONS = 20
BODIES = 57
BATCH = 250_000
"""Rows written at once."""

# Of each ten the terms of seven were kept and of one missed; one is open, one at risk or overdue.
_APPLICATIONS = f"""
    INSERT INTO applications (system, number, service, channel, region, office, organisation,
        applicant, received_at, completed_at, changed_at, source, pull_id, registered_on, due_at,
        at_risk_at, standard_id, timeliness, judged_at, next_look_at)
    SELECT 'office', 'SC-' || lpad(n::text, 9, '0'), lpad((n * 7919 % {SERVICES})::text, 8, '0'),
        (CAST(:channels AS text[]))[1 + (n * 31 + n % {REGIONS}) % {len(CHANNELS)}],
        'KZ-' || n % {REGIONS}, 'O-' || n % 328, 'body-' || n % {BODIES},
        lpad((n * 104729 % 999999999989)::text, 12, '0'), t.received, t.completed, t.received,
        'office.applications', 1, t.received::date, t.due, t.due - interval '1 day', 1, t.state,
        now(), CASE t.state WHEN 'open' THEN t.due - interval '1 day'
            WHEN 'at_risk' THEN t.due + interval '1 microsecond' END
    FROM generate_series(CAST(:first AS bigint), :last) n
    CROSS JOIN LATERAL (SELECT n * 15485863 % 100 AS lot,
        now() - interval '1 second' * (n * 179424673 % 31536000) AS received) r
    CROSS JOIN LATERAL (SELECT r.received, CASE
        WHEN lot < 78 THEN 'on_time' WHEN lot < 90 THEN 'late' WHEN lot < 97 THEN 'open'
        WHEN lot < 99 THEN 'at_risk' ELSE 'overdue' END AS state) s
    CROSS JOIN LATERAL (SELECT s.received, s.state,
        CASE s.state WHEN 'on_time' THEN least(now(), s.received + interval '2 days')
            WHEN 'late' THEN least(now(), s.received + interval '9 days') END AS completed,
        CASE s.state WHEN 'overdue' THEN now() - interval '1 day' WHEN 'open' THEN
            now() + interval '5 days' WHEN 'at_risk' THEN now() + interval '6 hours'
            ELSE s.received + interval '3 days' END AS due) t
"""
_ALERTS = """
    INSERT INTO alerts (fingerprint, name, severity, labels, group_key, state, reason, sentence,
        starts_at)
    SELECT md5(n::text), CASE n % 3 WHEN 0 THEN 'ApplicationAtRisk' ELSE 'ApplicationOverdue' END,
        CASE n % 3 WHEN 0 THEN 'warning' ELSE 'critical' END,
        jsonb_build_object('system', 'office', 'number', 'SC-' || lpad(n::text, 9, '0'),
            'service', lpad((n % 746)::text, 8, '0'), 'region', 'KZ-' || n % 20,
            'organisation', 'body-' || n % 57),
        'g' || n % 500, 'firing', 'fired', 'Application SC-' || n || ' is not completed',
        now() - interval '1 minute' * (n % 5000)
    FROM generate_series(1, :count) n
"""
_CHANGES = """
    INSERT INTO alert_changes (fingerprint, was, became, reason, sentence, actor)
    SELECT fingerprint, NULL, 'firing', 'fired', sentence, 'benchmark' FROM alerts
"""
_LOOKED = """
    INSERT INTO source_states (source, system, dataset, looked_until)
    VALUES ('office.applications', 'office', 'applications', now())
"""


def country(folder: Path) -> Environment:
    """The environment: regions on a map, channels of which it is known whether they are digital."""
    names: dict[str, Any] = {
        "regions": {f"KZ-{n}": {"names": {"en": f"Region number {n}"}} for n in range(REGIONS)},
        "organisations": {f"body-{n}": {"names": {"en": f"Body {n}"}} for n in range(BODIES)},
        "services": {
            service(n): {
                "names": {"en": f"Service number {n}"},
                "organisation": f"body-{n % BODIES}",
            }
            for n in range(SERVICES)
        },
        "channels": {
            code: {"names": {"en": code}, "digital": code in CHANNELS[:3]} for code in CHANNELS
        },
    }
    tiles = {f"KZ-{n}": [n % 7 + 1, n // 7 + 1] for n in range(REGIONS)}
    changes = {"register.yaml": names, "console.yaml": {"map": tiles}}
    (folder / "console.yaml").write_text("{}\n", encoding="utf-8")
    return environment(folder, changes)


def fill(engine: Engine, env: Environment, applications: int, alerts: int) -> None:
    """Put it all into an empty database."""
    with engine.begin() as connection:
        sync(connection, env, "benchmark")
        connection.execute(text(_LOOKED))
        connection.execute(text(_ALERTS), {"count": alerts})
        connection.execute(text(_CHANGES))
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        for first in range(1, applications + 1, BATCH):
            _part(connection, first, min(first + BATCH - 1, applications))
        console_beside.fill(connection, applications)
        settle(connection, "applications", "alerts", "alert_changes", *console_beside.TABLES)


def _part(connection: Connection, first: int, last: int) -> None:
    values = {"first": first, "last": last, "channels": list(CHANNELS)}
    connection.execute(text(_APPLICATIONS), values)
