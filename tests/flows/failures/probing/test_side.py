"""Each kind of verdict: injected over a real socket, and silent without its cause."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.failures.probing.side import PROBES
from flows.failures.sides import SIDES
from flows.failures.tick import tick
from flows.failures.verdict import Kind, Verdict
from models.environment.loader import Environment
from tests.flows.failures.conftest import Rows
from tests.flows.failures.probing.authority import issue, root, stranger
from tests.flows.failures.probing.probed import probed
from tests.flows.failures.probing.targets import Listener, answering, listening, resetting, silent

START = datetime(2026, 5, 4, 10, tzinfo=UTC)
WEB = {"web": {"prober": "http", "timeout": "30s"}}


def minute(number: float) -> datetime:
    return START + number * timedelta(minutes=1)


@dataclass
class Watch:
    """Looks and judges by the minute; `said` has the verdicts of the last one by kind."""

    engine: Engine
    environment: Environment
    said: dict[Kind, Verdict] = field(default_factory=dict)

    def at(self, number: float) -> dict[Kind, Verdict]:
        PROBES.look(self.engine, self.environment, minute(number))
        return self.judged(number)

    def judged(self, number: float) -> dict[Kind, Verdict]:
        with self.engine.begin() as connection:
            verdicts = PROBES.judge(connection, self.environment, minute(number))
        self.said = {each.kind: each for each in verdicts}
        assert len(self.said) == len(verdicts), "one target, so one verdict of a kind"
        return self.said

    def levels(self) -> dict[str, str]:
        return {kind: verdict.level for kind, verdict in self.said.items()}


Watched = Callable[..., Watch]


@pytest.fixture
def watched(engine: Engine, tmp_path: Path) -> Watched:
    def make(modules: dict[str, Any], target: dict[str, Any], **more: Any) -> Watch:
        folder = tmp_path / "environment"
        environment = probed(folder, modules, [target], **more)
        (folder / "root.pem").write_bytes(root().pem())
        return Watch(engine, environment)

    return make


@pytest.fixture
def web() -> Iterator[Listener]:
    with listening(answering()) as listener:
        yield listener


def test_the_side_is_registered() -> None:
    assert PROBES in SIDES


def test_a_single_lost_probe_is_a_suspicion_two_are_certain(
    watched: Watched, web: Listener
) -> None:
    watch = watched(WEB, {"module": "web", "target": web.url()})
    assert watch.at(0)["down"].level == "good"
    web.behave = resetting
    first = watch.at(1)["down"]
    assert (first.level, first.since, first.reason) == ("suspected", minute(1), "reset")
    second = watch.at(2)["down"]
    assert (second.level, second.severity) == ("confirmed", "critical")
    assert (second.since, second.at) == (minute(1), minute(2))
    assert second.subject == "probe:web"
    assert second.numbers["last_good"] == minute(0).isoformat()
    assert [each.at for each in second.evidence] == [minute(1), minute(2)]
    assert {each.values["reason"] for each in second.evidence} == {"reset"}
    web.behave = answering()
    over = watch.at(3)["down"]
    assert (over.level, over.since) == ("good", minute(3))


def test_a_lost_probe_between_good_ones_is_never_certain(watched: Watched, web: Listener) -> None:
    watch = watched(WEB, {"module": "web", "target": web.url()})
    for number in range(6):
        web.behave = resetting if number % 2 else answering()
        assert watch.at(number)["down"].level == ("suspected" if number % 2 else "good")
    assert watch.said["down"].numbers["changes_in_1h"] == 5


def test_what_is_good_says_nothing_else(watched: Watched, web: Listener) -> None:
    objectives = {"objectives": {"answer_within": "20s"}}
    watch = watched(WEB, {"module": "web", "target": web.url()}, system=objectives)
    for number in range(8):
        watch.at(number)
        assert watch.levels() == {"not_looked_at": "good", "down": "good", "slow": "good"}


def test_judging_again_says_the_same_and_looking_again_changes_nothing(
    watched: Watched, web: Listener, rows: Rows
) -> None:
    watch = watched(WEB, {"module": "web", "target": web.url()})
    web.behave = resetting
    once = watch.at(0)
    assert watch.judged(0) == once
    before = rows("SELECT * FROM probe_targets"), rows("SELECT * FROM probe_results")
    assert watch.at(0) == once
    assert (rows("SELECT * FROM probe_targets"), rows("SELECT * FROM probe_results")) == before
    watch.at(-1)
    assert rows("SELECT * FROM probe_targets") == before[0], "an older round comes too late"


def test_nothing_is_said_of_what_nobody_looked_at(watched: Watched, web: Listener) -> None:
    watch = watched(WEB, {"module": "web", "target": web.url()})
    assert not watch.judged(0)
    watch.at(0)
    assert watch.judged(3)
    assert not watch.judged(4)
    assert not watch.judged(-1)


def test_a_suspicion_is_not_carried_across_a_gap_a_certain_failure_is(
    watched: Watched, web: Listener
) -> None:
    watch = watched(WEB, {"module": "web", "target": web.url()})
    web.behave = resetting
    watch.at(0)
    assert watch.at(10)["down"].level == "suspected"
    assert watch.at(11)["down"].level == "confirmed"
    after = watch.at(30)["down"]
    assert (after.level, after.since) == ("confirmed", minute(10))


def test_slow_by_the_median_of_the_last_answers(watched: Watched, web: Listener) -> None:
    objectives = {"objectives": {"answer_within": "3s"}}
    watch = watched(WEB, {"module": "web", "target": web.url()}, system=objectives)
    assert watch.at(0)["slow"].level == "good"
    web.behave = answering(after=3.05)
    levels = [watch.at(number)["slow"].level for number in (1, 2, 3)]
    assert levels == ["suspected", "suspected", "confirmed"]
    slow = watch.said["slow"]
    assert (slow.since, slow.at) == (minute(1), minute(3))
    assert slow.numbers["objective_ms"] == 3000
    assert slow.numbers["slow"] == 3
    assert watch.said["down"].level == "good"
    web.behave = answering()
    assert [watch.at(number)["slow"].level for number in (4, 5, 6)] == [
        "confirmed",
        "confirmed",
        "good",
    ]
    assert watch.said["slow"].since == minute(6)


def test_a_slow_answer_without_an_objective_is_nobodys_failure(
    watched: Watched, web: Listener
) -> None:
    web.behave = answering(after=0.3)
    watch = watched(WEB, {"module": "web", "target": web.url()})
    watch.at(0)
    assert watch.levels() == {"not_looked_at": "good", "down": "good"}


CERTIFICATES = [
    (lambda: issue("localhost", root(), ends=90), "good", "warning", ""),
    (lambda: issue("localhost", root(), ends=20), "confirmed", "warning", "certificate_ends"),
    (lambda: issue("localhost", root(), ends=5), "confirmed", "critical", "certificate_ends"),
    (
        lambda: issue("localhost", root(), begins=-9, ends=-1),
        "confirmed",
        "critical",
        "certificate_expired",
    ),
    (lambda: issue("localhost", stranger()), "confirmed", "critical", "certificate_untrusted"),
]


@pytest.mark.parametrize(("certificate", "level", "severity", "reason"), CERTIFICATES)
def test_a_certificate_needs_one_look(
    watched: Watched, tmp_path: Path, certificate: Any, level: str, severity: str, reason: str
) -> None:
    issued = certificate()
    modules = {"tls": {"prober": "tls", "ca_file": "root.pem"}}
    with listening(silent, issued.context(tmp_path)) as listener:
        watch = watched(modules, {"module": "tls", "target": listener.address})
        now = datetime.now(UTC).replace(microsecond=0)
        PROBES.look(watch.engine, watch.environment, now)
        with watch.engine.begin() as connection:
            said = {v.kind: v for v in PROBES.judge(connection, watch.environment, now)}
    found = said["certificate"]
    assert (found.level, found.severity, found.reason) == (level, severity, reason)
    ends_at = issued.certificate.not_valid_after_utc
    assert found.numbers["ends_at"] == ends_at.isoformat()
    assert f"{ends_at:%Y-%m-%d}" in found.sentence or level == "good"
    assert said["down"].level == "good", "it answers"
    if reason == "certificate_ends":
        assert found.since == ends_at - timedelta(days=30)


def test_a_certificate_that_cannot_be_read_is_no_certificate(
    watched: Watched, web: Listener
) -> None:
    watch = watched({"tls": {"prober": "tls"}}, {"module": "tls", "target": web.address})
    watch.at(0)
    assert watch.levels() == {"not_looked_at": "good", "down": "suspected"}


def test_a_fault_of_ours_is_not_looked_at_and_says_nothing_of_the_system(
    watched: Watched, web: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEREZE_TEST_KEY", "a key")
    modules = {
        "web": {"prober": "http", "secret_headers": {"X-Key": {"env": "TEREZE_TEST_KEY"}}},
    }
    watch = watched(modules, {"module": "web", "target": web.url()})
    watch.at(0)
    assert watch.levels() == {"not_looked_at": "good", "down": "good"}
    monkeypatch.delenv("TEREZE_TEST_KEY")
    assert watch.at(1)["not_looked_at"].level == "suspected"
    found = watch.at(2)["not_looked_at"]
    assert (found.level, found.since, found.at) == ("confirmed", minute(1), minute(2))
    assert "TEREZE_TEST_KEY" in found.sentence
    assert watch.said["down"].at == minute(0), "of the system we know what we last saw"
    watch.at(3)
    assert set(watch.at(4)) == {"not_looked_at"}
    monkeypatch.setenv("TEREZE_TEST_KEY", "a key")
    back = watch.at(5)["not_looked_at"]
    assert (back.level, back.since) == ("good", minute(5))


def test_looks_are_kept_for_so_long_and_targets_while_they_are_declared(
    watched: Watched, web: Listener, engine: Engine, rows: Rows
) -> None:
    target = {"module": "web", "target": web.url()}
    watch = watched(WEB, target, failures={"keep": "1h"})
    watch.at(0)
    watch.at(30)
    watch.at(61)
    assert rows("SELECT count(*) FROM probe_results") == [{"count": 2}]
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO probe_results SELECT 'office', 'web', CAST(:at AS timestamptz)"
                " - n * interval '1 second', 'good', '', '', 1 FROM generate_series(0, 24999) n"
            ),
            {"at": minute(-1)},
        )
    renamed = watched(WEB, {**target, "name": "other"}, failures={"keep": "1h"})
    renamed.at(62)
    assert rows("SELECT count(*) FROM probe_results") == [{"count": 3}]
    assert rows("SELECT probe FROM probe_targets") == [{"probe": "other"}]


def test_a_broken_listener_becomes_a_finding_with_an_alert_and_is_over(
    watched: Watched, web: Listener, rows: Rows
) -> None:
    watch = watched(WEB, {"module": "web", "target": web.url()})
    fired = []
    for number, behave in enumerate((answering(), resetting, resetting, answering())):
        web.behave = behave
        report = tick(
            watch.engine, watch.environment, as_of=minute(number), actor="test", sides=[PROBES]
        )
        assert not report.unseen
        fired.append((report.fired, report.resolved))
    assert fired == [(0, 0), (0, 0), (1, 0), (0, 1)]
    [finding] = rows("SELECT * FROM findings")
    assert (finding["kind"], finding["subject"], finding["side"]) == ("down", "probe:web", "probes")
    assert (finding["began_at"], finding["ended_at"]) == (minute(1), minute(3))
    assert finding["state"] == "over"
    assert rows("SELECT origin FROM finding_evidence")[0] == {"origin": "probe_results"}
