"""A life event starts an application once, where consent and a phone number are on record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.proactive.start import Looked, start_proactively
from models.database import Database
from models.environment.loader import Environment
from tests.flows.composite_services.proactive.conftest import MOMENT, MOTHER, consents, tells


def _events(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT * FROM life_events ORDER BY event")).all())


def _application(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.execute(text("SELECT * FROM composite_applications")).one()


def test_an_event_starts_one_application(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    tells(engine)
    consents(engine)
    assert start_proactively(engine, house, MOMENT) == Looked(started=1)
    assert start_proactively(engine, house, MOMENT) == Looked()
    row = _application(engine)
    assert row.data == {"mother_iin": MOTHER, "born_on": "2026-03-03", "note": "girl"}
    assert (row.language, row.origin) == ("kk", "life_event:maternity/1")
    [event] = _events(engine)
    assert (event.started, event.looked_at, event.reason) == (row.number, MOMENT, None)


def test_two_bodies_tell_of_the_same_birth(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    tells(engine, "1")
    tells(engine, "2")
    consents(engine)
    assert start_proactively(engine, house, MOMENT).started == 2
    number = _application(engine).number
    assert [each.started for each in _events(engine)] == [number, number]


def test_many_ticks_at_once(synced: Database, house: Environment) -> None:
    engine = synced.engine(pool_size=6)
    for day in range(1, 9):
        happened = datetime(2026, 2, day, tzinfo=UTC)
        tells(engine, str(day), happened_at=happened, details=None)
    consents(engine)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: start_proactively(engine, house, MOMENT), range(4)))
    assert sum(each.started for each in found) == 8


REASONS: list[tuple[dict[str, Any] | None, dict[str, Any], str, str]] = [
    (None, {}, "no_consent", "келісім"),
    ({"phone": None}, {}, "no_phone", "телефон"),
    ({"withdrawn_at": MOMENT - timedelta(days=1)}, {}, "consent_withdrawn", "қайтарып"),
    ({"given_at": MOMENT + timedelta(days=1)}, {}, "no_consent", "келісім"),
    ({}, {"person": "850101400012"}, "no_consent", "келісім"),
    ({}, {"details": "{"}, "details_misfit", "JSON"),
    ({}, {"details": "[]"}, "details_misfit", "JSON"),
    ({}, {"details": '{"born_on": "2026-03-09"}'}, "form_lacks", "born_on"),
    ({}, {"details": '{"born_on": "1950-01-01"}'}, "could_not_start", "five_days"),
]


@pytest.mark.parametrize(("consent", "event", "reason", "words"), REASONS)
def test_why_not(
    synced: Database,
    house: Environment,
    consent: dict[str, Any] | None,
    event: dict[str, Any],
    reason: str,
    words: str,
) -> None:
    engine = synced.engine()
    tells(engine, **event)
    if consent is not None:
        consents(engine, **consent)
    assert start_proactively(engine, house, MOMENT) == Looked(not_started=1)
    [found] = _events(engine)
    assert (found.started, found.reason) == (None, reason)
    assert words in found.sentence
    assert MOTHER not in found.sentence
    assert start_proactively(engine, house, MOMENT) == Looked(), "not again and again"


def test_a_consent_that_comes_later(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    tells(engine)
    assert start_proactively(engine, house, MOMENT).not_started == 1
    consents(engine, given_at=MOMENT + timedelta(hours=1))
    assert start_proactively(engine, house, MOMENT) == Looked(), "not given yet"
    assert start_proactively(engine, house, MOMENT + timedelta(hours=2)).started == 1


def test_the_newest_word_counts(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    tells(engine)
    consents(engine, given_at=MOMENT - timedelta(days=30))
    consents(engine, system="other", given_at=MOMENT - timedelta(days=40),
             withdrawn_at=MOMENT - timedelta(days=2))  # fmt: skip
    assert start_proactively(engine, house, MOMENT).not_started == 1
    assert _events(engine)[0].reason == "consent_withdrawn"


def test_one_that_cannot_be_started_stops_no_other(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    tells(engine, "1", details="{")
    tells(engine, "2")
    consents(engine)
    assert start_proactively(engine, house, MOMENT) == Looked(started=1, not_started=1)


def test_kinds_that_start_nothing_are_left_alone(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    tells(engine, kind="wedding")
    assert start_proactively(engine, house, MOMENT) == Looked()
    assert _events(engine)[0].looked_at is None
