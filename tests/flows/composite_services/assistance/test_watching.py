"""The alerts of cases and circuits: once each, and over when the data say so."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from flows.composite_services.assistance.opening import CaseKind
from flows.composite_services.assistance.watching import Watched, watch
from flows.composite_services.holding.circuits import note
from tests.flows.alerts.test_runbooks import RUNBOOKS
from tests.flows.composite_services.assistance.conftest import MONDAY, Standing

HOUR = timedelta(hours=1)
CASE = {"case": "1", "number": "OA-2026-000001-1", "step": "birth", "office": "office 1"}


def round_(standing: Standing, at: datetime) -> Watched:
    with standing.engine.begin() as connection:
        return watch(connection, standing.house, at)


def alerts(standing: Standing) -> list[tuple[str, ...]]:
    with standing.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, severity, state, sentence FROM alerts"))
        return [tuple(row) for row in rows]


def test_a_case_past_its_term_fires_once_and_ends_with_it(standing: Standing) -> None:
    standing.at("person")
    found = [round_(standing, MONDAY + hours * HOUR) for hours in (0, 30, 31, 32)]
    assert [each.fired for each in found] == [0, 0, 1, 0]  # due on Tuesday at 18:00
    assert alerts(standing) == [
        (
            *("AssistanceOverdue", "warning", "firing"),
            "Case 1 (birth of OA-2026-000001-1) was due at office 1 on 2026-03-03 18:00",
        )
    ]
    assert standing.one("SELECT labels FROM alerts") == CASE
    standing.says("again")
    assert round_(standing, MONDAY + 40 * HOUR) == Watched(0, 0, 1)
    assert [row[2:] for row in alerts(standing)] == [("resolved", "Case 1 is resolved")]


def test_an_undo_that_failed_fires_at_once(standing: Standing) -> None:
    standing.at("undoing", "incident", cancelled=True)
    assert round_(standing, MONDAY) == Watched(0, 1, 0)
    assert alerts(standing)[0][:3] == ("UndoFailed", "critical", "firing")


@pytest.mark.parametrize(
    ("state", "kind", "withdrawn"),
    [
        ("person", "assistance", 0),
        ("done", "assistance", 1),
        ("done", "task", 1),
        ("undoing", "letter", 0),
        ("undone", "letter", 1),
        ("undone", "incident", 1),
    ],
)
def test_a_case_whose_step_went_on_is_withdrawn(
    standing: Standing, state: str, kind: CaseKind, withdrawn: int
) -> None:
    standing.at(state, kind, cancelled=kind in ("letter", "incident"))
    assert round_(standing, MONDAY).withdrawn == withdrawn


def fails(standing: Standing, at: datetime) -> None:
    with standing.engine.begin() as connection:
        note(connection, standing.house, at, {}, {"office": 9})


def test_a_circuit_that_stays_open_fires_where_the_watch_knows_nothing(standing: Standing) -> None:
    standing.at("held")
    fails(standing, MONDAY)
    assert [round_(standing, MONDAY + minutes * HOUR / 60).fired for minutes in (1, 14, 15)] == [
        *(0, 0, 1)
    ]
    assert alerts(standing)[0][0] == "CircuitOpen"
    assert alerts(standing)[0][3] == (
        "Calls to office fail since 2026-03-02 12:00; 1 application(s) wait"
    )
    with standing.engine.begin() as connection:
        note(connection, standing.house, MONDAY + HOUR, {"office": 1}, {})
    assert round_(standing, MONDAY + HOUR).resolved == 1


def test_what_the_watch_has_found_is_not_told_twice(standing: Standing) -> None:
    fails(standing, MONDAY)
    with standing.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO findings (kind, system, subject, side, state, severity, reason,
                    sentence, began_at, found_at, confirmed_at, looked_until)
                VALUES ('down', 'office', 'probe:web', 'probes', 'confirmed', 'critical', 'x', 'x',
                    :at, :at, :at, :at)
            """),
            {"at": MONDAY},
        )
    assert round_(standing, MONDAY + HOUR).fired == 0


@pytest.mark.parametrize("name", ["assistance_overdue", "undo_failed", "circuit_open"])
def test_each_has_a_runbook_as_all_others(name: str) -> None:
    page = (RUNBOOKS / f"{name}.md").read_text()
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        *("## What it means", "## Is it true?", "## What to do", "## How it ends")
    ]
