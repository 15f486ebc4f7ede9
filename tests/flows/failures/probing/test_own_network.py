"""When nearly everything fails on the way at once, the fault is taken for ours, and told once."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from flows.environment import open_environment
from flows.failures.probing.look import Look
from flows.failures.probing.own_network import ON_THE_WAY, sift
from flows.failures.probing.side import PROBES
from flows.failures.probing.standing import Standing
from flows.failures.state import state_of
from flows.failures.tick import Report, tick
from models.environment.loader import Environment
from tests.environments import files, write
from tests.flows.failures.conftest import Rows
from tests.flows.failures.probing.targets import Behave, answering, listening, resetting
from tests.flows.failures.saying import START, Told, minute, say

LOOKS = {
    "G": Look("", "web", "good", "", "it answers", 0.1, reached=True),
    "R": Look("", "web", "failed", "refused", "refused", 0.1),
    "D": Look("", "web", "failed", "dns", "no name", 0.1),
    "T": Look("", "web", "failed", "timeout", "no answer", 0.1),
    "t": Look("", "web", "failed", "timeout", "no answer", 0.1, reached=True),
    "S": Look("", "web", "failed", "status", "HTTP 500", 0.1, reached=True),
    "x": Look("", "web", "failed", "reset", "broken off", 0.1, reached=True),
    "c": Look("", "web", "failed", "connector", "no", 0.1),
    "m": Look("", "web", "not_looked", "configuration", "no secret", 0.1),
    "C": Look("", "web", "certificate", "certificate_expired", "expired", 0.1, reached=True),
}
"""Looks by a letter: small where they came to a connection, or cannot tell."""


def _looks(systems: str) -> list[Look]:
    """A system for each word, a probe for each letter."""
    return [
        replace(LOOKS[letter], system=f"s{number}", probe=f"p{nth}")
        for number, word in enumerate(systems.split())
        for nth, letter in enumerate(word)
    ]


def _down_before(looks: list[Look], systems: int, times: int) -> dict[tuple[str, str], Standing]:
    """Of the first systems, targets that failed so often on end."""
    return {
        (each.system, each.probe): Standing(
            each.system, each.probe, START, START, "failed", since=START, looks=times
        )
        for each in looks
        if int(each.system[1:]) < systems
    }


@pytest.mark.parametrize(
    ("systems", "ours"),
    [
        ("R R R", True),
        ("D R T", True),
        ("RR DDD T", True),
        ("R R", False),  # two may fail by themselves
        ("R R R G", False),
        (" ".join("R" * 9) + " G", True),
        (" ".join("R" * 8) + " G G", False),
        ("R R R RG", False),  # a system whose other part answers is not away
        ("R R R S", False),  # an answer, though a bad one: the way is good
        ("R R R t", False),
        ("R R R x", False),
        ("R R R C", False),
        ("S S S", False),
        ("t t t", False),
        ("R R R c m", True),  # they cannot tell
        ("c c c", False),
        ("R R c", False),
        ("G G G", False),
        ("", False),
    ],
)
def test_what_is_taken_for_our_own_network(systems: str, ours: bool) -> None:
    looks = _looks(systems)
    found = sift(looks, {}, 2, 0.9)
    assert (found.fault is not None) == ours
    if not ours:
        assert found.looks == looks
        return
    for before, after in zip(looks, found.looks, strict=True):
        lost = before.outcome == "failed" and not before.reached and before.reason in ON_THE_WAY
        assert after == (
            replace(before, outcome="not_looked", reason="own_network") if lost else before
        )


@pytest.mark.parametrize(
    ("systems", "down", "times", "ours"),
    [
        ("R R R", 1, 2, False),  # two fail anew: the third was down for days
        ("R R R R", 1, 2, True),
        ("R R R", 3, 2, False),
        ("R R R", 3, 1, True),  # only suspected: the network went away within a round
        ("R R R G", 1, 2, False),
    ],
)
def test_what_was_down_for_certain_before_says_nothing(
    systems: str, down: int, times: int, ours: bool
) -> None:
    looks = _looks(systems)
    found = sift(looks, _down_before(looks, down, times), 2, 0.9)
    assert (found.fault is not None) == ours
    if ours:
        assert {each.outcome for each in found.looks} == {"not_looked"}


@pytest.mark.parametrize(
    ("share", "systems", "ours"),
    [(None, "R R R", False), (1.0, "R R R R R R R R R R R G", False), (0.5, "R R R G G G", True)],
)
def test_the_share_is_a_setting(share: float | None, systems: str, ours: bool) -> None:
    assert (sift(_looks(systems), {}, 2, share).fault is not None) == ours


def test_the_words_say_how_many_and_what_to_check() -> None:
    fault = sift(_looks("RR DR R c"), {}, 2, 0.9).fault
    assert str(fault) == (
        "Looking at 6 targets of 4 systems: 5 targets of 3 systems could not be reached at once"
        " (connection refused: 4, name not found: 1). Most probably our own network is away, or"
        " something that all of them are behind, as a gateway. No system is called down for it."
        " Check this machine's network, name service and firewall, then the gateway; `tereze"
        " diagnose SYSTEM` tries one system"
    )


class Net:
    """Systems that listen on ports of their own, which may be taken away and given back."""

    def __init__(self, stack: ExitStack, names: list[str]) -> None:
        self._stack = stack
        self.ports = {name: _free_port() for name in names}
        self._open: dict[str, ExitStack] = {}

    def up(self, *names: str, behave: Behave | None = None) -> None:
        for name in names:
            held = self._stack.enter_context(ExitStack())
            held.enter_context(listening(behave or answering(), port=self.ports[name]))
            self._open[name] = held

    def away(self, *names: str) -> None:
        for name in names:
            self._open.pop(name).close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


NAMES = ["office", "land", "tax"]


@pytest.fixture
def net() -> Iterator[Net]:
    with ExitStack() as stack:
        made = Net(stack, NAMES)
        made.up(*NAMES)
        yield made


@pytest.fixture
def watched(tmp_path: Path, net: Net) -> Environment:
    return _watched(tmp_path / "environment", net)


def _watched(folder: Path, net: Net) -> Environment:
    office = files()["systems.yaml"]["systems"]["office"]
    made = {
        name: {**office, "probes": [{"module": "web", "target": f"http://127.0.0.1:{port}/"}]}
        for name, port in net.ports.items()
    }
    contents = files(systems={"systems": {"office": None, **made}})
    if "office" not in made:
        del contents["sources/applications.yaml"]
    modules: dict[str, Any] = {"modules": {"web": {"prober": "http", "timeout": "30s"}}}
    return open_environment(write(folder, {**contents, "probes.yaml": modules}))


def _round(engine: Engine, environment: Environment, at: float, *more: Told) -> Report:
    return tick(engine, environment, as_of=minute(at), actor="test", sides=[PROBES, *more])


_GOING_ON = "SELECT kind, system, subject, state, held_back FROM findings WHERE state <> 'over'"


def test_all_refused_at_once_is_one_alert_and_no_system_is_down(
    engine: Engine, watched: Environment, net: Net, rows: Rows
) -> None:
    assert _round(engine, watched, 0).unseen == {}
    net.away(*NAMES)
    for at in (1, 2, 3):
        report = _round(engine, watched, at)
        assert "3 targets of 3 systems could not be reached at once" in report.unseen["probes"]
        assert report.heartbeat is None
    (finding,) = rows("SELECT * FROM findings")
    assert (finding["kind"], finding["system"], finding["subject"]) == (
        "not_looked_at", "tereze", "side:probes")  # fmt: skip
    assert (finding["reason"], finding["state"]) == ("own_network", "confirmed")
    assert (finding["began_at"], finding["confirmed_at"]) == (minute(1), minute(2))
    (alert,) = rows("SELECT name, severity, state FROM alerts")
    assert alert == {"name": "NotLookedAt", "severity": "critical", "state": "firing"}
    net.up(*NAMES)
    assert _round(engine, watched, 4).resolved == 1
    assert rows(_GOING_ON) == []
    assert len(rows("SELECT * FROM findings")) == 1


def test_two_that_fail_beside_one_that_was_down_are_down(
    engine: Engine, watched: Environment, net: Net, rows: Rows
) -> None:
    net.away("tax")
    for at in (0, 1):
        _round(engine, watched, at)
    net.away("land", "office")
    for at in (2, 3):
        assert _round(engine, watched, at).unseen == {}
    assert _confirmed(rows) == {("land", "down"), ("office", "down"), ("tax", "down")}


def test_who_was_down_before_stays_down_and_what_answers_is_judged(
    engine: Engine, tmp_path: Path, rows: Rows
) -> None:
    broken, before, after = "broken", "before", [f"s{number}" for number in range(9)]
    with ExitStack() as stack:
        net = Net(stack, [broken, before, *after])
        environment = _watched(tmp_path, net)
        net.up(broken, behave=resetting)
        net.up(*after)
        for at in (0, 1):
            _round(engine, environment, at)
        assert _confirmed(rows) == {(broken, "down"), (before, "down")}
        net.away(*after)
        net.away(broken)
        net.up(broken)
        for at in (2, 3, 4, 5, 6):
            _round(engine, environment, at)
        assert _confirmed(rows) == {(before, "down"), ("tereze", "not_looked_at")}
        with engine.connect() as connection:
            states = {each.system: each for each in state_of(connection, environment, minute(6))}
        assert states[before].state == "failing"
        assert states["s0"].state == "not_looked_at"


def _confirmed(rows: Rows) -> set[tuple[str, str]]:
    found = rows("SELECT system, kind FROM findings WHERE state = 'confirmed'")
    return {(each["system"], each["kind"]) for each in found}


def test_pulls_that_fail_meanwhile_are_not_told_of_their_systems(
    engine: Engine, watched: Environment, net: Net, rows: Rows
) -> None:
    def data(at: float) -> Told:
        source = say("confirmed", at, at, subject="source:office.applications")
        return Told([source], name="data")

    _round(engine, watched, 0)
    net.away(*NAMES)
    for at in (1, 2, 3):
        _round(engine, watched, at, data(at)) if at == 3 else _round(engine, watched, at)
    held = {each["subject"]: each["held_back"] for each in rows(_GOING_ON)}
    assert held == {"side:probes": None, "source:office.applications": "inhibited"}
    assert [each["name"] for each in rows("SELECT name FROM alerts")] == ["NotLookedAt"]
    net.up(*NAMES)
    _round(engine, watched, 4)
    _round(engine, watched, 5, data(5))
    assert {each["name"] for each in rows("SELECT name FROM alerts WHERE state = 'firing'")} == {
        "SystemDown"
    }, "it still cannot be read, though our network is back"
