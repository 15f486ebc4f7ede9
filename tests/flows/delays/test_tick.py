"""The check finds what became at risk, overdue or late, once each, whatever else happens."""

import threading

import pytest
from sqlalchemy import text

from flows.delays.flow import _work as scheduled
from flows.delays.tick import LOCK
from models import trail
from models.errors import CouldNotRun
from tests.flows.delays.world import World

# Received on Monday 2 June 2025 at 10:00, two working days: due on Wednesday at 18:00.
RECEIVED = "06-02 10:00"


def test_a_life_from_open_to_closed_late(world: World) -> None:
    world.received("A1", RECEIVED)
    assert world.check("06-02 11:00").counts == {"open": 1}
    assert world.check("06-04 16:00").counts == {"at_risk": 1}
    assert world.alerts() == {("ApplicationAtRisk", "A1", "firing")}
    assert world.check("06-04 18:00").counts == {"at_risk": 1}  # the end itself is on time
    found = world.check("06-04 18:01")
    assert (found.counts, found.breaches_opened) == ({"overdue": 1}, 1)
    assert world.alerts() == {
        ("ApplicationAtRisk", "A1", "resolved"),
        ("ApplicationOverdue", "A1", "firing"),
    }
    world.completed("A1", "06-05 10:00")
    found = world.check("06-05 11:00")
    assert (found.counts, found.breaches_opened, found.breaches_closed) == ({"late": 1}, 0, 1)
    assert world.all("SELECT state, reason FROM breaches") == [
        ("closed_late", "completed_after_term")
    ]
    assert ("ApplicationOverdue", "A1", "resolved") in world.alerts()


def test_history_says_every_step_with_its_reason(world: World) -> None:
    world.received("A1", RECEIVED)
    for at in ("06-02 11:00", "06-04 16:00", "06-05 09:00"):
        world.check(at)
    world.completed("A1", "06-05 10:00")
    world.check("06-05 11:00")
    assert world.all("SELECT was, became, reason FROM timeliness_changes ORDER BY id") == [
        (None, "open", "term_running"),
        ("open", "at_risk", "term_nearly_over"),
        ("at_risk", "overdue", "term_over"),
        ("overdue", "late", "completed_after_term"),
    ]


def test_one_breach_and_one_alert_however_often_it_runs(world: World) -> None:
    world.received("A1", RECEIVED)
    for minute in range(5):
        world.check(f"06-05 09:0{minute}")
    assert world.all("SELECT count(*) FROM breaches") == [(1,)]
    fired = "SELECT count(*) FROM alert_changes WHERE became = 'firing'"
    assert world.all(fired) == [(1,)]


def test_what_has_nothing_to_change_is_not_looked_at(world: World) -> None:
    world.received("A1", RECEIVED)
    world.received("A2", RECEIVED, completed_at=None)
    world.completed("A2", "06-03 10:00")
    assert world.check("06-03 11:00").judged == 2
    assert world.check("06-03 12:00").judged == 0
    assert world.check("06-04 16:00").judged == 1


def test_a_case_closed_late_between_two_checks_is_a_breach_without_an_alert(world: World) -> None:
    world.received("A1", RECEIVED)
    world.check("06-02 11:00")
    world.completed("A1", "06-04 19:00")
    found = world.check("06-05 09:00")
    assert (found.counts, found.breaches_opened) == ({"late": 1}, 1)
    assert world.alerts() == set()


def test_a_changed_standard_withdraws_the_breach_and_the_alert(world: World) -> None:
    world.received("A1", RECEIVED)
    world.check("06-05 09:00")
    longer = {"standards": [{"service": "00100101", "term": 5, "unit": "working_days"}]}
    world.change(register=longer)
    found = world.check("06-05 10:00")
    assert (found.counts, found.breaches_closed) == ({"open": 1}, 1)
    assert world.all("SELECT state FROM breaches") == [("withdrawn",)]
    assert world.alerts() == {("ApplicationOverdue", "A1", "resolved")}


def test_a_withdrawn_breach_that_comes_true_is_the_same_breach(world: World) -> None:
    world.received("A1", RECEIVED)
    world.check("06-05 09:00")
    longer = {"standards": [{"service": "00100101", "term": 5, "unit": "working_days"}]}
    world.change(register=longer)
    world.check("06-05 10:00")
    world.check("06-11 09:00")  # the 6th was a holiday, so the five days end on the 10th
    assert world.all("SELECT state FROM breaches") == [("open",)]
    assert world.states() == {"A1": "overdue"}


def test_a_stopped_clock_is_never_overdue(world: World) -> None:
    world.received("A1", RECEIVED)
    world.event("A1", "stopped", "06-03 12:00")
    assert world.check("06-20 12:00").counts == {"open": 1}
    world.event("A1", "restarted", "06-23 10:00")  # the 3rd was not counted; 23 and 24 are
    assert world.check("06-24 18:00").counts == {"at_risk": 1}
    assert world.check("06-24 18:01").counts == {"overdue": 1}


def test_a_stop_that_is_told_too_late_takes_the_accusation_back(world: World) -> None:
    world.received("A1", RECEIVED)
    assert world.check("06-05 09:00").counts == {"overdue": 1}
    world.event("A1", "stopped", "06-03 12:00")
    assert world.check("06-05 10:00").counts == {"open": 1}
    assert world.all("SELECT state FROM breaches") == [("withdrawn",)]


def test_without_a_standard_nobody_is_late(world: World) -> None:
    world.change(register={"services": {"00100102": {"names": {"en": "x"}}}})
    world.received("A1", RECEIVED, service="00100102")
    assert world.check("07-01 09:00").counts == {"no_standard": 1}
    assert world.all("SELECT * FROM breaches") == []


def test_an_earlier_moment_is_replayed_and_writes_nothing(world: World) -> None:
    world.received("A1", RECEIVED)
    world.completed("A1", "06-05 10:00")
    world.event("A1", "stopped", "06-06 10:00")
    world.check("06-10 09:00")
    before = world.all("SELECT * FROM timeliness_changes, breaches")
    for at, expected in (
        ("06-02 09:00", {}),
        ("06-02 11:00", {"open": 1}),
        ("06-04 16:00", {"at_risk": 1}),
        ("06-05 09:00", {"overdue": 1}),
        ("06-05 10:00", {"late": 1}),
    ):
        found = world.check(at)
        assert (found.replay, found.counts) == (True, expected), at
    assert world.all("SELECT * FROM timeliness_changes, breaches") == before


def test_what_is_completed_after_the_moment_is_judged_again_then(world: World) -> None:
    world.received("A1", RECEIVED)
    world.completed("A1", "06-05 10:00")
    assert world.check("06-05 09:00").counts == {"overdue": 1}
    assert world.check("06-05 10:00").counts == {"late": 1}


def test_two_checks_at_once_are_refused(world: World) -> None:
    with world.engine.begin() as connection:
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:lock, hashtext('test'))"), {"lock": LOCK}
        )
        failures: list[CouldNotRun] = []

        def second() -> None:
            with pytest.raises(CouldNotRun, match="another check") as caught:
                world.check("06-02 11:00")
            failures.append(caught.value)

        thread = threading.Thread(target=second)
        thread.start()
        thread.join(60)
    assert len(failures) == 1


def test_a_check_that_found_something_is_on_the_audit_trail(world: World) -> None:
    world.received("A1", RECEIVED)
    world.check("06-05 09:00")
    assert world.all("SELECT actor FROM audit_entries WHERE action = 'delays.checked'") == [
        ("test",)
    ]
    with world.engine.connect() as connection:
        assert trail.verify(connection).ok


def test_a_system_is_judged_only_as_far_as_it_was_looked_at(world: World) -> None:
    world.change(applications={"schedule": "*/10 * * * *"})
    world.received("A1", RECEIVED)
    world.looked(world.all("SELECT timestamptz '2025-06-04 17:50+05'")[0][0])
    found = world.check("06-04 18:15")
    assert found.not_looked_at == []  # one pull missed: within what is tolerated
    assert world.states() == {"A1": "overdue"}

    world.received("A2", "06-03 10:00")  # due on the 5th
    found = world.check("06-05 18:30")
    assert found.not_looked_at == [
        "office was not looked at from 2025-06-04 17:50 to 2025-06-05 18:30"
        " (no good pull of office.applications)"
    ]
    assert world.states()["A2"] != "overdue"
    assert world.all("SELECT state FROM alerts WHERE name = 'SourceStale'") == [("firing",)]

    world.looked(world.all("SELECT timestamptz '2025-06-05 18:30+05'")[0][0])
    world.check("06-05 18:31")
    assert world.states()["A2"] == "overdue"
    assert world.all("SELECT state FROM alerts WHERE name = 'SourceStale'") == [("resolved",)]


def test_the_scheduled_check_costs_by_what_changed_and_counts_no_history(world: World) -> None:
    world.received("A1", RECEIVED)
    sentence = scheduled(world.engine, world.environment).sentence
    assert "changed 1; breaches opened 1" in sentence
    assert "overdue" not in sentence
