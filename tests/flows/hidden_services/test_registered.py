"""Registered and not got: dormant only where all was looked at, refused only where enough were."""

from datetime import timedelta

import pytest

from tests.flows.hidden_services.house import NOW, House

YEAR = timedelta(days=365)
DORMANT = "SELECT service, state FROM candidates WHERE kind = 'dormant' ORDER BY service"


@pytest.fixture
def quiet(house: House) -> House:
    """Four services, one with traffic, one whose last is long ago, two without any."""
    house.applied("00100101", NOW - 2 * YEAR)
    house.applied("00100101", NOW - timedelta(days=3))
    house.applied("00100102", NOW - YEAR - timedelta(days=1))
    house.looked(NOW)
    return house


def test_registered_without_traffic_is_dormant(quiet: House) -> None:
    report = quiet.run()
    assert report.not_looked_at == []
    assert [tuple(row) for row in quiet.all(DORMANT)] == [
        ("00100102", "new"),
        ("00100103", "new"),
        ("00100104", "new"),
    ]
    why = {row.service: row.why for row in quiet.all("SELECT service, why FROM candidates")}
    assert "the last application for it is of 2025-03-01" in why["00100102"]
    assert "no application for it on record" in why["00100103"]
    assert "looked at from 2025-03-02 to 2026-03-02" in why["00100103"]


def test_nothing_is_dormant_that_was_not_looked_at(quiet: House) -> None:
    quiet.looked(NOW - timedelta(days=40))
    [said] = quiet.run().not_looked_at
    assert "office.applications was looked at until 2026-01-21" in said
    assert quiet.all(DORMANT) == []


def test_nothing_is_dormant_before_there_is_history_enough(house: House) -> None:
    house.applied("00100101", NOW - timedelta(days=90))
    house.looked(NOW)
    [said] = house.run().not_looked_at
    assert "on record only from 2025-12-02" in said
    assert house.all(DORMANT) == []


def test_an_operation_that_names_it_is_traffic(quiet: House) -> None:
    quiet.observe("getArchive", "Архив", service="00100104", kind="operation", volume=7)
    quiet.run()
    assert "00100104" not in {row.service for row in quiet.all(DORMANT)}


def test_traffic_ends_it_and_silence_raises_it_again(quiet: House) -> None:
    quiet.run()
    quiet.applied("00100103", NOW + timedelta(hours=1))
    quiet.looked(NOW + timedelta(days=1))
    quiet.run(NOW + timedelta(days=1))
    [row] = quiet.all("SELECT state, reason FROM candidates WHERE service = '00100103'")
    assert tuple(row) == ("rejected", "over")
    later = NOW + YEAR + timedelta(days=2)
    quiet.looked(later)
    quiet.run(later)
    [row] = quiet.all("SELECT state, reason FROM candidates WHERE service = '00100103'")
    assert tuple(row) == ("new", "again")


def test_what_a_person_rejected_is_not_raised_again(quiet: House) -> None:
    quiet.run()
    [row] = quiet.all("SELECT id FROM candidates WHERE service = '00100103'")
    quiet.decide(row.id, "rejected", why="it is seasonal")
    quiet.run(NOW + timedelta(hours=1))
    [row] = quiet.all("SELECT state FROM candidates WHERE id = :id", id=row.id)
    assert row.state == "rejected"


@pytest.mark.parametrize(("refused", "granted", "found"), [(20, 0, 1), (19, 0, 0), (30, 3, 0)])
def test_always_refused(house: House, refused: int, granted: int, found: int) -> None:
    done = {"completed_at": NOW - timedelta(days=1)}
    house.applied("00100103", NOW - timedelta(days=9), refused, result="refused", **done)
    house.applied("00100103", NOW - timedelta(days=8), granted, result="granted", **done)
    house.run()
    rows = house.all("SELECT service, why FROM candidates WHERE kind = 'described_but_refused'")
    assert len(rows) == found
    if found:
        assert "20 of 20 decided applications for it were refused" in rows[0].why
