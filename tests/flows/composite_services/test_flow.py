"""The tick: carries on what is due, and says how all stands."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.composite_services.flow import tick
from models.database.engine import Database
from tests.flows.composite_services.carried import call
from tests.flows.composite_services.stage import Begin, stage


@pytest.fixture
def scene(synced: Database, tmp_path: Path) -> Iterator[Begin]:
    with stage(synced, tmp_path) as begin:
        yield begin


def test_a_tick_carries_on_everything_that_is_due(scene: Begin) -> None:
    done = [scene(one=call(), two=call("one")) for _ in range(3)]
    waiting = scene(wait={"kind": "wait", "names": {"en": "Wait"}, "for": "90d"})
    task = {
        "kind": "person",
        "names": {"en": "Task"},
        "help": {"todo": {"en": "Look"}},
        "fields": [{"name": "found", "type": "text", "labels": {"en": "Found"}}],
    }
    stuck = scene(task=task)
    told = tick(stuck.engine, stuck.environment)
    assert [each.states()[""] for each in done] == ["ended/done"] * 3
    assert (waiting.states()[""], stuck.states()[""]) == ("waiting", "person")
    assert told.outcome == "COMPLETED"
    assert told.sentence == (
        "2 application(s) open: 1 waiting for a result, 1 with a member of staff"
    )


def test_where_nothing_is_open_it_says_so(scene: Begin) -> None:
    it = scene(one=call())
    tick(it.engine, it.environment)
    assert tick(it.engine, it.environment).sentence == "No application is open"
