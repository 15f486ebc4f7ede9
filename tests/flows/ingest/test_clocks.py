"""What a pull brings is split anew; and an outage that goes on stops the clock of what comes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from flows.delays.clocks.tick import follow, tick
from tests.flows.delays.clocks.bodies import REGISTER, SYSTEMS
from tests.flows.ingest.office import EVENT_HEADER, EVENTS, Office, application

HEADER = (*EVENT_HEADER, "holder")
POLICY = {"delays": {"stop_on_outage": {"systems": ["*"]}}}
NOW = datetime(2026, 5, 14, 6, 0, tzinfo=UTC)


def event(name: str, number: str, at: str, holder: str, **changes: str) -> dict[str, str]:
    row = {"event": name, "number": number, "kind": "stage", "at": f"2026-05-{at}",
           "changed_at": f"2026-05-{at}+05:00", "holder": holder}  # fmt: skip
    return row | changes


def queued(office: Office) -> set[str]:
    return {row[0] for row in office.rows("SELECT number FROM clock_queue")}


@pytest.fixture
def told(office: Office) -> Office:
    """The office tells of holders, too, and two applications are pulled and split."""
    office.declare(register=REGISTER, systems=SYSTEMS, events={"fields": {"holder": "holder"}})
    office.drop(*(application(number, completed_at="2026-05-13T12:00:00") for number in "12"))
    office.pull()
    assert queued(office) == {"1", "2"}
    tick(office.engine, office.environment, as_of=NOW)
    assert queued(office) == set()
    return office


def test_only_what_changed_is_split_again(told: Office) -> None:
    told.pull()
    assert queued(told) == set(), "nothing new came"
    told.drop(event("a", "1", "12T11:00:00", "LAND"), name="events.csv", header=HEADER)
    told.pull(EVENTS)
    assert queued(told) == {"1"}
    tick(told.engine, told.environment, as_of=NOW)
    assert told.rows("SELECT number, body > 0 FROM clocks ORDER BY number") == [
        ("1", True),
        ("2", False),
    ]


def test_an_event_that_was_another_applications(told: Office) -> None:
    told.drop(event("a", "1", "12T11:00:00", "LAND"), name="events.csv", header=HEADER)
    told.pull(EVENTS)
    tick(told.engine, told.environment, as_of=NOW)
    later = {"changed_at": "2026-05-13T11:00:00+05:00"}
    told.drop(event("a", "2", "12T11:00:00", "LAND", **later), name="events.csv", header=HEADER)
    told.pull(EVENTS)
    assert queued(told) == {"1", "2"}, "the one it was of is split again, too"


def test_an_outage_that_goes_on_stops_what_comes(told: Office) -> None:
    told.declare(environment=POLICY)
    with told.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO findings (id, kind, system, subject, side, state, severity, reason,
                    sentence, began_at, found_at, confirmed_at, looked_until)
                VALUES (7, 'down', 'registry', 'probe:x', 'probe', 'confirmed', 'critical', 'x',
                    'away', :began, :began, :began, :began)
            """),
            {"began": datetime(2026, 5, 13, 6, 0, tzinfo=UTC)},
        )
    follow(told.engine, told.environment)
    told.drop(application("3", changed_at="2026-05-13T14:00:00+05:00"))
    told.pull()
    assert _due(told) is not None, "nobody is known to have it"
    told.drop(event("b", "3", "13T15:00:00", "LAND"), name="events.csv", header=HEADER)
    told.pull(EVENTS)
    assert _due(told) is None, "LAND has it, and cannot work"
    assert told.rows("SELECT number, finding_id FROM clock_stops") == [("3", 7)]
    done = application("3", completed_at="2026-05-13T17:00:00")
    told.drop(done | {"changed_at": "2026-05-13T17:00:00+05:00"})
    told.pull()
    assert _due(told) is not None, "it is completed, so the stop has ended"


def _due(office: Office) -> Any:
    ((due,),) = office.rows("SELECT due_at FROM applications WHERE number = '3'")
    return due
