"""Open applications are scored as they come, change and reach marks; and never from stale input."""

import threading
from datetime import timedelta

from sqlalchemy import text

from flows.delays.forecast.points import MARKS
from flows.delays.forecast.score import LOCK
from tests.flows.delays.forecast.past import NOW, QUICK, SLOW, Past

MINUTE = timedelta(minutes=1)
OF = """SELECT f.reason, f.chance, f.mark, f.grouping, f.decided, f.late, f.outcome,
    nullif(f.next_at, '-infinity') FROM forecasts f WHERE number = :number"""


def scored(world: Past, at: str) -> int:
    """The check runs, as of then: so many were scored."""
    report = world.check(at).forecast
    assert report is not None
    return report.scored


def test_the_slow_region_is_likelier_to_be_late(learned: Past) -> None:
    rows = learned.all("""
        SELECT a.region, avg(f.chance)::float8, count(*), count(f.chance), min(f.as_of)
        FROM forecasts f JOIN applications a USING (system, number)
        WHERE f.outcome IS NULL AND f.mark = 0 GROUP BY 1
    """)
    by_region = {region: rest for region, *rest in rows}
    assert by_region[QUICK][0] < 0.4 < 0.6 < by_region[SLOW][0]
    assert all(count == scored for _, count, scored, _ in by_region.values())
    assert {rest[3] for rest in by_region.values()} == {NOW + MINUTE}


def test_what_it_rests_on(learned: Past) -> None:
    rows = learned.all("""
        SELECT DISTINCT f.grouping, f.decided >= 20, f.late <= f.decided FROM forecasts f
        WHERE outcome IS NULL AND reason = 'forecast'
    """)
    assert rows == [("service_region", True, True)]


def test_a_life_of_a_forecast(learned: Past) -> None:
    learned.received("X", "06-04 12:10", organisation="akimat", region=SLOW)
    assert scored(learned, "06-04 12:11") == 1
    [(reason, chance, mark, *_, next_at)] = learned.all(OF, number="X")
    assert (reason, mark) == ("forecast", 0)
    assert 0 < chance < 1
    # Nothing is due: nothing is scored again.
    assert scored(learned, "06-04 12:12") < 5
    # At each mark it is looked at anew. (06-06 is a holiday; due on Monday at 18:00.)
    seen = []
    while next_at is not None:
        local = (next_at + timedelta(hours=5, minutes=1)).strftime("%m-%d %H:%M")
        learned.check(local)
        [(_, _, mark, _, _, _, _, next_at)] = learned.all(OF, number="X")
        seen.append(mark)
    assert seen == list(MARKS[1:])
    learned.completed("X", "06-12 10:00")
    learned.check("06-12 11:00")
    [(_, last, mark, _, _, _, outcome, next_at)] = learned.all(OF, number="X")
    assert (mark, outcome, next_at) == (MARKS[-1], "late", None)
    assert last > chance


def test_a_clock_that_stands_still_has_no_forecast_and_goes_on_after(learned: Past) -> None:
    learned.received("X", "06-04 12:10", organisation="akimat", region=SLOW)
    learned.event("X", "stopped", "06-04 12:20")
    learned.check("06-04 12:30")
    [(reason, chance, *_, next_at)] = learned.all(OF, number="X")
    assert (reason, chance, next_at) == ("clock_stopped", None, None)
    learned.event("X", "restarted", "06-05 10:20")
    learned.check("06-05 10:30")
    [(reason, chance, mark, *_)] = learned.all(OF, number="X")
    assert (reason, mark) == ("forecast", 0)
    assert chance is not None


def test_too_few_cases_say_so(learned: Past) -> None:
    register = {
        "services": {"00100102": {"names": {"en": "New"}}},
        "standards": [{"service": code, "term": 2, "unit": "working_days"}
                      for code in ("00100101", "00100102")],
    }  # fmt: skip
    learned.change(register=register)
    learned.received("NEW", "06-04 12:10", service="00100102", region=SLOW)
    learned.check("06-04 12:30")
    [(reason, chance, _, grouping, decided, *_)] = learned.all(OF, number="NEW")
    assert (reason, chance, grouping, decided) == ("too_few_cases", None, None, 0)


def test_what_was_not_looked_at_keeps_what_was_said(learned: Past) -> None:
    learned.change(environment={}, applications={"schedule": "*/10 * * * *"})
    learned.looked(NOW + 10 * MINUTE)
    learned.received("X", "06-04 12:05", organisation="akimat", region=SLOW)
    found = learned.check("06-04 15:00")
    assert found.not_looked_at
    assert found.forecast is not None
    assert found.forecast.scored == 0
    assert learned.all(OF, number="X")[0][0] == "not_scored_yet"
    learned.looked(NOW + timedelta(hours=3))
    assert scored(learned, "06-04 15:01") > 0
    assert learned.all(OF, number="X")[0][0] == "forecast"


def test_learning_anew_scores_anew_and_keeps_what_was(learned: Past) -> None:
    before = learned.chances()
    learned.learn(NOW + timedelta(hours=1))
    report = learned.check(learned.now(timedelta(hours=1, minutes=1))).forecast
    assert report is not None
    assert report.model == 2
    assert report.scored >= len([c for c in before.values() if c is not None]) - 20
    assert learned.all("SELECT id, state FROM forecast_models ORDER BY id") == [
        (1, "ready"), (2, "ready"),
    ]  # fmt: skip


def test_before_anything_is_learned_nothing_is_said(past: Past) -> None:
    past.fill(40)
    known = past.learn()
    assert known.state == "too_few"
    assert known.reason.startswith(f"{known.points:,} points")
    report = past.check(past.now(MINUTE)).forecast
    assert report is not None
    assert (report.model, report.scored) == (None, 0)
    assert set(past.all("SELECT DISTINCT reason, chance FROM forecasts")) <= {
        ("not_scored_yet", None)
    }


def test_what_another_version_learned_is_not_used(learned: Past) -> None:
    with learned.engine.begin() as connection:
        connection.execute(text("UPDATE forecast_models SET features = 'others'"))
    learned.received("X", "06-04 12:10", region=SLOW)
    report = learned.check("06-04 12:15").forecast
    assert report is not None
    assert (report.model, report.scored) == (None, 0)
    learned.learn(NOW + timedelta(minutes=20))
    learned.check("06-04 12:21")
    assert learned.all(OF, number="X")[0][0] == "forecast"


def test_a_moment_of_the_past_writes_nothing(learned: Past) -> None:
    before = learned.all("SELECT * FROM forecasts ORDER BY number")
    assert learned.check("06-03 12:00").forecast is None
    assert learned.all("SELECT * FROM forecasts ORDER BY number") == before


def test_two_at_once_wait_for_each_other(learned: Past) -> None:
    learned.received("X", "06-04 12:10", organisation="akimat", region=SLOW)
    with learned.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        thread = threading.Thread(target=learned.check, args=("06-04 12:15",))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(60)
    assert learned.all(OF, number="X")[0][0] == "forecast"


def test_groups_are_counted_anew_once_an_hour(learned: Past) -> None:
    counted = "SELECT max(as_of) FROM forecast_looks"
    for minutes, as_of in ((30, NOW), (59, NOW), (61, NOW + 61 * MINUTE)):
        at = NOW + minutes * MINUTE
        learned.received(f"X{minutes}", learned.now((minutes - 1) * MINUTE), region=SLOW)
        learned.check(learned.now(minutes * MINUTE))
        assert learned.all(counted) == [(as_of,)], at


def test_stages_are_looked_at(past: Past) -> None:
    past.fill(400)
    past.event("A-1", "stage", "06-02 10:00")
    past.check(past.now())
    past.learn()
    stages = past.all("SELECT count(*) FROM forecast_groups WHERE grouping = 7")
    assert stages[0][0] > 0
