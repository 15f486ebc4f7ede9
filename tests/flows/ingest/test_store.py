"""What storing does: late and repeated changes, events on either side, the register pulled."""

from datetime import datetime
from itertools import permutations
from typing import Any

import pytest

from flows.ingest.order import in_order
from tests.flows.ingest.office import EVENTS, Office, application


def version(hour: int, channel: str) -> dict[str, str]:
    return application("A1", channel=channel, changed_at=f"2026-05-12T{hour:02}:00:00+05:00")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_newest_version_wins_in_whatever_order_they_come(
    office: Office, order: tuple[int, ...]
) -> None:
    office.declare(applications={"cursor": {"overlap": "30d"}})
    versions = [version(10, "portal"), version(11, "state_corporation"), version(12, "portal")]
    versions[2]["completed_at"] = "2026-05-12T12:00:00"
    for turn in order:
        office.drop(versions[turn])
        assert office.pull().state == "succeeded"
    ((completed, channel),) = office.rows("SELECT completed_at, channel FROM applications")
    assert completed is not None
    assert channel == "portal"


def test_an_older_one_changes_nothing_at_all(office: Office) -> None:
    office.drop(version(12, "portal"))
    office.pull()
    before = office.checksum()
    office.drop(version(10, "state_corporation"))
    report = office.pull(since="2026-05-12T00:00:00+05:00")
    assert (report.updated, report.unchanged) == (0, 1)
    assert office.checksum() == before


def event(number: str, kind: str, at: str, application: str = "A1", **more: str) -> dict[str, str]:
    moment = f"2026-05-{at}:00"
    return {"event": number, "number": application, "kind": kind, "at": moment,
            "changed_at": moment + "+05:00"} | more  # fmt: skip


STOP, RESTART = event("e1", "stopped", "13T10:00"), event("e2", "restarted", "18T10:00")


def due(office: Office) -> Any:
    return office.one("SELECT due_at AT TIME ZONE 'Asia/Almaty' FROM applications")


@pytest.mark.parametrize("turns", list(permutations(["application", "stop", "restart"])))
def test_events_and_their_application_in_whatever_order(
    office: Office, turns: tuple[str, ...]
) -> None:
    for turn in turns:
        if turn == "application":
            office.drop(application("A1"))
            office.pull()
        else:
            office.drop(STOP if turn == "stop" else RESTART, name="events.csv")
            assert office.pull(EVENTS).state == "succeeded"
    # Two working days from 12 May; at the close of 13, 14 and 15 May the clock stood still.
    assert due(office) == datetime(2026, 5, 19, 18)
    assert len(office.rows("SELECT * FROM clock_stops")) == 1


def test_while_the_clock_stands_still_nothing_is_due(office: Office) -> None:
    office.drop(application("A1"))
    office.pull()
    assert due(office) == datetime(2026, 5, 14, 18)
    office.drop(STOP, name="events.csv")
    office.pull(EVENTS)
    assert due(office) is None
    office.pull()
    assert due(office) is None


@pytest.mark.parametrize(
    "corrected",
    [
        event("e1", "stage", "13T10:00", changed_at="2026-05-20T10:00:00+05:00"),
        event("e1", "stopped", "13T10:00", "A2", changed_at="2026-05-20T10:00:00+05:00"),
    ],
)
def test_a_corrected_event_takes_its_stop_along(office: Office, corrected: dict[str, str]) -> None:
    office.drop(application("A1"))
    office.pull()
    office.drop(STOP, name="events.csv")
    office.pull(EVENTS)
    office.drop(corrected, name="events.csv")
    assert office.pull(EVENTS).updated == 1
    assert due(office) == datetime(2026, 5, 14, 18)


def test_wrong_events_are_held(office: Office) -> None:
    office.drop(
        STOP, event("e3", "exploded", "13T10:00"), event("e4", "stage", "99T10:00"),
        event("e5", "stage", "13T10:00", ""), event("e6", "stage", "13T10:00"),
        event("e7", "stage", "13T10:00"), name="events.csv",
    )  # fmt: skip
    report = office.pull(EVENTS)
    assert report.inserted == 3
    assert office.held() == {"e3": ["E03"], "e4": ["E01", "E02"], "e5": ["E01"]}


def register_source(dataset: str, *fields: str) -> dict[str, Any]:
    return {
        "source": f"office.{dataset}", "system": "office", "connector": "file",
        "dataset": dataset, "request": {"path": f"{dataset}.csv"},
        "fields": {name: name for name in fields},
    }  # fmt: skip


STANDARD = ("service", "term", "unit", "valid_from", "calendar")


def standard(**changes: str) -> dict[str, str]:
    row = {"service": "00100101", "term": "5", "unit": "working_days", "valid_from": "2026-05-01"}
    return row | changes


@pytest.fixture
def with_standards(office: Office) -> Office:
    office.declare(standards=register_source("standards", *STANDARD))
    office.drop(application("A1"))
    office.pull()
    return office


def test_pulled_standards_move_due_dates(with_standards: Office) -> None:
    office = with_standards
    for term, day in (("5", 19), ("3", 15)):
        office.drop(standard(term=term), name="standards.csv", header=STANDARD)
        assert office.pull("office.standards").state == "succeeded"
        assert due(office) == datetime(2026, 5, day, 18)
    before = office.checksum()
    office.pull("office.standards")
    assert office.checksum() == before
    office.declare()
    assert due(office) == datetime(2026, 5, 15, 18)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"service": "77777777"}, "T04"),
        ({"unit": "fortnights"}, "T05"),
        ({"term": ""}, "T09"),
        ({"term": "-1"}, "T09"),
        ({"calendar": "lunar"}, "T11"),
        ({"valid_from": "1 May"}, "T02"),
    ],
)
def test_wrong_standards_are_held(with_standards: Office, wrong: dict[str, str], code: str) -> None:
    office = with_standards
    good = standard(service="*")
    office.drop(good, standard(**wrong), name="standards.csv", header=STANDARD)
    report = office.pull("office.standards")
    assert (report.inserted, report.quarantined) == (1, 1)
    assert code in next(iter(office.held().values()))
    assert due(office) == datetime(2026, 5, 14, 18)


def test_a_pulled_channel_brings_its_calendar(office: Office) -> None:
    office.declare(channels=register_source("channels", "code", "names", "digital", "calendar"))
    office.drop(application("A1", channel="kiosk", received_at="2026-05-15T10:00:00"))
    assert office.pull().reason == "stopped"
    fields = ("code", "names", "digital", "calendar")
    kiosk = {"code": "kiosk", "names": "Дүңгіршек", "digital": "yes"}
    for calendar, day in (("", 19), ("six_days", 18)):
        office.drop(kiosk | {"calendar": calendar}, name="channels.csv", header=fields)
        office.pull("office.channels")
        office.pull()
        assert due(office) == datetime(2026, 5, day, 18)
    assert office.one("SELECT names FROM channels WHERE code = 'kiosk'") == {"kk": "Дүңгіршек"}


def test_pulled_services_are_known_at_once(office: Office) -> None:
    office.declare(
        services=register_source("services", "code", "names", "sub_types"),
        environment={"service_code": r"\d{8}"},
    )
    fields = ("code", "names", "sub_types")
    office.drop({"code": "00100102", "names": "A", "sub_types": "urgent;usual"},
                {"code": "0010010X", "names": "B"}, name="services.csv", header=fields)  # fmt: skip
    report = office.pull("office.services")
    assert (report.inserted, report.broken) == (1, {"S04": 1})
    office.drop(application("A1", service="00100102"))
    assert office.pull().inserted == 1
    assert office.one("SELECT sub_types FROM services WHERE code = '00100102'") == [
        "urgent", "usual"]  # fmt: skip


def test_what_is_referred_to_is_pulled_first(office: Office) -> None:
    office.declare(
        standards=register_source("standards", *STANDARD),
        services=register_source("services", "code", "names"),
    )
    assert in_order(office.environment.sources.values()) == [
        ["office.services"], ["office.standards"], ["office.applications"], [EVENTS]]  # fmt: skip
