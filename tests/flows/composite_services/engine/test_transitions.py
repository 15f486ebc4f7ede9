"""What follows from the steps, and how the whole stands."""

from datetime import timedelta

import pytest

from flows.composite_services.engine.transitions import (
    Standing,
    followers,
    next_undo,
    taken_back,
    whole,
)
from models.environment.composites import Composite
from tests.flows.composite_services.begun import AT
from tests.flows.composite_services.carried import call, definition

WORDS = {"d": "done", "r": "refused", "p": "pending", "s": "skipped", "x": "dropped"} | {
    "c": "calling",
    "w": "waiting",
    "h": "held",
    "P": "person",
    "y": "ready",
    "u": "undone",
    "U": "undoing",
}


def row(**steps: str) -> dict[str, Standing]:
    """Steps by name, each with a letter for its state; they ended in this order."""
    return {
        name: Standing(WORDS[letter], "in_doubt" if letter == "?" else "x", AT + timedelta(0, n))
        for n, (name, letter) in enumerate(steps.items())
    }


GRAPH = definition(
    a=call(),
    b=call("a", on_refusal="go_on"),
    c=call("a", when="form.note"),
    d=call("b", "c"),
)


@pytest.mark.parametrize(
    ("standings", "holds", "moved"),
    [
        (row(a="c", b="p", c="p", d="p"), True, {}),
        (row(a="d", b="p", c="p", d="p"), True, {"b": "ready", "c": "ready"}),
        (row(a="d", b="d", c="p", d="p"), False, {"c": "skipped", "d": "ready"}),
        (row(a="d", b="d", c="p", d="p"), None, {"c": "person"}),
        (row(a="r", b="p", c="p", d="p"), True, {"b": "dropped", "c": "dropped", "d": "dropped"}),
        (row(a="d", b="r", c="d", d="p"), True, {"d": "ready"}),
        (row(a="d", b="r", c="c", d="p"), True, {}),
        (row(a="d", b="d", c="r", d="p"), True, {"d": "dropped"}),
    ],
)
def test_followers(
    standings: dict[str, Standing], holds: bool | None, moved: dict[str, str]
) -> None:
    found = followers(GRAPH, standings, lambda _step: holds)
    assert {move.step: move.state for move in found} == moved


def test_a_person_may_let_the_rest_go_on_after_a_refusal() -> None:
    standings = row(a="d", b="d", c="r", d="p") | {"c": Standing("refused", "gone_on_without")}
    assert [move.state for move in followers(GRAPH, standings, lambda _: True)] == ["ready"]


LASTING = definition(a=call(), b=call(), c=call(lasting=False, undo=None))


@pytest.mark.parametrize(
    ("steps", "state", "outcome"),
    [
        ("ddd", "ended", "done"),
        ("dsd", "ended", "done"),
        ("drd", "ended", "partly"),
        ("rxd", "ended", "refused"),
        ("rxx", "ended", "refused"),
        ("dcp", "running", None),
        ("dhw", "held", None),
        ("dhP", "person", None),
        ("dww", "waiting", None),
        ("dhy", "running", None),
    ],
)
def test_the_whole(steps: str, state: str, outcome: str | None) -> None:
    found = whole(LASTING, row(**dict(zip("abc", steps, strict=True))), undo=False)
    assert (found.state, found.outcome) == (state, outcome)


def test_a_step_in_doubt_runs_and_does_not_wait() -> None:
    standings = row(a="d", b="w", c="d") | {"b": Standing("waiting", "in_doubt")}
    assert whole(LASTING, standings, undo=False).state == "running"


ORDER = definition(a=call(), b=call(), c=call(), d=call(undo={"by": "none", "why": {"en": "-"}}))


@pytest.mark.parametrize(
    ("steps", "moved"),
    [
        ({"a": "d", "c": "d", "b": "d", "d": "d"}, {"b": "undoing"}),
        ({"a": "d", "b": "d", "c": "u", "d": "d"}, {"b": "undoing"}),
        ({"a": "d", "b": "d", "c": "U", "d": "d"}, {}),
        ({"a": "d", "b": "d", "c": "c", "d": "y"}, {"d": "dropped"}),
        ({"a": "u", "b": "r", "c": "x", "d": "d"}, {}),
    ],
    ids=["the last to end", "one by one", "one is under way", "one is out", "none is left"],
)
def test_taking_back_goes_in_reverse_of_the_order_in_which_they_ended(
    steps: dict[str, str], moved: dict[str, str]
) -> None:
    found = taken_back(ORDER, row(**steps))
    assert {move.step: move.state for move in found} == moved


def test_what_cannot_be_undone_is_left() -> None:
    only: Composite = definition(d=call(undo={"by": "none", "why": {"en": "-"}}))
    assert next_undo(only, row(d="d")) is None
