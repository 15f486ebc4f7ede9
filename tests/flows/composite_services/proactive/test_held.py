"""A life event that has consent and lacks something waits for an office, and is never lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.assistance.watching import Watched, watch
from flows.composite_services.intake.start import NotAccepted, Started
from flows.composite_services.proactive.held import Named, set_aside, start_held
from flows.composite_services.proactive.start import start_proactively
from flows.composite_services.proactive.waiting import listed, shown
from models.database import Database
from models.environment.loader import Environment
from models.errors import ConfigurationError
from tests.flows.composite_services.proactive.conftest import MOMENT, MOTHER, consents, tells

BIRTH = Named("maternity", "1")
TOMORROW = '{"born_on": "2026-03-06", "note": "girl"}'
HOUR = timedelta(hours=1)


@pytest.fixture
def engine(synced: Database) -> Engine:
    return synced.engine()


@pytest.fixture
def held(engine: Engine, house: Environment) -> Environment:
    """A birth of tomorrow has been looked at: its day is wrong."""
    tells(engine, details=TOMORROW)
    consents(engine)
    assert start_proactively(engine, house, MOMENT).not_started == 1
    return house


def _list(engine: Engine, house: Environment, later: timedelta = timedelta(0)) -> list[Any]:
    with engine.connect() as connection:
        return listed(connection, house, MOMENT + later)


def _start(engine: Engine, house: Environment, **answers: Any) -> Started:
    with engine.begin() as connection:
        return start_held(
            connection, house, BIRTH, answers=answers, actor="person:aigul", moment=MOMENT
        )


def _one(engine: Engine, query: str) -> Any:
    with engine.connect() as connection:
        return connection.execute(text(query)).scalar_one()


def test_it_is_listed_for_a_named_office_with_a_term(engine: Engine, held: Environment) -> None:
    [row] = _list(engine, held)
    assert (row["event"], row["composite"], row["office"]) == ("1", "small", "office 1")
    assert (row["due_at"].isoformat(), row["overdue"]) == ("2026-03-06T13:00:00+00:00", False)
    assert "born_on" in row["sentence"]
    assert MOTHER not in str(row)
    assert [each["overdue"] for each in _list(engine, held, 32 * HOUR)] == [False]
    assert [each["overdue"] for each in _list(engine, held, 33 * HOUR)] == [True]


def test_an_office_gives_what_was_missing_and_it_starts_once(
    engine: Engine, held: Environment
) -> None:
    with pytest.raises(NotAccepted):
        _start(engine, held)
    begun = _start(engine, held, born_on="2026-03-03")
    assert not begun.again
    data = {"mother_iin": MOTHER, "born_on": "2026-03-03", "note": "girl"}
    assert _one(engine, "SELECT data FROM composite_applications") == data
    origin = "SELECT language || ' ' || origin FROM composite_applications"
    assert _one(engine, origin) == "kk life_event:maternity/1"
    assert _one(engine, "SELECT started FROM life_events") == begun.number
    assert _list(engine, held) == []
    with pytest.raises(ConfigurationError, match=begun.number):
        _start(engine, held, born_on="2026-03-03")
    assert start_proactively(engine, held, MOMENT + HOUR).started == 0
    actor = "SELECT actor FROM audit_entries WHERE action = 'composite.started'"
    assert _one(engine, actor) == "person:aigul"


def test_it_is_shown_masked_with_what_is_wrong(engine: Engine, held: Environment) -> None:
    with engine.begin() as connection:
        file = shown(connection, held, BIRTH, actor="person:x", basis="my case", moment=MOMENT)
        whole = shown(
            connection, held, BIRTH, actor="person:x", basis="b", moment=MOMENT, unmasked=True
        )
    assert [each["field"] for each in file["problems"]] == ["born_on"]
    assert (file["event"]["phone"], file["event"]["speaks"]) == ("+77010000000", "kk")
    assert MOTHER not in str(file)
    assert whole["form"] == {"mother_iin": MOTHER, "born_on": "2026-03-06", "note": "girl"}
    assert (
        _one(engine, "SELECT count(*) FROM audit_entries WHERE action LIKE 'life_event.read%'") == 2
    )


def test_it_is_set_aside_with_a_reason_in_the_trail(engine: Engine, held: Environment) -> None:
    with engine.begin() as connection:
        for words, right in (("  ", False), (f"Born abroad, says {MOTHER}", True)):
            try:
                set_aside(
                    connection, held, BIRTH, resolution=words, actor="person:x", moment=MOMENT
                )
            except ConfigurationError:
                assert not right
            else:
                assert right
    assert _list(engine, held) == []
    assert start_proactively(engine, held, MOMENT + 9 * HOUR).started == 0
    basis = _one(engine, "SELECT basis FROM audit_entries WHERE action = 'life_event.set_aside'")
    assert basis == "Born abroad, says ••••••••0011"


def test_consent_that_was_withdrawn_meanwhile(engine: Engine, held: Environment) -> None:
    consents(engine, withdrawn_at=MOMENT - HOUR)
    with pytest.raises(ConfigurationError, match="қайтарып"):
        _start(engine, held, born_on="2026-03-03")
    assert _one(engine, "SELECT count(*) FROM composite_applications") == 0


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"event": "2"}, "no such event"),
    ({"event": "2", "kind": "wedding"}, "starts nothing"),
    ({"event": "2", "person": "850101400012"}, "келісім"),
]


@pytest.mark.parametrize(("event", "words"), WRONG)
def test_what_is_not_held_is_not_resolved(
    engine: Engine, house: Environment, event: dict[str, Any], words: str
) -> None:
    if len(event) > 1:
        tells(engine, event.pop("event"), **event)
        start_proactively(engine, house, MOMENT)
    assert _list(engine, house) == []
    with engine.begin() as connection, pytest.raises(ConfigurationError, match=words):
        set_aside(
            connection, house, Named("maternity", "2"), resolution="x", actor="x", moment=MOMENT
        )


def test_details_that_fit_nothing_are_held_too(engine: Engine, house: Environment) -> None:
    tells(engine, details="{")
    consents(engine)
    start_proactively(engine, house, MOMENT)
    assert [row["reason"] for row in _list(engine, house)] == ["details_misfit"]
    with pytest.raises(ConfigurationError, match="not JSON"):
        _start(engine, house)
    with engine.begin() as connection:
        file = shown(connection, house, BIRTH, actor="person:x", basis="my case", moment=MOMENT)
    assert "JSON" in file["form"]["difference"]


def test_past_its_term_an_alert_for_all_of_a_body(engine: Engine, held: Environment) -> None:
    tells(engine, "2", details=TOMORROW)
    start_proactively(engine, held, MOMENT)
    found = []
    for later in (32, 33, 34):
        with engine.begin() as connection:
            found.append(watch(connection, held, MOMENT + later * HOUR))
    assert [each.fired for each in found] == [0, 1, 0]
    assert _one(engine, "SELECT sentence FROM alerts") == (
        "2 life event(s) of maternity (birth) start nothing: something is missing;"
        " the first was due at office 1 on 2026-03-06 18:00"
    )
    for name in ("1", "2"):
        with engine.begin() as connection:
            named = Named("maternity", name)
            set_aside(connection, held, named, resolution="x", actor="x", moment=MOMENT)
    with engine.begin() as connection:
        assert watch(connection, held, MOMENT + 35 * HOUR) == Watched(0, 0, 1)
    assert _one(engine, "SELECT state FROM alerts") == "resolved"
