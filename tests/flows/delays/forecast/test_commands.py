"""What `tereze delays forecast` and `tereze forecast learn` print; and the job that learns."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from console import cli
from flows.delays.forecast.flow import _work
from flows.delays.forecast.summary import sentence
from flows.delays.summary import sentence as told
from tests.flows.delays.forecast.past import NOW, SLOW, Past

Tereze = Callable[..., tuple[int, str]]


@pytest.fixture
def tereze(
    learned: Past,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Tereze:
    """The command in this process, on the world that learned."""
    url = learned.engine.url.difference_update_query(["options"]).render_as_string(
        hide_password=False
    )
    monkeypatch.setenv("TEREZE_DATABASE_URL", url)
    monkeypatch.setenv("TEREZE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TEREZE_ENVIRONMENT", str(learned.folder))
    monkeypatch.setenv("COLUMNS", "160")

    def call(*arguments: str) -> tuple[int, str]:
        capfd.readouterr()
        code = cli.run(arguments)
        said = capfd.readouterr()
        return code, said.out + said.err

    return call


def test_by_body_and_service(learned: Past, tereze: Tereze) -> None:
    code, out = tereze("delays", "forecast", "--limit", "3")
    assert code == 0, out
    open_ = len(learned.chances())
    assert f"akimat  00100101    {open_}" in out
    assert len([line for line in out.splitlines() if "%" in line]) == 3
    code, out = tereze("delays", "forecast", "--service", "none", "--json")
    assert (code, json.loads(out)) == (0, {"ahead": [], "likeliest": []})
    code, out = tereze("delays", "forecast", "--json", "--limit", "1")
    found = json.loads(out)
    assert found["ahead"][0]["open"] == open_
    assert 0 < found["likeliest"][0]["chance"] <= 1


def test_why_one(learned: Past, tereze: Tereze) -> None:
    learned.received("X", "06-03 09:30", region=SLOW)
    learned.check("06-04 12:10")
    code, out = tereze("delays", "forecast", "X")
    assert code == 0, out
    assert "X (office): " in out
    assert "% likely to be late: of " in out
    assert "The last of them: A-" in out
    code, out = tereze("delays", "forecast", "X", "--json")
    assert len(json.loads(out)[0]["nearest"]) == 5
    code, out = tereze("delays", "forecast", "NOBODY")
    assert code == 2
    assert "no application of this number was open at a check" in out


def test_learning_by_hand_tells_what_there_was_too_little_of(tereze: Tereze) -> None:
    code, out = tereze("forecast", "learn")
    assert code == 0, out
    assert "Too few cases from" in out


def test_the_job_says_what_it_learned(learned: Past) -> None:
    assert _work(learned.engine, learned.environment).sentence.startswith("Too few cases")
    known = learned.learn()
    assert sentence(known).startswith(f"Learned from {known.cases:,} decided cases from 2024-06-04")
    assert "AUC 0." in sentence(known)
    with learned.engine.connect() as connection:
        trail = connection.execute(
            text("SELECT count(*) FROM audit_entries WHERE action = 'delays.forecast_learned'")
        ).scalar_one()
    assert trail == 3


def test_the_check_says_how_many_were_scored(learned: Past) -> None:
    learned.received("X", learned.now(), region=SLOW)
    report = learned.check("06-04 12:10")
    assert report.as_of > NOW
    assert report.forecast is not None
    assert f"forecast for {report.forecast.scored:,}, services warned of 1" in told(report)
