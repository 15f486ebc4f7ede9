"""The checks after a round find what they are there for."""

from benchmarks.chaos.bodies import Deed, by_key
from benchmarks.chaos.checks import _lost, _twice
from benchmarks.chaos.plan import Plan


def deed(key: str, *, undo: bool = False) -> Deed:
    return Deed("education", "2026-03-02T12:00:00+05:00", key, "queue", undo)


def test_what_was_done_twice_is_found_and_what_was_undone_once_is_not() -> None:
    good = [deed("a"), deed("a", undo=True), deed("b")]
    assert list(_twice(by_key(good))) == []
    assert list(_twice(by_key([*good, deed("b")]))) == ["b was done 2 times at education"]
    again = [*good, deed("a", undo=True)]
    assert list(_twice(by_key(again))) == ["a was undone 2 times at education"]


def test_what_was_taken_in_and_is_not_there_is_lost() -> None:
    assert list(_lost(["OA-1"], {})) == ["OA-1 was taken in and is lost"]


def test_a_plan_is_the_same_each_time() -> None:
    assert Plan(applications=9).forms() == Plan(applications=9).forms()
    assert {composite for composite, _ in Plan(applications=9).forms()} == {
        *("birth_of_child", "move_house", "open_business")
    }
