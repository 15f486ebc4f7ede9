"""A failing system with the command: diagnose it, write to its owner, do again what was missed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from models.database import Database
from tests.console.conftest import ROWS, Answer, Tereze

SOURCE = "office.applications"


@pytest.fixture
def failed(tereze: Tereze, folder: Path) -> int:
    """The file was away for a while: pulls failed, the watch saw it, the file is back."""
    yaml = folder / "sources" / "applications.yaml"
    yaml.write_text(yaml.read_text() + "schedule: '*/10 * * * *'\n")
    systems = folder / "systems.yaml"
    contract = "    contracts: [{name: fields, kind: columns, source: office.applications}]\n"
    systems.write_text(systems.read_text() + contract)
    data = folder / "data" / "applications.csv"
    assert tereze("pull", SOURCE).code == 0
    assert tereze("check", "failures").code == 0
    data.unlink()
    for _ in range(2):
        assert tereze("pull", SOURCE).code == 1
        tereze("check", "failures")  # one bad look is suspected, two are certain
    going_on = tereze("failures", "list", "--json").json
    [finding] = [each for each in going_on if each["kind"] == "down"]
    assert finding["system"] == "office"
    data.write_text(ROWS, encoding="utf-8")
    return int(finding["id"])


def test_a_failing_system_on_one_page_and_in_a_letter(
    tereze: Tereze, failed: int, tmp_path: Path
) -> None:
    answer = tereze("diagnose", "office")
    assert answer.code == 1
    first, *rest = answer.out.splitlines()
    assert first.startswith("office is failing (down) since ")
    assert first.endswith("; it answers now.")
    page = "\n".join(rest)
    for part in ("Tried just now", "Last good", "What was found", "By this evidence, the last rows",
                 "Contracts", "as it was accepted",
                 "Who waits", "By service and region", "What to do"):  # fmt: skip
        assert part in page, part
    assert f"tereze failures letter {failed}" in page
    found = tereze("diagnose", SOURCE, "--json")
    assert found.code == 1
    assert found.json["system"] == "office"
    assert [each["ok"] for each in found.json["tried"]] == [True]
    assert found.json["waiting"]["applications"] == 1
    assert [each["name"] for each in found.json["contracts"]] == ["fields"]
    _letter(tereze, failed, tmp_path)


def _letter(tereze: Tereze, failed: int, tmp_path: Path) -> None:
    printed = tereze("failures", "letter", str(failed))
    assert printed.code == 0
    assert printed.out.startswith("Кімге: state_corporation\n")
    assert "failures.duty.kk" in printed.err
    file = tmp_path / "letter.txt"
    told = tereze("failures", "letter", str(failed), "--language", "ru", "--to", str(file))
    assert (told.code, str(file) in told.out.replace("\n", "")) == (0, True)
    assert file.read_text(encoding="utf-8").startswith("Кому: ")
    as_json = tereze("failures", "letter", str(failed), "--language", "en", "--json").json
    assert (as_json["finding"], as_json["language"]) == (failed, "en")
    assert as_json["text"].startswith("To: ")
    assert len(as_json["warnings"]) == 2
    for wrong in (("letter", "99"), ("replay", "99"), ("letter", str(failed), "--language", "fr")):
        assert tereze("failures", *wrong).code == 2


def test_a_healthy_system_needs_nobody(tereze: Tereze, folder: Path) -> None:
    yaml = folder / "sources" / "applications.yaml"
    yaml.write_text(yaml.read_text() + "schedule: '*/10 * * * *'\n")
    tereze("pull", SOURCE)
    answer = tereze("diagnose", "office")
    assert (answer.code, "nothing is found against it" in answer.out) == (0, True), answer.out
    unknown = tereze("diagnose", "ofice")
    assert (unknown.code, "Did you mean office?" in unknown.err) == (2, True)


def over(database: Database, finding: int, at: datetime) -> None:
    engine = database.engine()
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE findings SET state = 'over', ended_at = :at WHERE id = :id"),
            {"at": at, "id": finding},
        )
    engine.dispose()


def done(answer: Answer) -> list[tuple[str, bool]]:
    return [(each["step"]["do"], each["well"]) for each in answer.json["done"]]


def test_what_was_missed_is_listed_and_done(
    tereze: Tereze, failed: int, database: Database
) -> None:
    lasting = tereze("failures", "replay", str(failed))
    assert lasting.code == 1
    assert "is not over" in lasting.err
    over(database, failed, datetime.now(UTC))
    listed = tereze("failures", "replay", str(failed), "--json")
    assert listed.code == 1
    [step] = listed.json["steps"]
    assert (step["do"], step["source"]) == ("pull", SOURCE)
    assert "2 of its pulls failed" in step["why"]
    assert "office.applications" in tereze("failures", "replay", str(failed)).out
    did = tereze("failures", "replay", str(failed), "--do", "--json")
    assert (did.code, done(did)) == (0, [("pull", True)])
    assert "read 4, new 0" in did.json["done"][0]["sentence"]
    again = tereze("failures", "replay", str(failed))
    assert (again.code, again.out) == (0, "Nothing is to be done again.\n")


def test_rows_held_meanwhile_are_released(
    tereze: Tereze, failed: int, folder: Path, database: Database
) -> None:
    """A row of a service that the register did not know came while the failure lasted."""
    engine = database.engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE quarantine SET held_at = clock_timestamp()"))
    engine.dispose()
    over(database, failed, datetime.now(UTC) + timedelta(seconds=1))
    held = tereze("failures", "replay", str(failed), "--do", "--json")
    assert held.code == 1
    assert ("release", False) in done(held)
    data = folder / "data" / "applications.csv"
    data.unlink()
    over(database, failed, datetime.now(UTC) + timedelta(seconds=1))
    broken = tereze("failures", "replay", str(failed), "--do", "--json")
    assert (broken.code, done(broken)[0]) == (1, ("pull", False))
    data.write_text(ROWS, encoding="utf-8")
    register = folder / "register.yaml"
    known = "  '99999999': {names: {en: Another}}\n"
    register.write_text(register.read_text().replace("services:\n", "services:\n" + known))
    freed = tereze("failures", "replay", str(failed), "--do", "--json")
    assert all(well for _, well in done(freed)), json.dumps(freed.json["done"])
