"""Cancelling: what is told before, what is dropped, asked for, handed over and taken back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.composite_services import history
from flows.composite_services.assistance.cases import NewCase, open_case
from flows.composite_services.loading import read
from flows.composite_services.undoing.cancel import Cancelled, cancel
from flows.composite_services.undoing.preview import preview
from models.database import Database
from models.environment.composites import Composite
from models.environment.loader import Environment
from models.errors import ConfigurationError
from tests.environments import environment
from tests.flows.composite_services.begun import begin, states
from tests.flows.composite_services.small import SMALL, composite, names

NOON = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
NUMBER = "OA-2026-000001-1"
CALL = {"by": "call", "operation": {"path": "/undo"}, "input": {}, "done": "code == 'OK'"}
LETTER = {"by": "letter", "to": "TAX", "text": names("Please strike {reference} off")}
NONE = {"by": "none", "why": names("An act stays")}
ASK = {"operation": {"path": "/ask"}, "answers": {"done": "code == 'OK'"}}
DROPPED = "dropped"


def service(undo: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**SMALL["steps"]["allowance"], "requires": [], "input": {}, "undo": undo, **more}


def definition() -> Composite:
    """Steps of every kind that cancelling treats in another way."""
    return composite(
        steps={
            "call": service(CALL),
            "letter": service(LETTER),
            "none": service(NONE),
            "reads": service(NONE, lasting=False),
            "asked": service(CALL, ask=ASK),
            "same": service(CALL, repeatable=True),
            "pause": {"kind": "wait", "names": names("Pause"), "for": "1h"},
            "task": {
                "kind": "person",
                "names": names("Task"),
                "help": {"todo": names("Do it")},
                "fields": [{"name": "found", "type": "text", "labels": names("Found")}],
            },
        }
    )


class House:
    """One application, each of whose steps is put into a state."""

    def __init__(self, engine: Engine, environment: Environment) -> None:
        self.engine, self.environment = engine, environment
        self.application = 0

    def put(self, sent: tuple[str, ...] = (), **steps: str) -> "House":
        """The steps as they stand, in the order in which they ended; all others were skipped."""
        with self.engine.begin() as connection:
            self.application = begin(connection, definition(), {}, NUMBER)
            connection.execute(text("UPDATE composite_steps SET state = 'skipped', next_at = NULL"))
            for place, (step, state) in enumerate(steps.items()):
                ended = NOON + timedelta(minutes=place) if state == "done" else None
                values = {"step": step, "state": state, "ended": ended}
                connection.execute(
                    text(
                        "UPDATE composite_steps SET state = :state, ended_at = :ended,"
                        " reason = 'awaited' WHERE step = :step"
                    ),
                    values,
                )
                if state == "person":
                    case = NewCase(self.application, step, "assistance", "misfit", "?", "look")
                    open_case(connection, self.environment, case, NOON)
            for step in sent:
                connection.execute(
                    text(
                        "INSERT INTO composite_attempts (application, step, does, system, lease,"
                        " worker, began_at, outcome) VALUES (:id, :step, 'call', 'office', 1,"
                        " 'test', :at, 'unanswered')"
                    ),
                    {"id": self.application, "step": step, "at": NOON},
                )
        return self

    def cancel(self, reason: str = "The family moves away", number: str = NUMBER) -> Cancelled:
        with self.engine.begin() as connection:
            return cancel(
                connection,
                self.environment,
                number,
                reason=reason,
                actor="person:aigul",
                moment=NOON,
            )

    def told(self) -> list[tuple[str, str]]:
        with self.engine.connect() as connection:
            each = read(connection, [self.application])[self.application]
            return [(meant.step, meant.fate) for meant in preview(connection, each, "en")]

    def states(self) -> dict[str, str]:
        with self.engine.connect() as connection:
            found = states(connection, self.application)
        return {step: state for step, state in found.items() if state != "skipped"}

    def column(self, query: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(query)).scalars())


@pytest.fixture
def house(synced: Database, tmp_path: Path) -> Iterator[House]:
    engine = synced.engine()
    yield House(
        engine, environment(tmp_path, environment={"composite_services": {"office": "front"}})
    )
    engine.dispose()


def test_what_is_told_before_is_in_the_order_in_which_it_happens(house: House) -> None:
    house.put(
        ("asked", "same"),
        none="done",
        call="done",
        reads="done",
        letter="done",
        asked="waiting",
        same="person",
        task="pending",
        pause="waiting",
    )
    assert house.told() == [
        ("asked", "awaited"),
        ("same", "with_staff"),
        ("letter", "letter"),
        ("call", "undone"),
        ("none", "stays"),
        ("pause", DROPPED),
        ("task", DROPPED),
    ]
    told = house.told()
    assert [(each.step, each.fate) for each in house.cancel().meant] == told


@pytest.mark.parametrize(
    ("steps", "sent", "expected"),
    [
        ({"call": "pending"}, (), {"call": DROPPED}),
        ({"call": "held"}, (), {"call": DROPPED}),
        ({"pause": "waiting"}, (), {"pause": DROPPED}),
        ({"task": "person"}, (), {"task": DROPPED}),
        ({"call": "person"}, (), {"call": DROPPED}),
        ({"call": "person"}, ("call",), {"call": "person"}),
        ({"call": "calling"}, ("call",), {"call": "calling"}),
        ({"asked": "ready"}, ("asked",), {"asked": "waiting"}),
        ({"asked": "held"}, ("asked",), {"asked": "waiting"}),
        ({"same": "held"}, ("same",), {"same": "person"}),
        ({"same": "held"}, (), {"same": DROPPED}),
        ({"call": "done"}, ("call",), {"call": "undoing"}),
        ({"call": "done", "asked": "calling"}, ("call",), {"call": "done", "asked": "calling"}),
        ({"call": "done", "letter": "done"}, (), {"call": "done", "letter": "undoing"}),
        ({"letter": "done", "call": "done"}, (), {"letter": "done", "call": "undoing"}),
        ({"none": "done"}, (), {"none": "done"}),
        ({"call": "refused", "none": "pending"}, (), {"call": "refused", "none": DROPPED}),
    ],
)
def test_what_becomes_of_a_step(
    house: House, steps: dict[str, str], sent: tuple[str, ...], expected: dict[str, str]
) -> None:
    house.put(sent, **steps).cancel()
    found = house.states()
    whole = found.pop("")
    assert found == expected
    ends = set(expected.values()) <= {DROPPED, "done", "refused"}
    assert whole == ("ended/cancelled" if ends else "cancelling")


def test_what_is_waited_for_is_asked_for_at_once_where_the_body_can_tell(house: House) -> None:
    house.put(asked="waiting", call="waiting").cancel()
    rows = house.column("SELECT step FROM composite_steps WHERE next_at IS NOT NULL")
    assert rows == ["asked"]


def test_cases_of_dropped_steps_are_withdrawn_and_the_others_stay(house: House) -> None:
    house.put(("call",), task="person", call="person").cancel()
    query = "SELECT step || ' ' || state FROM assistance_cases ORDER BY 1"
    assert house.column(query) == ["call open", "task withdrawn"]


def test_who_has_to_find_out_gets_a_case(house: House) -> None:
    house.put(("same",), same="ready").cancel()
    query = "SELECT reason || ' ' || office FROM assistance_cases"
    assert house.column(query) == ["unknown_whether_done office 1"]


def test_the_reason_is_the_basis_of_the_entry_masked(house: House) -> None:
    house.put(call="done").cancel("Asked for by 900101300017")
    query = "SELECT basis FROM audit_entries WHERE action = 'composite.cancelled'"
    assert house.column(query) == ["Asked for by ••••••••0017"]
    with house.engine.connect() as connection:
        assert history.broken(connection) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"reason": " "}, "nothing says why"),
        ({"number": "OA-9"}, "no composite application"),
    ],
)
def test_wrong_use(house: House, change: dict[str, str], problem: str) -> None:
    house.put(call="done")
    with pytest.raises(ConfigurationError, match=problem):
        house.cancel(**change)
    assert house.states()["call"] == "done"


def test_twice_and_after_the_end(house: House) -> None:
    house.put(call="done", asked="calling").cancel()
    with pytest.raises(ConfigurationError, match="taken back since 2026-03-02"):
        house.cancel()
    with house.engine.begin() as connection:
        connection.execute(
            text("UPDATE composite_applications SET state = 'ended', outcome = 'done'")
        )
    with pytest.raises(ConfigurationError, match="it has ended: done"):
        house.cancel()
