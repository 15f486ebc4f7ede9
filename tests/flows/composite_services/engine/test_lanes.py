"""A slow body takes no thread from another, however many of its steps are due."""

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.composite_services.engine.calls import Callers
from flows.composite_services.engine.carrier import Carrier
from flows.composite_services.engine.carry import now
from flows.composite_services.engine.lanes import Rooms
from flows.composite_services.engine.worker import Worker
from models.database.engine import Database
from tests.flows.composite_services.bodies import Body, running
from tests.flows.composite_services.carried import Scene, call, definition, environment
from tests.waiting import until

AT_ONCE, STEPS = 2, 6


@pytest.fixture
def slow() -> Iterator[Body]:
    with running() as body:
        body.faults += ["slow"] * STEPS
        yield body


@pytest.fixture
def scene(synced: Database, tmp_path: Path, slow: Body) -> Iterator[Scene]:
    """Six steps at a body that waits, due before six at one that answers at once."""
    with running() as quick:
        made = environment(tmp_path, quick)
        body = made.systems["body"]
        waits = body.model_copy(update={"connection": {"url": slow.url}, "at_once": AT_ONCE})
        made = dataclasses.replace(made, systems={"body": body, "slow": waits})
        steps = {f"s{n}": call(system="slow") for n in range(STEPS)}
        steps |= {f"q{n}": call() for n in range(STEPS)}
        engine = synced.engine()
        it = Scene(engine, made, quick, definition(**steps), at=now()).begin()
        it.execute(
            "UPDATE composite_steps SET due_at = now() + CASE system WHEN 'slow'"
            " THEN interval '1 h' ELSE interval '1 day' END"
        )
        yield it
        engine.dispose()


def test_a_slow_body_does_not_starve_another(scene: Scene, slow: Body) -> None:
    callers = Callers(scene.environment, lambda _system, _call: None)
    stop = threading.Event()
    with Worker(Carrier(scene.engine, scene.environment, callers, now)) as worker:
        running_ = threading.Thread(target=worker.run, args=(stop,))
        running_.start()
        try:
            until(lambda: len(scene.body.ledger) == STEPS, 60)
            assert slow.ledger == []
            sql = "SELECT count(*) FROM composite_steps WHERE system = 'slow' AND lease > 0"
            [out] = scene.values(sql)
            assert out == AT_ONCE
            slow.gate.set()
            until(lambda: scene.states()[""] == "ended/done", 60)
        finally:
            slow.gate.set()
            stop.set()
            running_.join()
    assert len(slow.ledger) == len(set(slow.ledger)) == STEPS


def test_room_is_counted_by_system_and_remembers_what_was_left() -> None:
    rooms = Rooms({"wide": 2, "narrow": 1}.__getitem__, {"full": 0})
    taken = [rooms.take(each) for each in ("wide", "narrow", "wide", "narrow", "full")]
    assert taken == [True, True, True, False, False]
    assert rooms.short == {"narrow", "full"}
    assert sorted(rooms.full()) == ["full", "narrow", "wide"]
    assert rooms.most(1) == 1
    assert Rooms(lambda _: 9).most(4) == 4
