"""A name in a body's fault stays in the copy of the answer: no sentence, case or log has it."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from connectors.calling import Copy, Fault, Reply, Request
from flows.composite_services.engine.answering import Tally, answer
from flows.composite_services.engine.calls import Answered, Intent, make
from flows.composite_services.engine.carrier import Carrier
from flows.composite_services.engine.lanes import Rooms
from flows.composite_services.engine.taking import plan, take
from models.database.engine import Database
from models.errors import CouldNotRun
from tests.flows.composite_services.carried import Scene, call
from tests.flows.composite_services.stage import Begin, stage

NAME = "Серик Ахметов"


@pytest.fixture
def begin(synced: Database, tmp_path: Path) -> Iterator[Begin]:
    with stage(synced, tmp_path) as begin:
        yield begin


class Faulty:
    """A system whose fault names a person; as a caller it fails in a way that nobody foresaw."""

    def of(self, _system: str) -> Any:
        return self

    def call(self, request: Request) -> Reply:
        raise LookupError(f"{NAME} {dict(request.data)}")

    def close(self) -> None:
        """Nothing is open."""


def _carry_with(it: Scene, code: str) -> None:
    carrier = Carrier(it.engine, it.environment, Faulty(), lambda: it.at)
    with it.engine.begin() as connection:
        (intent,), _ = take(carrier, connection, it.at, Rooms(lambda _: 1))
    told = Copy.of(NAME.encode())
    fault = Fault(code, f"{NAME} is not known", "maybe")
    reply = Reply({"message": NAME}, code, 200, Copy.of(b"asked"), told, fault)
    with it.engine.begin() as connection:
        made = plan(carrier, connection, it.at, Rooms(lambda _: 1))
        answer(made, [Answered(intent, reply, it.at)], Tally())


@pytest.mark.parametrize("code", ["SCSE001", NAME])
def test_only_the_copy_of_the_answer_names_the_person(begin: Begin, code: str) -> None:
    it = begin(one=call(ask=False))
    _carry_with(it, code)
    assert it.states()["one"] == "person"
    [(copy, sentence)] = it.values("SELECT answered, sentence FROM composite_attempts")
    assert (copy, "it may have been done" in sentence) == (NAME, True)
    shown = [
        it.values("SELECT code, sentence FROM composite_attempts"),
        it.values("SELECT sentence, result::text, refusal::text FROM composite_steps"),
        it.values("SELECT sentence FROM composite_changes"),
        it.values("SELECT missing, todo FROM assistance_cases"),
        it.values("SELECT details::text FROM audit_entries"),
    ]
    assert "Серик" not in str(shown)


def test_what_nobody_foresaw_is_logged_with_its_places_and_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    request = Request({}, {"name": NAME}, "key")
    intent = Intent(1, "birth", "call", "body", 1, 7, at, request, monotonic())
    with caplog.at_level(logging.ERROR):
        answered = make(intent, Faulty(), lambda: at, 60.0)
    assert isinstance(answered.came, CouldNotRun)
    [record] = caplog.records
    said = logging.Formatter().format(record)
    assert "LookupError" in said
    assert "attempt 7" in said
    assert f"{Path(__file__).name}:" in said
    assert ", in call" in said
    assert "Серик" not in said
