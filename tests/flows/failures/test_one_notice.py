"""One failing system is one notice; what only says it again waits, and is told if it goes on."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.alerts.fire import Firing, fire, resolve
from flows.failures.reading import held_back_words
from flows.failures.side import OwnFault
from flows.failures.tick import tick
from flows.failures.verdict import KINDS, Verdict
from models.environment.loader import Environment
from tests.flows.failures.conftest import Rows
from tests.flows.failures.saying import Told, minute, say
from tests.flows.failures.watched import Watched

Watch = Callable[..., Watched]


@pytest.fixture
def watch(engine: Engine, tmp_path: Path) -> Watch:
    return lambda **systems: Watched(engine, tmp_path, systems)


def _down(at: float, system: str = "office", subject: str = "service:civil") -> Verdict:
    return say("confirmed", at, at, system=system, subject=subject)


def _good(at: float, system: str = "office", subject: str = "service:civil") -> Verdict:
    return say("good", at, at, system=system, subject=subject)


def _fire(
    engine: Engine, at: float, name: str = "PullFailed", system: str = "office", **labels: str
) -> None:
    wanted = {"system": system, **labels}
    group = wanted if name == "SourceStale" else {**wanted, "alert": name}
    firing = Firing(name, "critical", wanted, group, minute(at), f"{name} of {system}")
    with engine.begin() as connection:
        fire(connection, firing, "test")


def _resolve(engine: Engine, at: float, name: str, system: str = "office", **labels: str) -> None:
    with engine.begin() as connection:
        wanted = {"system": system, **labels}
        resolve(connection, name, wanted, minute(at), "pull_succeeded", "It works", "test")


def _pulled(engine: Engine, at: float, source: str, state: str, system: str = "office") -> None:
    with engine.begin() as connection:
        known = text(
            "INSERT INTO source_states (source, system, dataset) VALUES (:source, :system, 'x')"
            " ON CONFLICT DO NOTHING"
        )
        connection.execute(known, {"source": source, "system": system})
        pull = text(
            "INSERT INTO pulls (source, kind, holder, state, started_at)"
            " VALUES (:source, 'pull', 'test', :state, :at)"
        )
        connection.execute(pull, {"source": source, "state": state, "at": minute(at)})


def _told(watched: Watched, at: float) -> list[str]:
    """What is told at a minute: `firing office SystemDown`."""
    return sorted(_short(notice) for notice in watched.notices(at))


def _short(notice: dict[str, Any]) -> str:
    names = ("PullFailed", "BatchStopped", "SourceStale", "SystemDown", "NotLookedAt",
             "SystemFailing", "SystemSlow", "SilentFailure", "BudgetRunningOut", "FieldsDrifted",
             "CertificateEnding", "ContractDrifted", "ClocksOutOfStep", "DuplicateMessages",
             "ApplicationOverdue")  # fmt: skip
    return f"{notice['kind']} " + ", ".join(name for name in names if name in notice["title"])


# Alerts that are told when the notices are written.


def test_a_system_that_is_down_is_one_notice_that_names_the_rest(
    watch: Watch, engine: Engine, rows: Rows
) -> None:
    watched = watch()
    for source in ("births", "deaths"):
        _fire(engine, 1, source=source)
    _fire(engine, 1, "SourceStale")
    watched.round(
        2, _down(2), _down(2, subject="service:land"), say("confirmed", 2, 1, kind="slow")
    )
    (notice,) = watched.notices(2)
    assert _short(notice) == "firing SystemDown"
    assert notice["body"].count("Pulls of 2 sources fail; its applications are not looked at in"
                                " time; 1 part is slow, too") == 1  # fmt: skip
    firing = rows("SELECT DISTINCT name FROM alerts WHERE state = 'firing' ORDER BY name")
    assert [row["name"] for row in firing] == ["PullFailed", "SourceStale", "SystemDown"]
    assert watched.notices(3) == [], "nothing new"


def test_what_ends_with_the_system_s_return_was_never_told(watch: Watch, engine: Engine) -> None:
    watched = watch()
    watched.round(2, _down(2))
    _fire(engine, 3, source="births")
    assert _told(watched, 4) == ["firing SystemDown"]
    watched.round(5, _good(5))
    assert _told(watched, 5) == ["resolved SystemDown"]
    assert _told(watched, 9) == [], "it has not been tried again yet"
    _pulled(engine, 10, "births", "succeeded")
    _resolve(engine, 10, "PullFailed", source="births")
    assert _told(watched, 10) == []


def test_what_goes_on_after_the_system_s_return_is_told_once(watch: Watch, engine: Engine) -> None:
    watched = watch()
    watched.round(2, _down(2))
    _pulled(engine, 3, "births", "failed")
    _fire(engine, 3, source="births")
    assert _told(watched, 4) == ["firing SystemDown"]
    watched.round(5, _good(5))
    assert _told(watched, 5) == ["resolved SystemDown"]
    _pulled(engine, 10, "births", "failed")
    _fire(engine, 10, source="births")
    assert _told(watched, 11) == ["firing PullFailed"]
    assert _told(watched, 12) == []
    _resolve(engine, 20, "PullFailed", source="births")
    assert _told(watched, 20) == ["resolved PullFailed"]


def test_what_nobody_tries_again_is_told_in_an_hour(watch: Watch, engine: Engine) -> None:
    watched = watch()
    watched.round(2, _down(2))
    _fire(engine, 3, "SourceStale")
    watched.notices(4)
    watched.round(5, _good(5))
    assert _told(watched, 64) == ["resolved SystemDown"]
    assert _told(watched, 65) == ["firing SourceStale"]


def test_what_was_told_before_stays_told_and_its_end_is_not_held_back(
    watch: Watch, engine: Engine
) -> None:
    watched = watch()
    _fire(engine, 1, source="births")
    assert _told(watched, 1) == ["firing PullFailed"]
    watched.round(2, _down(2))
    assert _told(watched, 2) == ["firing SystemDown"]
    _fire(engine, 3, source="births")
    assert _told(watched, 3) == []
    _resolve(engine, 4, "PullFailed", source="births")
    assert _told(watched, 4) == ["resolved PullFailed"]


@pytest.mark.parametrize("name", ["FieldsDrifted", "RowsQuarantined", "ApplicationOverdue"])
def test_other_matters_are_told_though_the_system_is_down(
    watch: Watch, engine: Engine, name: str
) -> None:
    watched = watch()
    watched.round(2, _down(2))
    _fire(engine, 2, name, source="births")
    assert len(watched.notices(2)) == 2


def test_another_system_s_alerts_are_told(watch: Watch, engine: Engine) -> None:
    watched = watch(land={})
    watched.round(2, _down(2))
    _fire(engine, 2, system="land", source="plots")
    assert _told(watched, 2) == ["firing PullFailed", "firing SystemDown"]


def test_a_pull_through_a_system_that_is_down_waits(watch: Watch, engine: Engine) -> None:
    watched = watch(gateway={}, land={"depends_on": ["gateway"]})
    watched.round(2, _down(2, "gateway"))
    _fire(engine, 2, system="land", source="plots")
    assert _told(watched, 2) == ["firing SystemDown"]


def test_a_suspicion_holds_nothing_back(watch: Watch, engine: Engine) -> None:
    watched = watch()
    watched.round(2, say("suspected", 2))
    _fire(engine, 2, source="births")
    assert _told(watched, 2) == ["firing PullFailed"]


def test_a_down_that_a_person_has_ended_by_hand_explains_nothing(
    watch: Watch, engine: Engine
) -> None:
    watched = watch()
    watched.round(2, _down(2))
    _resolve(engine, 3, "SystemDown", subject="service:civil", kind="down")
    _fire(engine, 4, source="births")
    assert _told(watched, 4) == ["firing PullFailed"]


def _no_network(_engine: Engine, _environment: Environment, _moment: datetime) -> None:
    raise OwnFault("Looking", "nothing can be reached", "Check the network")


@pytest.mark.parametrize("by_hand", [False, True])
def test_pulls_wait_while_our_own_network_is_away(
    watch: Watch, engine: Engine, by_hand: bool
) -> None:
    watched = watch()
    for at in (1, 2):
        side = Told(look=_no_network)
        tick(engine, watched.environment, as_of=minute(at), actor="test", sides=[side])
    if by_hand:
        _resolve(engine, 2, "NotLookedAt", "tereze", subject="side:probes", kind="not_looked_at")
    _fire(engine, 2, source="births")
    assert _told(watched, 2) == ["firing PullFailed" if by_hand else "firing NotLookedAt"]
    if not by_hand:
        watched.round(3)
        _pulled(engine, 4, "births", "failed")
        assert _told(watched, 4) == ["firing PullFailed", "resolved NotLookedAt"]


def test_a_system_that_comes_and_goes_tells_no_pulls(watch: Watch, engine: Engine) -> None:
    watched = watch()
    told = []
    for at in range(2, 12):
        watched.round(at, _good(at) if at % 2 else _down(at))
        if at == 4:
            _fire(engine, at, source="births")
        told += _told(watched, at)
    assert not [each for each in told if "PullFailed" in each]


# Findings.

SOURCE = "source:office.applications"
SAY_AGAIN = {"failing", "slow", "silent", "budget"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "down"])
def test_findings_that_say_it_again_wait(watch: Watch, rows: Rows, kind: Any) -> None:
    watched = watch()
    watched.round(2, _down(2), say("confirmed", 2, 1, kind=kind))
    (finding,) = rows(
        "SELECT id, state, held_back, held_back_by FROM findings WHERE kind <> 'down'"
    )
    (down,) = rows("SELECT id FROM findings WHERE kind = 'down'")
    waits = kind in SAY_AGAIN
    assert finding["state"] == "confirmed"
    assert finding["held_back"] == ("inhibited" if waits else None)
    assert len(watched.notices(2)) == (1 if waits else 2)
    if waits:
        words = held_back_words(finding["held_back"], finding["held_back_by"])
        assert words == f"finding {down['id']} explains it"


def test_a_finding_that_goes_on_fires_once_what_is_left_of_the_failure_has_passed(
    watch: Watch, rows: Rows
) -> None:
    watched = watch()

    def slow(at: float) -> Verdict:
        return say("confirmed", at, 1, kind="slow")

    assert watched.round(2, _down(2), slow(2)).fired == 1
    assert watched.round(5, _good(5), slow(5)).fired == 0
    assert watched.round(14, _good(14), slow(14)).fired == 0, "`flap` is ten minutes"
    assert watched.round(16, _good(16), slow(16)).fired == 1
    (alert,) = rows("SELECT starts_at FROM alerts WHERE name = 'SystemSlow'")
    assert alert["starts_at"] == minute(1)


def test_a_finding_that_was_told_before_the_system_was_down_ends_as_ever(watch: Watch) -> None:
    watched = watch()
    watched.round(2, say("confirmed", 2, 1, kind="slow"))
    assert _told(watched, 2) == ["firing SystemSlow"]
    watched.round(3, _down(3))
    assert _told(watched, 3) == ["firing SystemDown"]
    watched.round(4, _down(4), say("good", 4, kind="slow"))
    assert _told(watched, 4) == ["resolved SystemSlow"]


@pytest.mark.parametrize(
    ("probes_down", "waits"),
    [(["probe:web", "probe:tcp"], True), (["probe:web"], False), ([], False)],
)
def test_a_source_that_cannot_be_read_is_news_while_a_part_answers(
    watch: Watch, rows: Rows, probes_down: list[str], waits: bool
) -> None:
    web = {"module": "web", "target": "http://localhost:1/"}
    watched = watch(office={"probes": [web, {**web, "name": "tcp"}]})
    watched.round(2, *(_down(2, subject=each) for each in probes_down))
    watched.round(20, *(_down(20, subject=each) for each in [*probes_down, SOURCE]))
    (finding,) = rows("SELECT held_back FROM findings WHERE subject = :source", source=SOURCE)
    assert (finding["held_back"] == "inhibited") == waits


def test_a_source_of_a_system_without_probes_is_news(watch: Watch) -> None:
    watched = watch()
    watched.round(2, _down(2))
    assert watched.round(3, _down(3, subject=SOURCE)).fired == 1
