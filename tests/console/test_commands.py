"""A day with the command: pull, check, look at what is held, fix it, read, verify."""

import csv
import json
from pathlib import Path

import pytest

from models.database import Database
from tests.console.conftest import ROWS, Tereze

AS_OF = "2026-06-01T12:00"


def test_pull_tells_and_is_repeatable(tereze: Tereze) -> None:
    first = tereze("pull", "office.applications", "--json")
    assert first.code == 0
    assert (first.json["read"], first.json["inserted"], first.json["quarantined"]) == (4, 3, 1)
    second = tereze("pull", "--all", "--json")
    assert [report["inserted"] + report["updated"] for report in second.json] == [0]
    assert "office.applications" in tereze("pull", "--all").out


def test_one_failing_source_stops_no_other(tereze: Tereze, folder: Path) -> None:
    good = (folder / "sources" / "applications.yaml").read_text()
    bad = good.replace("office.applications", "office.broken").replace(".csv", ".missing.csv")
    (folder / "sources" / "broken.yaml").write_text(bad)
    answer = tereze("pull", "--all", "--json")
    assert answer.code == 1
    states = {report["source"]: report["state"] for report in answer.json}
    assert states == {"office.applications": "succeeded", "office.broken": "failed"}


def test_check_counts_and_says_that_a_person_is_needed(tereze: Tereze) -> None:
    tereze("pull", "--all")
    answer = tereze("check", "delays", "--as-of", AS_OF, "--json")
    assert answer.code == 1
    counts = answer.json["counts"]
    assert (counts["on_time"], counts["late"], counts["overdue"]) == (1, 1, 1)
    assert answer.json["as_of"] == "2026-06-01T12:00:00+05:00"


def test_nothing_overdue_needs_nobody(tereze: Tereze, folder: Path) -> None:
    lines = [line for line in ROWS.splitlines() if line[0] in "n12"]
    (folder / "data" / "applications.csv").write_text("\n".join(lines) + "\n")
    tereze("pull", "--all")
    assert tereze("check", "delays").code == 0


def test_quarantine_is_listed_shown_and_released(tereze: Tereze, folder: Path) -> None:
    tereze("pull", "--all")
    [held] = tereze("quarantine", "list", "--json").json
    assert held["key"].endswith("4")
    row = str(held["id"])
    shown = tereze("quarantine", "show", row, "--basis", "complaint 12")
    assert shown.json["record"]["service"] == "99999999"
    stays = tereze("quarantine", "release", row, "--json")
    assert (stays.code, stays.json) == (1, {"stored": 0, "still_held": 1})
    register = folder / "register.yaml"
    known = "  '99999999': {names: {en: Another}}\n"
    register.write_text(register.read_text().replace("services:\n", "services:\n" + known))
    freed = tereze("quarantine", "release", "--source", "office.applications", "--json")
    assert (freed.code, freed.json) == (0, {"stored": 1, "still_held": 0})


def test_export(tereze: Tereze, tmp_path: Path) -> None:
    tereze("pull", "--all")
    file = tmp_path / "delays.csv"
    answer = tereze("delays", "export", "--to", str(file), "--as-of", AS_OF, "--json")
    assert (answer.code, answer.json["rows"]) == (0, 3)
    with file.open() as stream:
        assert [row["status"] for row in csv.DictReader(stream)] == ["on_time", "late", "overdue"]


def test_an_alert_from_firing_to_handled(tereze: Tereze) -> None:
    tereze("pull", "--all")
    tereze("check", "delays", "--as-of", AS_OF)
    listed = tereze("alerts", "list", "--name", "ApplicationOverdue", "--json")
    assert listed.code == 1
    [alert] = listed.json
    name = alert["fingerprint"][:8]
    assert tereze("alerts", "ack", name, "-m", "on it").code == 0
    assert tereze("alerts", "list", "--name", "ApplicationOverdue").code == 0
    past = tereze("alerts", "silence", name, "--until", "2020-01-01", "-m", "x")
    assert (past.code, "not in the future" in past.err) == (2, True)
    assert tereze("alerts", "silence", name, "--until", "2126-01-01", "-m", "x").code == 0
    assert tereze("alerts", "resolve", name, "-m", "done").code == 0
    assert tereze("alerts", "resolve", name, "-m", "done").code == 2


def test_reading_a_person_is_masked_and_audited(
    tereze: Tereze, folder: Path, database: Database
) -> None:
    source = folder / "sources" / "applications.yaml"
    source.write_text(source.read_text() + "  applicant: iin\n")
    lines = ROWS.splitlines()
    rows = [lines[0] + ",iin", *(line + ",900101300017" for line in lines[1:])]
    (folder / "data" / "applications.csv").write_text("\n".join(rows) + "\n")
    assert tereze("pull", "--all").code == 0
    masked = tereze("application", "show", "1", "--basis", "complaint 12", "--json")
    assert masked.json["application"]["applicant"] == "••••••••0017"
    assert masked.json["application"]["received_at"] == "2026-05-04T10:00:00+05:00"
    plain = tereze(
        "application", "show", "1", "--basis", "complaint of 900101300017", "--unmasked", "--json"
    )
    assert plain.json["application"]["applicant"] == "900101300017"
    engine = database.engine()
    with engine.connect() as connection:
        entries = connection.exec_driver_sql(
            "SELECT action, basis FROM audit_entries"
            " WHERE action LIKE 'application.%%' ORDER BY seq"
        ).all()
    engine.dispose()
    assert [tuple(entry) for entry in entries] == [
        ("application.read", "complaint 12"),
        ("application.read_unmasked", "complaint of ••••••••0017"),
    ]


def test_audit_verify_finds_a_changed_entry(tereze: Tereze, database: Database) -> None:
    tereze("pull", "--all")
    assert tereze("audit", "verify", "--json").json["ok"] is True
    engine = database.engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_entries DISABLE TRIGGER ALL")
        connection.exec_driver_sql("UPDATE audit_entries SET actor = 'nobody' WHERE seq = 1")
    engine.dispose()
    answer = tereze("audit", "verify")
    assert answer.code == 1
    assert "Entry 1 was changed" in answer.out


def test_audit_verify_finds_a_change_of_an_application_that_is_in_no_batch(
    tereze: Tereze, database: Database
) -> None:
    tereze("register", "sync")
    with database.engine().begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO composite_changes (application, became, reason, sentence, actor, at)"
            " VALUES (1, 'ended', 'done', '', 'nobody', now())"
        )
    answer = tereze("audit", "verify", "--json")
    assert answer.code == 1
    assert answer.json["problems"] == []
    assert "in no batch" in answer.json["history"][0]


def test_environment_commands(tereze: Tereze, tmp_path: Path) -> None:
    assert "is in order" in tereze("environment", "check").out
    names = {each["name"] for each in tereze("environment", "list", "--json").json}
    assert {"boston", "demo"} <= names
    written = tereze("environment", "schema", "--to", str(tmp_path / "schemas"), "--json")
    files = {Path(path).name for path in written.json}
    assert {"environment.schema.json", "source.schema.json"} <= files
    schema = json.loads((tmp_path / "schemas" / "source.schema.json").read_text())
    assert "schedule" in schema["properties"]


def test_register_sync_says_what_it_wrote(tereze: Tereze) -> None:
    assert "services 1" in tereze("register", "sync").out
    assert "already as the environment says" in tereze("register", "sync").out


def test_notify_and_version_and_upgrade(tereze: Tereze) -> None:
    assert tereze("alerts", "notify").out.strip() == "Nothing new to tell."
    assert tereze("version", "--json").json["tereze"]
    assert tereze("db", "upgrade", "--json").json["schema"] == "test"


@pytest.mark.parametrize("command", ["up", "demo", "deploy", "pull", "check", "alerts"])
def test_every_command_has_help(tereze: Tereze, command: str) -> None:
    assert tereze(command, "--help").code == 0
