"""What a person does with alerts from the command line, from the list to who has the watch."""

from pathlib import Path

import pytest

from tests.console.conftest import Tereze
from tests.console.test_commands import AS_OF

ALERTS = """
receivers: {log: {file: notices.jsonl}, duty: {on_call: desk}}
routes: [{receivers: [duty]}]
"""
ON_CALL = """
people: {aigerim: {receivers: [log]}}
rotas:
  desk:
    starts: 2026-01-05
    shifts: [{people: [aigerim], from: "09:00", to: "18:00"}]
    fallback: [log]
"""


@pytest.fixture
def alert(tereze: Tereze, folder: Path) -> str:
    (folder / "alerts.yaml").write_text(ALERTS)
    (folder / "on_call.yaml").write_text(ON_CALL)
    tereze("pull", "--all")
    tereze("check", "delays", "--as-of", AS_OF)
    [found] = tereze("alerts", "list", "--name", "ApplicationOverdue", "--json").json
    return str(found["fingerprint"][:8])


def test_said_assigned_snoozed_and_shown(tereze: Tereze, alert: str) -> None:
    assert tereze("alerts", "comment", alert, "the archive is closed today").code == 0
    assert tereze("alerts", "assign", alert, "--to", "aigerim", "-m", "yours").code == 0
    nobody = tereze("alerts", "assign", alert, "--to", "bolat", "-m", "yours")
    assert (nobody.code, "Known: aigerim" in nobody.err) == (2, True)
    assert tereze("alerts", "snooze", alert, "--for", "2h", "-m", "lunch").code == 0
    assert tereze("alerts", "notify").code == 0
    shown = tereze("alerts", "show", alert).out
    for words in ("ApplicationOverdue (critical), silenced", "the archive is closed today",
                  "To aigerim: yours", "lunch", "in hand        aigerim"):  # fmt: skip
        assert words in shown
    assert tereze("alerts", "unsilence", alert, "-m", "back").code == 0
    assert tereze("alerts", "show", alert, "--json").json["alert"]["state"] == "firing"


def test_a_silence_by_matchers_is_made_listed_and_lifted(tereze: Tereze, alert: str) -> None:
    made = tereze("alerts", "silence", "--match", "alertname=ApplicationOverdue",
                  "--until", "2126-01-01", "-m", "known")  # fmt: skip
    assert made.out.strip() == "Done: silence 1, 1 alert"
    [listed] = tereze("alerts", "silences", "--json").json
    assert (listed["matchers"], listed["alerts"]) == (['alertname="ApplicationOverdue"'], 1)
    assert tereze("alerts", "unsilence", alert, "-m", "x").code == 2, "lift the silence itself"
    assert "1 alerts fire again" in tereze("alerts", "unsilence", "1", "-m", "over").out
    assert tereze("alerts", "unsilence", "1", "-m", "over").code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--match", "system=land"], "--until"),
        (["--until", "2126-01-01"], "neither an alert nor a matcher"),
        (["abcdef", "--match", "a=b", "--until", "2126-01-01"], "both are given"),
        (["--match", "system", "--until", "2126-01-01"], "matcher is written like"),
        (["--match", "system=land", "--until", "2020-01-01"], "not in the future"),
    ],
)
def test_a_silence_that_is_none(tereze: Tereze, arguments: list[str], said: str) -> None:
    answer = tereze("alerts", "silence", *arguments, "-m", "x")
    assert (answer.code, said in answer.err) == (2, True), answer.err


@pytest.mark.usefixtures("alert")
@pytest.mark.parametrize(
    ("at", "code", "who"),
    [("2026-03-04T12:00", 0, "aigerim"), ("2026-03-04T20:00", 1, "a gap: log is told")],
)
def test_who_has_the_watch(tereze: Tereze, at: str, code: int, who: str) -> None:
    answer = tereze("alerts", "on-call", "--at", at, "--days", "1")
    first = answer.out.splitlines()[2]
    assert (answer.code, first.startswith(who)) == (code, True), answer.out
