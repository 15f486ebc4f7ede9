"""One application carried over a real socket, with what can happen to each call."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.database.engine import Database
from tests.flows.composite_services.bodies import Body, running
from tests.flows.composite_services.carried import Scene, call, definition, environment

MINUTE = timedelta(minutes=1)


@pytest.fixture
def body() -> Iterator[Body]:
    with running() as body:
        yield body


@pytest.fixture
def scene(synced: Database, body: Body, tmp_path: Path) -> Iterator[Any]:
    engine = synced.engine()
    made = environment(tmp_path, body)

    def make(*faults: str, **steps: dict[str, Any]) -> Scene:
        body.faults += faults
        return Scene(engine, made, body, definition(**steps)).begin()

    yield make
    engine.dispose()


def test_three_steps_in_a_row(scene: Any) -> None:
    it = scene(one=call(), two=call("one"), three=call("two"))
    assert it.carry() == {"": "ended/done", "one": "done", "two": "done", "three": "done"}
    assert it.body.ledger == [f"{it.number}/{name}" for name in ("one", "two", "three")]
    assert it.outcomes() == [(name, "call", "done") for name in ("one", "two", "three")]
