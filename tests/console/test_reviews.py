"""`tereze delays explain|clocks|standards` and `tereze reviews …`, from the command line."""

from pathlib import Path

import pytest

from tests.console.conftest import Tereze

EVENTS = """event,number,kind,at,holder
e1,3,registered,2026-05-04 10:00,12
e2,3,stage,2026-05-04 15:00,LAND
e3,3,stage,2026-05-05 09:00,applicant
e4,3,stage,2026-05-05 12:00,LAND
"""
SOURCE = """
source: office.events
system: office
connector: file
dataset: application_events
request: {path: events.csv}
fields: {event: event, number: number, kind: kind, at: at, holder: holder}
"""
REGISTER = """
organisations: {LAND: {names: {en: Land}}}
offices: {"12": {names: {en: Office 12}}}
"""


@pytest.fixture
def pulled(folder: Path, tereze: Tereze) -> Tereze:
    """The applications and the events of one of them; checked."""
    (folder / "data" / "events.csv").write_text(EVENTS, encoding="utf-8")
    (folder / "sources" / "events.yaml").write_text(SOURCE, encoding="utf-8")
    register = folder / "register.yaml"
    register.write_text(register.read_text(encoding="utf-8") + REGISTER, encoding="utf-8")
    tereze("pull", "office.applications")
    assert tereze("pull", "office.events").code == 0
    assert tereze("check", "delays").code == 1
    return tereze


def test_a_breach_from_its_explanation_to_its_end(pulled: Tereze) -> None:
    told = pulled("delays", "explain", "3", "--as-of", "2026-05-05T18:00")
    assert told.code == 0, told.err
    for words in ("body:LAND", "office:12", "applicant", "5:00", "17:00", "100%"):
        assert words in told.out, told.out
    explained = pulled("--json", "delays", "explain", "3", "--as-of", "2026-05-05T18:00").json
    assert explained["shares"]["applicant"] == 3 * 3600
    assert sum(explained["shares"].values()) == explained["whole"] == 17 * 3600

    listed = pulled("--json", "reviews", "list")
    assert listed.code == 0
    causes = {each["cause"]: each["id"] for each in listed.json}
    assert causes.keys() == {"not_known", "late_at_body"}
    number = str(causes["late_at_body"])
    assert pulled("reviews", "list").out.count("late_at_body") == 1
    shown = pulled("reviews", "show", number)
    for words in ("A body had it longer", "Why did the body need longer?", "Timeline of 3"):
        assert words in shown.out, shown.out

    said = ("--body", "LAND", "--says", "not_ours", "--comment", "The office kept it")
    assert pulled("reviews", "dispute", number, *said).code == 0
    end = ("--cause", "late_at_body", "--body", "LAND", "--restored", "--measure", "Two clerks",
           "--answer", "One was ill", "--answer", "Two now")  # fmt: skip
    overtaken = pulled("reviews", "close", number, *end, "--seen", "0")
    assert overtaken.code == 1
    assert "it is not as you saw it" in overtaken.err
    again = ("--cause", "late_at_body", "--body", "LAND", "--comment", "It did not")
    assert pulled("reviews", "revise", number, *again, "--seen", "0").code == 1
    refused = pulled("reviews", "revise", number, *again, "--seen", "1")
    assert "disputed is now open" in refused.out, refused.err
    closed = pulled("reviews", "close", number, *end, "--seen", "2")
    assert closed.code == 0, closed.err
    assert "open is now closed" in closed.out
    assert pulled("reviews", "close", number, *end).code == 1
    assert pulled("reviews", "dispute", number, *said).code == 1
    assert len(pulled("--json", "reviews", "list", "--all").json) == 2
    rows = {row["cause"]: row for row in pulled("--json", "reviews", "statistics").json}
    assert (rows["late_at_body"]["closed"], rows["not_known"]["open"]) == (1, 1)
    assert "late_at_body" in pulled("reviews", "statistics").out


def test_sums_and_proposals(pulled: Tereze) -> None:
    since = ("--since", "2026-05-01")
    found = pulled("--json", "delays", "clocks", "--by", "body", *since).json
    assert {part["name"] for part in found["parts"]} == {
        "applicant",
        "body:LAND",
        "office:12",
        "unknown",
    }
    told = pulled("delays", "clocks", "--by", "channel", *since)
    assert "portal" in told.out
    assert pulled("delays", "clocks", "--by", "weather").code == 2
    fit = pulled("--json", "delays", "standards", *since, "--fewest", "1").json
    assert [each["verdict"] for each in fit] == ["too_short"]
    assert "missed the term" in pulled("delays", "standards", *since, "--fewest", "1").out


def test_wrong_use(pulled: Tereze) -> None:
    assert pulled("delays", "explain", "99").code == 2
    assert pulled("reviews", "show", "99").code == 2
