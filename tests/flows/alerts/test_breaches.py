"""What the judgement of due dates makes fire, and what ends it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from flows.alerts.breaches import Changed, from_judgement
from flows.alerts.fingerprint import fingerprint
from tests.flows.alerts.applications import JUDGED, SETTINGS, apply, judge, register
from tests.flows.alerts.conftest import NOW, history, run

DUE = NOW - timedelta(hours=3)
GROUP = {"organisation": "justice", "service": "00101001", "region": "75"}
LABELS = {**GROUP, "system": "front", "number": "A-1"}


def test_overdue_fires_from_the_due_date(engine: Engine) -> None:
    register(engine)
    apply(engine, "A-1")
    assert judge(engine, ("A-1", "overdue", DUE, None)) == Changed(1, 0)
    columns = "fingerprint, name, severity, labels, group_key, state, starts_at, sentence"
    [row] = run(engine, f"SELECT {columns} FROM alerts")
    assert row == (
        fingerprint("ApplicationOverdue", LABELS),
        "ApplicationOverdue",
        "critical",
        LABELS,
        '{"region": "75", "service": "00101001", "organisation": "justice"}',
        "firing",
        DUE,
        "Application A-1 was due on 2026-03-05 14:00 and is not completed",
    )


@pytest.mark.parametrize(
    ("at_risk_at", "starts_at"), [(DUE - timedelta(days=1), DUE - timedelta(days=1)), (None, NOW)]
)
def test_at_risk_fires_from_its_moment(
    engine: Engine, at_risk_at: datetime | None, starts_at: datetime
) -> None:
    apply(engine, "A-1", at_risk_at=at_risk_at)
    judge(engine, ("A-1", "at_risk", NOW + timedelta(hours=1), None))
    assert run(engine, "SELECT name, severity, starts_at, labels->>'organisation' FROM alerts") == [
        ("ApplicationAtRisk", "warning", starts_at, "")
    ]


def test_the_applications_own_body_comes_before_its_services(engine: Engine) -> None:
    register(engine)
    apply(engine, "A-1", organisation="akimat")
    judge(engine, ("A-1", "overdue", DUE, None))
    assert run(engine, "SELECT labels->>'organisation' FROM alerts") == [("akimat",)]


@pytest.mark.parametrize(
    ("before", "became", "completed_at", "reason", "ends_at"),
    [
        ("overdue", "late", NOW, "completed_late", NOW),
        ("overdue", "on_time", DUE, "completed_on_time", DUE),
        ("overdue", "open", None, "due_date_moved", NOW),
        ("overdue", "no_standard", None, "withdrawn", NOW),
        ("at_risk", "overdue", None, "became_overdue", DUE),
        ("at_risk", "on_time", DUE, "completed_on_time", DUE),
        ("at_risk", "late", NOW, "completed_late", NOW),
        ("at_risk", "open", None, "due_date_moved", NOW),
        ("overdue", "at_risk", None, "due_date_moved", NOW),
    ],
)
def test_ends_when_the_data_say_so(
    engine: Engine,
    before: str,
    became: str,
    completed_at: datetime | None,
    reason: str,
    ends_at: datetime,
) -> None:
    apply(engine, "A-1")
    judge(engine, ("A-1", before, DUE, None))
    changed = judge(engine, ("A-1", became, DUE, completed_at))
    assert changed == Changed(1 if became in ("overdue", "at_risk") else 0, 1)
    assert run(engine, "SELECT reason, ends_at FROM alerts WHERE state = 'resolved'") == [
        (reason, ends_at)
    ]
    assert ("firing", "resolved", reason, "flow:delays") in history(engine)


def test_a_case_closed_late_that_was_never_seen_overdue_raises_nothing(engine: Engine) -> None:
    apply(engine, "A-1")
    assert judge(engine, ("A-1", "late", DUE, NOW)) == Changed(0, 0)
    assert run(engine, "SELECT 1 FROM alerts") == []


def test_judged_again_it_stays_one_alert(engine: Engine) -> None:
    apply(engine, "A-1")
    judge(engine, ("A-1", "overdue", DUE, None))
    assert judge(engine, ("A-1", "overdue", DUE, None)) == Changed(0, 0)
    assert len(history(engine)) == 1


def test_a_corrected_region_moves_the_alert(engine: Engine) -> None:
    apply(engine, "A-1", region="75")
    judge(engine, ("A-1", "overdue", DUE, None))
    run(engine, "UPDATE applications SET region = '71'")
    assert judge(engine, ("A-1", "overdue", DUE, None)) == Changed(1, 1)
    assert run(engine, "SELECT labels->>'region', state, reason FROM alerts ORDER BY 1") == [
        ("71", "firing", "fired"),
        ("75", "resolved", "relabelled"),
    ]
    run(engine, "UPDATE applications SET region = '79'")
    assert judge(engine, ("A-1", "late", DUE, NOW)) == Changed(0, 1)


def test_a_day_with_many_breaches(engine: Engine) -> None:
    many = 2_000
    register(engine)
    run(
        engine,
        """INSERT INTO applications (system, number, service, region, received_at, source, pull_id)
           SELECT 'front', 'A-' || n, '00101001', (n % 20)::text, '2026-03-01', 'test', 1
           FROM generate_series(1, :many) n""",
        many=many,
    )
    for became, expected in [("overdue", Changed(many, 0)), ("late", Changed(0, many))]:
        with engine.begin() as connection:
            connection.execute(text(JUDGED))
            connection.execute(
                text(
                    "INSERT INTO judged_now SELECT system, number, 'open', :became, '', :due, :now"
                    " FROM applications"
                ),
                {"became": became, "due": DUE, "now": NOW},
            )
            assert from_judgement(connection, SETTINGS, NOW) == expected
    assert run(engine, "SELECT count(*) FROM alert_changes") == [(2 * many,)]
