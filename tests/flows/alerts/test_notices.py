"""Few notices and true ones: once for what is new, again when it changes, and when it ends."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.alerts.fire import Firing, fire, resolve
from flows.alerts.house import House
from flows.alerts.notices import LOCK, RoundReport, notify
from models.environment.alerts import Alerts
from models.environment.settings import Identifier
from tests.flows.alerts.applications import SETTINGS, apply, judge, register
from tests.flows.alerts.conftest import NOW, run

DUE = NOW - timedelta(days=2, hours=3)
TO_FILE = Alerts.model_validate(
    {
        "receivers": {"log": {"file": "out/notices.jsonl"}},
        "routes": [{"receivers": ["log"]}],
        "notices": {"interval": "0s"},
    }
)
PERSONAL = SETTINGS.model_copy(update={"identifiers": {"iin": Identifier(pattern=r"\d{12}")}})


class Desk:
    """The person on call: rounds are run, and what the file got since the last one is read."""

    def __init__(self, engine: Engine, home: Path, config: Alerts = TO_FILE) -> None:
        self.engine, self.home, self.config = engine, home, config
        self.report = RoundReport()
        self.read = 0

    def round(self, hours: float = 0) -> list[dict[str, Any]]:
        now = NOW + timedelta(hours=hours)
        self.report = notify(self.engine, House(self.config, PERSONAL, self.home), now)
        path = self.home / "out" / "notices.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        new, self.read = lines[self.read :], len(lines)
        return [json.loads(line) for line in new]


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path)


def pull_failed(engine: Engine, source: str, severity: Any = "critical", **more: Any) -> None:
    firing = Firing("PullFailed", severity, {"source": source}, {"source": source}, NOW, "No data")
    with engine.begin() as connection:
        fire(connection, Firing(**(vars(firing) | more)), "test")


def test_one_notice_for_a_group_with_numbers_cases_and_what_to_do(desk: Desk) -> None:
    register(desk.engine)
    for n in range(1, 8):
        applicant = "900101300017" if n < 3 else f"person {n}"
        apply(desk.engine, f"A-{n}", applicant=applicant)
    rows = [(f"A-{n}", "overdue", DUE + timedelta(hours=n), None) for n in range(1, 7)]
    judge(desk.engine, *rows, ("A-7", "at_risk", NOW + timedelta(minutes=90), None))
    [notice] = desk.round()
    [(oldest,)] = run(
        desk.engine, "SELECT fingerprint FROM alerts WHERE labels ->> 'number' = 'A-1'"
    )
    assert notice["title"] == (
        "[critical] Birth certificate, Ministry of Justice, Almaty: 6 overdue, 1 at risk"
    )
    assert notice["body"].splitlines() == [
        "New: 7, ended: 0.",
        "Now: 6 overdue, 1 at risk.",
        "Since: 2026-03-03 15:00.",
        "People waiting: 6.",
        "Oldest:",
        "  A-1, due 2026-03-03 15:00, overdue for 2 d 2 h",
        "  A-2, due 2026-03-03 16:00, overdue for 2 d 1 h",
        "  A-3, due 2026-03-03 17:00, overdue for 2 d 0 h",
        "  A-4, due 2026-03-03 18:00, overdue for 1 d 23 h",
        "  A-5, due 2026-03-03 19:00, overdue for 1 d 22 h",
        "What to do: docs/runbooks/application_at_risk.md",
        "What to do: docs/runbooks/application_overdue.md",
        f'To take it: tereze alerts ack {oldest[:12]} --group --comment "…"',
        "Last said: never.",
    ]
    assert (notice["receiver"], notice["kind"], notice["repeat"]) == ("log", "firing", False)
    assert notice["numbers"] == {
        "overdue": 6,
        "at_risk": 1,
        "other": 0,
        "waiting": 6,
        "silenced": 0,
        "closed_late": 0,
    }
    assert desk.report == RoundReport(groups=1, created=1, sent=1)


def test_again_only_when_it_changes_or_ends(desk: Desk) -> None:
    for n in (1, 2):
        apply(desk.engine, f"A-{n}")
    judge(desk.engine, ("A-1", "overdue", DUE, None))
    assert len(desk.round()) == 1
    assert desk.round() == []
    judge(desk.engine, ("A-1", "overdue", DUE, None), ("A-2", "overdue", DUE, None))
    [changed] = desk.round(1)
    assert "New: 1, ended: 0." in changed["body"]
    assert "Now: 2 overdue." in changed["body"]
    assert "Last said: 2026-03-05 17:00." in changed["body"]
    judge(desk.engine, ("A-1", "late", DUE, NOW), ("A-2", "on_time", DUE, DUE))
    [ended] = desk.round(2)
    assert ended["kind"] == "resolved"
    assert ended["title"].startswith("[ended] service 00101001, region 75: ApplicationOverdue")
    assert desk.round(3) == []


def test_what_ended_before_it_was_told_is_not_told(desk: Desk) -> None:
    apply(desk.engine, "A-1")
    judge(desk.engine, ("A-1", "overdue", DUE, None))
    judge(desk.engine, ("A-1", "late", DUE, NOW))
    assert desk.round() == []


def test_what_ended_and_began_again_between_two_rounds_is_no_news(desk: Desk) -> None:
    apply(desk.engine, "A-1")
    for became in ("overdue", "late", "overdue"):
        judge(desk.engine, ("A-1", became, DUE, None))
        if became == "overdue" and not desk.read:
            assert len(desk.round()) == 1
    assert desk.round() == []


@pytest.mark.parametrize(("state", "told"), [("silenced", 0), ("acknowledged", 0), ("firing", 1)])
def test_what_a_person_has_in_hand_is_not_told(desk: Desk, state: str, told: int) -> None:
    pull_failed(desk.engine, "land")
    run(desk.engine, "UPDATE alerts SET state = :s, silenced_until = :u", s=state, u=NOW)
    run(desk.engine, "UPDATE alerts SET silenced_until = silenced_until + interval '1 hour'")
    assert len(desk.round()) == told
    assert len(desk.round(2)) == (1 if state == "silenced" else 0), "told when the silence is over"


def test_one_silenced_does_not_hide_the_others(desk: Desk) -> None:
    pull_failed(desk.engine, "land")
    pull_failed(desk.engine, "tax", group={"source": "land"})
    run(
        desk.engine,
        "UPDATE alerts SET state = 'silenced', silenced_until = now() + interval '9 years'"
        " WHERE labels->>'source' = 'tax'",
    )
    [notice] = desk.round()
    assert "Silenced, not counted: 1." in notice["body"]
    assert "Now: 1 other." in notice["body"]


def test_counts_what_was_closed_late_since_the_last_notice(desk: Desk) -> None:
    for n in range(1, 5):
        apply(desk.engine, f"A-{n}")

    def closed_late(number: str) -> None:
        run(
            desk.engine,
            "INSERT INTO breaches (system, number, clock, state, reason, due_at, found_at)"
            " VALUES ('front', :number, 'due', 'closed_late', '', :due, :due)",
            number=number,
            due=DUE,
        )

    closed_late("A-3")
    judge(desk.engine, ("A-3", "late", DUE, NOW))
    assert desk.round() == [], "by itself it needs nobody any more"
    judge(desk.engine, ("A-1", "overdue", DUE, None))
    [first] = desk.round()
    assert first["numbers"]["closed_late"] == 1
    assert "Closed late so far: 1." in first["body"]
    closed_late("A-4")
    judge(desk.engine, ("A-2", "overdue", DUE, None))
    [notice] = desk.round()
    assert "\nClosed late since the last notice: 1." in notice["body"]


def test_beyond_the_limit_one_summary_by_body(desk: Desk) -> None:
    register(desk.engine)
    desk.config = TO_FILE.model_copy(
        update={"notices": TO_FILE.notices.model_copy(update={"at_most": 3})}
    )
    for region, count in [("1", 1), ("2", 4), ("3", 2), ("4", 3), ("5", 1)]:
        numbers = [f"{region}-{n}" for n in range(count)]
        for number in numbers:
            apply(desk.engine, number, region=region)
        judge(desk.engine, *((number, "overdue", DUE, None) for number in numbers))
    first, second, summary = desk.round()
    assert ["region 2" in first["title"], "region 4" in second["title"]] == [True, True]
    assert summary["kind"] == "summary"
    assert summary["title"] == "[critical] 3 more groups: 4 overdue"
    assert "Ministry of Justice: 4 overdue" in summary["body"]
    recorded = run(desk.engine, "SELECT jsonb_array_length(groups) FROM notices ORDER BY id")
    assert recorded == [(1,), (1,), (3,)]
    assert desk.round() == []


def test_masks_persons_but_not_applications(desk: Desk) -> None:
    apply(desk.engine, "900101300017")
    judge(desk.engine, ("900101300017", "overdue", DUE, None))
    sentence = "Bad answer about 900101300025"
    pull_failed(desk.engine, "zags", sentence=sentence, annotations={"due_at": "soon"})
    bodies = "\n".join(each["body"] + each["title"] for each in desk.round())
    assert "900101300017, due" in bodies
    assert "about ••••••••0025" in bodies
    assert "900101300025" not in bodies


ROUTED = Alerts.model_validate(
    {
        "receivers": {"log": {"file": "out/notices.jsonl"}, "other": {"file": "other.jsonl"}},
        "routes": [
            {"receivers": ["other"], "labels": {"source": "tax"}},
            {"receivers": ["log"], "severity": ["critical"]},
        ],
        "notices": {"interval": "0s"},
    }
)


def test_routes_decide_who_is_told(desk: Desk) -> None:
    desk.config = ROUTED
    pull_failed(desk.engine, "land")
    pull_failed(desk.engine, "tax")
    [notice] = desk.round()
    assert "land" in notice["title"]
    [line] = (desk.home / "other.jsonl").read_text().splitlines()
    assert "tax" in json.loads(line)["title"]


def test_what_reaches_nobody_is_said_aloud(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.config = ROUTED
    pull_failed(desk.engine, "land", severity="warning")
    assert desk.round() == []
    assert desk.report.unrouted == 1
    assert "No route leads PullFailed to a receiver" in caplog.text
    named = "SELECT name, state FROM alerts WHERE name = 'UnroutedAlerts'"
    assert run(desk.engine, named) == [("UnroutedAlerts", "firing")]
    desk.config = TO_FILE
    assert {each["title"] for each in desk.round(1)} == {
        "[warning] source land: PullFailed",
        "[warning] environment test: UnroutedAlerts",
    }
    assert run(desk.engine, named) == [("UnroutedAlerts", "resolved")]


def test_two_rounds_at_once_are_one(desk: Desk) -> None:
    pull_failed(desk.engine, "land")
    with desk.engine.connect() as other:
        other.execute(text("SELECT pg_advisory_lock(:lock, hashtext('test'))"), {"lock": LOCK})
        assert desk.round() == []
        assert desk.report.busy
        other.exec_driver_sql("SELECT pg_advisory_unlock_all()")
    assert len(desk.round()) == 1


def test_an_end_is_told_once_and_forgotten(desk: Desk) -> None:
    pull_failed(desk.engine, "land")
    desk.round()
    with desk.engine.begin() as connection:
        resolve(connection, "PullFailed", {"source": "land"}, NOW, "works", "It works", "test")
    [ended] = desk.round(1)
    assert ended["title"] == "[ended] source land: PullFailed ended"
    assert run(desk.engine, "SELECT notified_at FROM alerts") == [(None,)]


def test_each_round_that_told_something_is_in_the_trail(desk: Desk) -> None:
    desk.round()
    pull_failed(desk.engine, "land")
    desk.round()
    desk.round()
    assert run(desk.engine, "SELECT actor, action, subject, details FROM audit_entries") == [
        ("flow:alerts", "alerts.told", "test", {"groups": 1, "notices": 1, "unsilenced": 0})
    ]
