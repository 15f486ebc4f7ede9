"""Rows in quarantine: listed, shown, released after a fix, never lost."""

import pytest

from flows.ingest import record
from flows.ingest.quarantine import listed, shown
from flows.ingest.release import ReleaseReport, release
from models.errors import ConfigurationError, CouldNotRun
from tests.flows.ingest.office import ACTOR, SOURCE, Office, application

PERSON = "person:duty"
NEW_SERVICE = {"services": {"99999999": {"names": {"en": "A service found later"}}}}


def let_go(office: Office, source: str | None = SOURCE, ids: tuple[int, ...] = ()) -> ReleaseReport:
    return release(office.engine, office.environment, source=source, ids=ids, actor=PERSON)


@pytest.fixture
def two_held(office: Office) -> Office:
    office.drop(application("A1"), application("A2", service="99999999"),
                application("A3"), application("A4", service="88888888"))  # fmt: skip
    office.pull()
    assert office.held() == {"A2": ["A04"], "A4": ["A04"]}
    return office


def test_after_a_fix_of_the_register(two_held: Office) -> None:
    two_held.declare(register=NEW_SERVICE)
    assert let_go(two_held) == ReleaseReport(stored=1, still_held=1)
    assert two_held.numbers() == ["A1", "A2", "A3"]
    assert two_held.held() == {"A4": ["A04"]}
    (row,) = two_held.rows("SELECT * FROM quarantine WHERE key = 'A2'")
    assert (row.state, row.settled_by) == ("released", PERSON)
    assert "1 row(s)" in two_held.alerts()["RowsQuarantined"]
    assert two_held.actions()[-1] == "quarantine.released"
    (pull,) = two_held.rows("SELECT * FROM pulls WHERE kind = 'release'")
    assert (pull.state, pull.inserted, pull.quarantined, pull.broken) == (
        "succeeded", 1, 1, {"A04": 1})  # fmt: skip
    assert two_held.leftovers() == 0


def test_tells_how_far_it_is(two_held: Office) -> None:
    heard: list[tuple[int, int | None]] = []
    release(two_held.engine, two_held.environment, source=SOURCE, actor=PERSON,
            progress=lambda done, total: heard.append((done, total)))  # fmt: skip
    assert heard == [(2, 2)]


def test_the_released_comes_again_and_changes_nothing(two_held: Office) -> None:
    two_held.declare(register=NEW_SERVICE)
    let_go(two_held)
    before = two_held.checksum()
    assert two_held.pull().unchanged == 3
    assert two_held.checksum() == before


def test_after_a_fix_of_the_mapping(office: Office) -> None:
    office.drop(application("A1"), application("A2", channel="Портал"))
    office.pull()
    assert office.held() == {"A2": ["A08"]}
    fixed = {"from": "channel", "map": {"Портал": "portal", "portal": "portal"}}
    office.declare(applications={"fields": {"channel": fixed}})
    assert let_go(office) == ReleaseReport(1, 0)
    assert office.one("SELECT channel FROM applications WHERE number = 'A2'") == "portal"
    assert "RowsQuarantined" in office.alerts("resolved")


def test_one_by_its_number(two_held: Office) -> None:
    two_held.declare(register=NEW_SERVICE)
    number = two_held.one("SELECT id FROM quarantine WHERE key = 'A2'")
    assert let_go(two_held, None, (number,)) == ReleaseReport(1, 0)
    with pytest.raises(ConfigurationError, match="nothing of that number"):
        let_go(two_held, None, (number,))


def test_what_still_breaks_a_rule_stays_with_the_reasons_of_today(two_held: Office) -> None:
    two_held.declare(applications={"fields": {"channel": {"from": "service"}}})
    assert let_go(two_held) == ReleaseReport(0, 2)
    assert set(two_held.held()["A2"]) == {"A04", "A08"}


def test_a_rule_that_became_critical_does_not_stop_a_release(two_held: Office) -> None:
    two_held.declare(register=NEW_SERVICE, applications={"expect": {"rules": {"A04": "critical"}}})
    assert let_go(two_held) == ReleaseReport(1, 1)
    assert two_held.leftovers() == 0


def test_a_field_that_old_records_do_not_have(two_held: Office) -> None:
    two_held.declare(register=NEW_SERVICE, applications={"fields": {"service": "service_code"}})
    assert let_go(two_held) == ReleaseReport(0, 2)
    assert two_held.held() == {"A2": ["A01"], "A4": ["A01"]}


def test_of_several_held_for_one_application_the_newest_counts(office: Office) -> None:
    for hour in (10, 11):
        changed = f"2026-05-12T{hour}:00:00+05:00"
        completed = f"2026-05-12T{hour}:00:00"
        office.drop(
            application("A1", service="99999999", changed_at=changed, completed_at=completed),
            application("A2", changed_at=changed),
        )
        office.pull()
    assert office.one("SELECT count(*) FROM quarantine WHERE state = 'held'") == 2
    office.declare(register=NEW_SERVICE)
    assert let_go(office).still_held == 0
    assert office.held() == {}
    stored = office.one("SELECT completed_at::text FROM applications WHERE number = 'A1'")
    assert stored.startswith("2026-05-12 06:00")


def test_a_release_does_not_undo_what_is_newer(office: Office) -> None:
    office.drop(application("A1", service="99999999"), application("A2"))
    office.pull()
    held = office.one("SELECT id FROM quarantine")
    newer = "2026-05-12T12:00:00+05:00"
    office.drop(application("A1", changed_at=newer, channel="state_corporation"))
    office.pull()
    with pytest.raises(ConfigurationError):
        let_go(office, None, (held,))
    assert office.one("SELECT channel FROM applications WHERE number='A1'") == "state_corporation"


def test_contradictions_stay_until_the_body_says_which(office: Office) -> None:
    office.drop(application("A1"), application("A1", channel="state_corporation"),
                application("A2"), application("A3"))  # fmt: skip
    office.pull()
    assert let_go(office) == ReleaseReport(0, 2)
    office.drop(application("A1", changed_at="2026-05-12T12:00:00+05:00"))
    office.pull()
    assert office.held() == {}
    assert office.numbers() == ["A1", "A2", "A3"]


def test_the_cursor_does_not_move(two_held: Office) -> None:
    before = two_held.rows("SELECT cursor, looked_until, last_pull_id FROM source_states")
    let_go(two_held)
    assert two_held.rows("SELECT cursor, looked_until, last_pull_id FROM source_states") == before


def test_not_while_the_source_is_pulled(two_held: Office) -> None:
    with record.held(two_held.engine, "test", SOURCE) as ours:
        assert ours
        with pytest.raises(CouldNotRun, match="being pulled right now"):
            let_go(two_held)


def test_a_source_that_is_not_declared_any_more(two_held: Office) -> None:
    two_held.changes["applications"] = None
    two_held.declare()
    with pytest.raises(ConfigurationError, match="does not declare this source any more"):
        let_go(two_held)


def test_listing_and_showing(two_held: Office) -> None:
    with two_held.engine.begin() as connection:
        rows = listed(connection, source=SOURCE, code="A04", limit=1)
        assert [row["key"] for row in rows] == ["A2"]
        assert "record" not in rows[0]
        assert listed(connection, code="A06") == []
        whole = shown(connection, rows[0]["id"], actor=PERSON, basis="complaint 17")
        with pytest.raises(ConfigurationError, match="no row of that number"):
            shown(connection, 10**9, actor=PERSON, basis="none")
    assert whole["record"]["number"] == "A2"
    (entry,) = two_held.rows("SELECT * FROM audit_entries WHERE action = 'quarantine.read'")
    assert (entry.actor, entry.basis) == (PERSON, "complaint 17")
    assert ACTOR not in entry.details
