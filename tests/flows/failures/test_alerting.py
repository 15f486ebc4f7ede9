"""Which findings tell people: maintenance, systems that need each other, gaps, groups."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.alerts.fingerprint import fingerprint
from flows.failures.alerting import NAMES
from flows.failures.verdict import KINDS, Verdict
from tests.flows.failures.conftest import Rows
from tests.flows.failures.saying import minute, say
from tests.flows.failures.watched import Watched

Watch = Callable[..., Watched]


@pytest.fixture
def watch(engine: Engine, tmp_path: Path) -> Watch:
    return lambda **systems: Watched(engine, tmp_path, systems)


def _needs(*names: str) -> dict[str, Any]:
    return {"depends_on": list(names)}


def _down(at: float, *systems: str) -> list[Verdict]:
    return [say("confirmed", at, 1, system=system) for system in systems]


def _held(rows: Rows) -> dict[str, str | None]:
    found = rows("SELECT system, held_back FROM findings WHERE state <> 'over' ORDER BY id")
    return {row["system"]: row["held_back"] for row in found}


def _firing(rows: Rows) -> set[str]:
    found = rows("SELECT labels ->> 'system' AS system FROM alerts WHERE state = 'firing'")
    return {row["system"] for row in found}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_an_alert_with_its_labels(watch: Watch, rows: Rows, kind: Any) -> None:
    watched = watch()
    verdict = say(
        "confirmed", 2, 1, kind=kind, severity="critical", numbers={"failed": 3, "x": None}
    )
    assert watched.round(2, verdict).fired == 1
    (alert,) = rows("SELECT * FROM alerts")
    assert alert["name"] == NAMES[kind]
    assert alert["labels"] == {"system": "office", "subject": "service:civil", "kind": kind}
    assert alert["fingerprint"] == fingerprint(alert["name"], alert["labels"])
    assert (alert["starts_at"], alert["severity"]) == (minute(1), "critical")
    (finding,) = rows("SELECT * FROM findings")
    assert alert["annotations"] == {"failed": "3", "finding": str(finding["id"])}
    assert finding["alerted_at"] == minute(2)
    assert watched.round(3, say("good", 3, 2.5, kind=kind)).resolved == 1
    (alert,) = rows("SELECT * FROM alerts")
    assert (alert["state"], alert["ends_at"]) == ("resolved", minute(2.5))
    assert alert["sentence"] == "service:civil of office is good"


def test_a_suspicion_never_fires(watch: Watch, rows: Rows) -> None:
    watched = watch()
    for at in range(1, 5):
        watched.round(at, say("suspected" if at % 2 else "good", at))
    assert len(rows("SELECT id FROM findings WHERE reason = 'not_confirmed'")) == 2
    assert rows("SELECT * FROM alerts") == []


def test_the_words_of_an_alert_follow_the_finding(watch: Watch, rows: Rows) -> None:
    watched = watch()
    watched.round(2, say("confirmed", 2, 1))
    worse = say("confirmed", 3, 1, severity="critical", sentence="All of it fails")
    assert watched.round(3, worse).fired == 0
    (alert,) = rows("SELECT sentence, severity FROM alerts")
    assert alert == {"sentence": "All of it fails", "severity": "critical"}


def test_what_a_person_has_resolved_stays_so_until_it_begins_anew(
    watch: Watch, engine: Engine, rows: Rows
) -> None:
    watched = watch()
    watched.round(2, say("confirmed", 2, 1))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alerts SET state = 'resolved'"))
    assert watched.round(3, say("confirmed", 3, 1, sentence="It is worse")).fired == 0
    assert _firing(rows) == set()
    watched.round(4, say("good", 4))
    assert watched.round(30, say("confirmed", 30, 29)).fired == 1


def test_a_system_with_many_failing_parts_is_one_notice(watch: Watch) -> None:
    watched = watch()
    parts = [say("confirmed", 2, 1, subject=f"service:{number}") for number in range(5)]
    assert watched.round(2, *parts).fired == 5
    (notice,) = watched.notices(2)
    assert "SystemDown" in notice["title"]
    assert "office" in notice["title"]
    assert "docs/runbooks/system_down.md" in notice["body"]
    watched.round(3, *(say("good", 3, subject=f"service:{number}") for number in range(5)))
    (notice,) = watched.notices(3)
    assert notice["kind"] == "resolved"


# 09:00 in Almaty is minute 0.
WINDOW = {"maintenance": [{"schedule": "0 9 * * *", "lasts": "30m"}]}


def test_in_maintenance_it_is_watched_and_nobody_is_told(watch: Watch, rows: Rows) -> None:
    watched = watch(land=WINDOW)
    assert watched.round(2, *_down(2, "land")).held_back == 1
    (finding,) = rows("SELECT state, held_back, held_back_by FROM findings")
    assert finding["state"] == "confirmed"
    assert finding["held_back"] == "maintenance"
    assert finding["held_back_by"] == "2026-05-04T09:30:00+05:00"
    watched.round(10, say("good", 10, system="land"))
    assert rows("SELECT * FROM alerts") == []


def test_what_fails_still_when_the_window_ends_fires(watch: Watch, rows: Rows) -> None:
    watched = watch(land=WINDOW)
    watched.round(29, *_down(29, "land"))
    assert watched.round(30, *_down(30, "land")).fired == 1
    (alert,) = rows("SELECT starts_at FROM alerts")
    assert alert["starts_at"] == minute(1)
    assert _held(rows) == {"land": None}


def test_a_window_takes_no_alert_back_and_delays_no_end(watch: Watch, rows: Rows) -> None:
    watched = watch(land={"maintenance": [{"schedule": "5 9 * * *", "lasts": "30m"}]})
    assert watched.round(2, *_down(2, "land")).fired == 1
    watched.round(6, *_down(6, "land"))
    assert _firing(rows) == {"land"}
    assert watched.round(7, say("good", 7, system="land")).resolved == 1


CHAIN = {"middle": _needs("root"), "leaf": _needs("middle"), "root": {}}
DIAMOND = {"left": _needs("root"), "right": _needs("root"), "leaf": _needs("left", "right"),
           "root": {}}  # fmt: skip


@pytest.mark.parametrize(
    ("systems", "down", "firing"),
    [
        (CHAIN, ["root"], {"root"}),
        (CHAIN, ["leaf", "middle", "root"], {"root"}),
        (CHAIN, ["leaf", "root"], {"root"}),  # through one that works
        (CHAIN, ["leaf", "middle"], {"middle"}),
        (CHAIN, ["leaf"], {"leaf"}),
        (CHAIN, ["leaf", "office"], {"leaf", "office"}),
        (DIAMOND, ["root", "left", "right", "leaf"], {"root"}),
        (DIAMOND, ["left", "right", "leaf"], {"left", "right"}),
        (DIAMOND, ["right", "leaf"], {"right"}),
    ],
)
def test_only_the_system_that_explains_the_others_is_told(
    watch: Watch, rows: Rows, systems: dict[str, Any], down: list[str], firing: set[str]
) -> None:
    watched = watch(**systems)
    watched.round(2, *_down(2, *down))
    assert _firing(rows) == firing
    states = rows("SELECT DISTINCT state FROM findings")
    assert states == [{"state": "confirmed"}], "it is their alerts that wait, not their state"
    held = {name for name, why in _held(rows).items() if why == "inhibited"}
    assert held == set(down) - firing


def test_a_parent_that_is_only_suspected_or_slow_holds_nothing_back(
    watch: Watch, rows: Rows
) -> None:
    watched = watch(**CHAIN)
    watched.round(
        2,
        say("suspected", 2, system="root"),
        say("confirmed", 2, 1, system="root", kind="slow"),
        *_down(2, "leaf"),
    )
    assert _firing(rows) == {"root", "leaf"}


def test_a_child_that_is_bad_after_its_parent_is_good_fires(watch: Watch, rows: Rows) -> None:
    watched = watch(**CHAIN)
    watched.round(2, *_down(2, "root", "leaf"))
    # Seen in the same round as the parent's recovery, it may be of before.
    watched.round(3, say("good", 3, 2.5, system="root"), *_down(3, "leaf"))
    assert _firing(rows) == set()
    assert watched.round(4, say("good", 4, 2.5, system="root"), *_down(4, "leaf")).fired == 1
    assert _firing(rows) == {"leaf"}


def test_a_child_that_is_good_with_its_parent_tells_nobody(watch: Watch, rows: Rows) -> None:
    watched = watch(**CHAIN)
    watched.round(2, *_down(2, "root", "leaf"))
    watched.round(3, say("good", 3, system="root"), *_down(3, "leaf"))
    watched.round(4, say("good", 4, 3, system="root"), say("good", 4, system="leaf"))
    names = rows("SELECT DISTINCT labels ->> 'system' AS system FROM alerts")
    assert names == [{"system": "root"}]


def test_an_end_is_told_although_the_parent_is_down(watch: Watch, rows: Rows) -> None:
    watched = watch(**CHAIN)
    assert watched.round(2, *_down(2, "leaf")).fired == 1
    watched.round(3, *_down(3, "leaf", "root"))
    assert watched.round(4, *_down(4, "root"), say("good", 4, system="leaf")).resolved == 1
    assert _firing(rows) == {"root"}


def test_flapping_is_few_notices(watch: Watch, rows: Rows) -> None:
    watched = watch()
    told = []
    for at in range(2, 16):
        bad = at % 2 == 0
        watched.round(at, say("confirmed" if bad else "good", at))
        told += [notice["kind"] for notice in watched.notices(at)]
    assert told == ["firing", "resolved", "firing", "resolved", "firing"]
    assert len(rows("SELECT id FROM findings")) == 1
    for at in (16, 22, 25):
        watched.round(at, say("good", at, 15))
        told += [notice["kind"] for notice in watched.notices(at)]
    assert told[5:] == ["resolved"]
    (finding,) = rows("SELECT ended_at FROM findings")
    assert finding["ended_at"] == minute(15)
