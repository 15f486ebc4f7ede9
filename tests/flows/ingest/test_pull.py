"""What a pull does with what comes: stores, holds back, tells, and moves on or does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.errors import ConfigurationError
from tests.flows.ingest.office import BAD_IIN, GOOD_IIN, HEADER, Office, application

NOON = datetime(2026, 5, 12, 7, tzinfo=UTC)


def moved(number: str, hour: int, **changes: str) -> dict[str, str]:
    """An application that changed at this hour of 12 May."""
    return application(number, changed_at=f"2026-05-12T{hour:02}:00:00+05:00", **changes)


def test_a_first_pull_and_the_same_again(office: Office) -> None:
    office.drop(application("A1"), application("A2", completed_at="2026-05-12T11:00:00"))
    first = office.pull()
    assert (first.state, first.read, first.inserted, first.pages) == ("succeeded", 2, 2, 1)
    assert office.cursor() == "2026-05-12T10:00:00+05:00"
    before = office.checksum()
    again = office.pull()
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, 2)
    assert office.checksum() == before
    assert office.leftovers() == 0
    kept = office.rows("SELECT * FROM pulls ORDER BY id")
    assert [row.state for row in kept] == ["succeeded", "succeeded"]
    assert kept[0].sha256 == kept[1].sha256
    assert kept[0].bytes == first.bytes > 100
    assert kept[0].holder.startswith("flow:test on ")
    assert kept[0].ended_at > kept[0].started_at
    assert office.actions() == ["register.synced", "source.pulled", "source.pulled"]


def test_a_pull_begins_and_ends_in_the_time_that_it_is_given(office: Office) -> None:
    now = datetime(2026, 5, 12, 12, tzinfo=UTC)
    office.drop(application("A1"))
    office.pull(now=now)
    (office.folder / "data" / "applications.csv").unlink()
    assert office.pull(now=now).state == "failed"
    for kept in office.rows("SELECT started_at, ended_at FROM pulls"):
        assert now == kept.started_at < kept.ended_at < now + timedelta(minutes=5)


def test_due_dates_come_with_the_rows(office: Office) -> None:
    office.drop(application("A1"))
    office.pull()
    due = office.one("SELECT due_at FROM applications")
    assert due == datetime(2026, 5, 14, 13, tzinfo=UTC)


BREAKS = [
    ({"service": ""}, "A01", "service"),
    ({"received_at": "soon"}, "A01", "received_at"),
    ({"completed_at": "later"}, "A02", "is not an ISO 8601 time"),
    ({"iin": BAD_IIN}, "A03", "applicant"),
    ({"iin": "12345"}, "A03", "applicant"),
    ({"service": "99999999"}, "A04", "99999999"),
    ({"received_at": "2026-05-12T12:06:00"}, "A05", "in the future"),
    ({"completed_at": "2026-05-12T09:59:59"}, "A06", "before it was received"),
    ({"channel": "pigeon"}, "A08", "pigeon"),
    ({"received_at": "1890-01-01T10:00:00"}, "A12", "within the calendars' days"),
    ({"completed_at": "2026-05-12T12:06:00"}, "A13", "in the future"),
]


def test_every_rule_of_rows_holds_them_with_code_words_and_record(office: Office) -> None:
    bad = [application(f"B{i:02}", **change) for i, (change, _, _) in enumerate(BREAKS)]
    good = [application(f"G{i:02}") for i in range(len(BREAKS))]
    office.drop(*bad, *good)
    report = office.pull(now=NOON)
    assert (report.state, report.inserted, report.quarantined) == ("succeeded", len(good), len(bad))
    assert office.numbers() == [row["number"] for row in good]
    for i, (change, code, words) in enumerate(BREAKS):
        (row,) = office.rows("SELECT * FROM quarantine WHERE key = :key", key=f"B{i:02}")
        assert code in row.codes, row
        assert words in " ".join(row.reasons)
        assert row.record == bad[i]
        assert change.items() <= row.record.items()
        assert (row.state, row.dataset, row.pull_id) == ("held", "applications", report.pull_id)
        assert report.broken[code] >= 1
    assert f"{len(bad)} row(s)" in office.alerts()["RowsQuarantined"]


@pytest.mark.parametrize("limit", ["2026-05-12T12:05:00", "2026-05-12T10:00:00"])
def test_the_edges_of_rules_are_kept(office: Office, limit: str) -> None:
    office.drop(application("A1", completed_at=limit))
    assert office.pull(now=NOON).quarantined == 0


def test_two_that_contradict_are_both_held(office: Office) -> None:
    office.drop(application("A1"), application("A1", channel="state_corporation"),
                application("A2"), application("A2"), application("A3"))  # fmt: skip
    report = office.pull()
    assert (report.inserted, report.repeated, report.broken) == (2, 1, {"A07": 2})
    assert office.numbers() == ["A2", "A3"]


def test_identifiers_are_masked_in_reasons_alerts_and_logs(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.drop(application("A1", service=GOOD_IIN), application("A2", received_at=GOOD_IIN),
                application("A3", channel=f"of {GOOD_IIN}"), application("A4"))  # fmt: skip
    office.declare(applications={"expect": {"quarantined_share": 0.9}})
    office.pull()
    words = office.rows("SELECT reasons::text FROM quarantine")
    told = office.rows("SELECT sentence, annotations::text, labels::text FROM alerts")
    kept = office.rows("SELECT sentence, broken::text, drift::text FROM pulls")
    trail = office.rows("SELECT details::text, subject FROM audit_entries")
    assert len(words) == 3
    assert GOOD_IIN not in f"{words} {told} {kept} {trail} {caplog.text}"
    assert GOOD_IIN[:11] not in f"{words}"


def test_held_once_however_often_it_comes(office: Office) -> None:
    office.drop(application("A1", service="99999999"), application("A2"))
    office.pull()
    (first,) = office.rows("SELECT * FROM quarantine")
    office.pull()
    assert office.rows("SELECT * FROM quarantine") == [first]


def test_a_corrected_record_supersedes_what_was_held(office: Office) -> None:
    office.drop(moved("A1", 10, service="99999999"), moved("A2", 10))
    office.pull()
    office.drop(moved("A1", 11), moved("A2", 10))
    report = office.pull()
    assert (report.inserted, report.quarantined) == (1, 0)
    (row,) = office.rows("SELECT * FROM quarantine")
    assert (row.state, row.settled_by) == ("superseded", "flow:test")
    assert row.settled_at is not None
    assert "RowsQuarantined" in office.alerts("resolved")


def test_what_was_superseded_and_comes_again_is_held_again(office: Office) -> None:
    for service in ("99999999", "00100101", "99999999"):
        office.drop(moved("A1", 10, service=service), moved("A2", 10))
        office.pull()
    assert office.held() == {"A1": ["A04"]}


def test_too_many_bad_rows_stop_the_batch(office: Office) -> None:
    office.drop(application("A1", service="x"), application("A2", service="y"), application("A3"))
    report = office.pull()
    assert (report.state, report.reason) == ("failed", "stopped")
    assert "B04" in report.sentence
    assert (office.numbers(), office.held(), office.cursor()) == ([], {}, None)
    assert "B04" in office.alerts()["BatchStopped"]
    assert office.leftovers() == 0
    office.drop(application("A3"))
    office.pull()
    assert "BatchStopped" in office.alerts("resolved")


@pytest.mark.parametrize(
    ("severity", "state", "numbers", "held"),
    [
        ("warning", "succeeded", ["A1", "A2"], {}),
        ("error", "succeeded", ["A1"], {"A2": ["A04"]}),
        ("critical", "failed", [], {}),
    ],
)
def test_a_source_may_say_how_severe_a_rule_is(
    office: Office, severity: str, state: str, numbers: list[str], held: dict[str, list[str]]
) -> None:
    office.declare(applications={"expect": {"rules": {"A04": severity}}})
    office.drop(application("A1"), application("A2", service="99999999"))
    report = office.pull()
    assert (report.state, office.numbers(), office.held()) == (state, numbers, held)
    assert ("A04" in report.sentence) == (severity == "critical")
    if severity != "critical":
        assert report.broken == {"A04": 1}


def test_no_rows_are_a_failure(office: Office) -> None:
    office.drop()
    report = office.pull()
    assert (report.state, report.reason) == ("failed", "stopped")
    assert "B01" in report.sentence
    assert "0 came, 1 to any number expected" in report.sentence


def test_no_rows_may_be_declared_good(office: Office) -> None:
    office.declare(applications={"expect": {"rows": {"min": 0}}})
    office.drop()
    assert office.pull().state == "succeeded"


def test_more_rows_than_declared_are_a_failure(office: Office) -> None:
    office.declare(applications={"expect": {"rows": {"max": 1}}})
    office.drop(application("A1"), application("A2"))
    assert "2 came, 1 to 1 expected" in office.pull().sentence


@pytest.mark.parametrize("rows", [1, 0])
def test_what_is_not_fresh_is_a_failure(office: Office, rows: int) -> None:
    fresh = {"fresh_within": "90m", "rows": {"min": 0}}
    office.declare(applications={"expect": fresh})
    office.drop(*[moved("A1", 10)][:rows])
    report = office.pull(now=NOON)
    assert (report.state, report.reason) == ("failed", "stopped")
    assert "B02" in report.sentence
    office.drop(moved("A1", 11))
    assert office.pull(now=NOON).state == "succeeded"


def test_a_pull_that_comes_back_empty_after_a_good_one_is_a_failure(office: Office) -> None:
    office.drop(moved("A1", 11))
    office.pull()
    before = office.cursor()
    office.drop(moved("A1", 9))  # yesterday's data: all of it lies before the cursor
    report = office.pull()
    assert (report.state, report.read) == ("failed", 0)
    assert "B01" in report.sentence
    assert office.cursor() == before


WITHOUT = [name for name in HEADER if name != "channel"]


def test_a_new_a_vanished_and_a_changed_field_are_told_by_name(office: Office) -> None:
    office.drop(application("A1"))
    assert office.pull().drift == []
    office.drop(application("A2") | {"priority": "high"}, header=[*WITHOUT, "priority"])
    report = office.pull()
    assert report.state == "succeeded"
    assert [words.split(":")[0] for words in report.drift] == [
        "new field 'priority' (text)",
        "vanished field 'channel'",
    ]
    assert "priority" in office.alerts()["FieldsDrifted"]
    assert "priority" in str(office.rows("SELECT drift FROM pulls ORDER BY id DESC LIMIT 1"))
    office.drop(application("A2"))
    office.pull()
    assert "FieldsDrifted" in office.alerts("resolved")


def test_a_vanished_required_field_stops_the_batch(office: Office) -> None:
    office.drop(application("A1"), header=[name for name in HEADER if name != "service"])
    report = office.pull()
    assert (report.state, report.reason) == ("failed", "stopped")
    assert "B03" in report.sentence
    assert "gone: service" in report.sentence


def test_a_range_of_the_past_does_not_move_the_cursor(office: Office) -> None:
    office.drop(moved("A1", 9), moved("A2", 10), moved("A3", 11))
    office.pull(now=NOON)
    looked = office.one("SELECT looked_until FROM source_states")
    office.drop(*(moved(f"A{i}", 8 + i, channel="state_corporation") for i in (1, 2, 3)))
    report = office.pull(since="2026-05-12T09:00:00+05:00", until="2026-05-12T11:00:00+05:00")
    assert (report.read, report.updated) == (2, 2)
    assert office.cursor() == "2026-05-12T11:00:00+05:00"
    assert office.one("SELECT looked_until FROM source_states") == looked
    (kept,) = office.rows("SELECT * FROM pulls WHERE kind = 'backfill'")
    assert kept.window_until == "2026-05-12T11:00:00+05:00"


def test_only_what_is_new_is_asked_for_with_the_overlap(office: Office) -> None:
    office.declare(applications={"cursor": {"overlap": "1h"}})
    office.drop(moved("A1", 9), moved("A2", 10), moved("A3", 11))
    office.pull()
    assert office.pull().read == 2
    assert office.cursor() == "2026-05-12T11:00:00+05:00"


def test_progress_is_told(office: Office) -> None:
    told: list[tuple[int, int | None]] = []
    office.declare(applications={"request": {"page_size": 2}})
    office.drop(*(application(f"A{i}") for i in range(5)))
    report = office.pull(progress=lambda done, total: told.append((done, total)))
    assert report.pages == 3
    assert [done for done, _ in told] == [2, 4, 5]


def test_an_unknown_source(office: Office) -> None:
    with pytest.raises(ConfigurationError, match=r"office\.applications"):
        office.pull("nobody.knows")


STRANGE: dict[str, Any] = {
    "number": "A\\1\t'\"%s:now", "service": "00100101", "channel": "state\\_corporation",
    "received_at": "2026-05-12T10:00:00", "iin": GOOD_IIN, "changed_at": "x",
}  # fmt: skip


def test_signs_of_sql_and_copy_come_through(office: Office) -> None:
    office.drop(STRANGE, application("N%(a)s\n2"))
    office.pull()
    assert office.numbers() == ["N%(a)s\n2"]
    assert list(office.held()) == [STRANGE["number"]]
    assert office.one("SELECT record->>'channel' FROM quarantine") == "state\\_corporation"
