"""Orders to fail: what is taken, what is refused, and from when on a failure can be seen."""

from datetime import datetime

import pytest

from sandbox.fleet.board import Board
from sandbox.history.local_time import parse
from tests.sandbox.reading import Reader

NOON, ONE = "2026-03-02T12:00:00+05:00", "2026-03-02T13:00:00+05:00"


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"kind": "sulks", "from": NOON, "until": ONE}, "kind 'sulks' is not one of refused"),
        ({"kind": "refused", "from": NOON}, "the order lacks until"),
        ({"kind": "refused", "from": ONE, "until": ONE}, "later than from"),
        ({"kind": "refused", "body": "yesterday", "from": NOON, "until": ONE}, "has no health"),
        ({"kind": "refused", "from": NOON, "until": ONE, "how": "x"}, "unknown keys how"),
        ({"kind": "bad_rows", "from": NOON, "until": ONE, "share": 0}, "a number above 0"),
        ({"kind": "refused", "from": "noon", "until": ONE}, "Invalid isoformat"),
    ],
)
def test_what_is_not_understood_is_refused(order: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Board().add(order)


def test_an_order_holds_from_its_beginning_until_before_its_end() -> None:
    board = Board()
    board.add({"kind": "refused", "from": NOON, "until": ONE})
    first, last = parse(NOON), parse(ONE)
    held = [bool(board.at("refused", at)) for at in (first - 1, first, last - 1, last)]
    assert held == [False, True, True, False]
    assert board.at("time_out", first) == {}
    assert [order.kind for order in board.clear()] == ["refused"]
    assert board.at("refused", first) == {}


def visible(fleet: Reader, kind: str, begins: str, path: str = "/control/visible") -> datetime:
    until = "2026-03-20T00:00:00+05:00"
    told = fleet.post(path, {"kind": kind, "from": begins, "until": until})
    return datetime.fromisoformat(told["visible"])


def test_what_nobody_asks_for_cannot_be_seen_to_fail(still: Reader) -> None:
    sunday, monday = "2026-03-08T01:00:00+05:00", "2026-03-10T10:00:00+05:00"
    assert visible(still, "refused", sunday).isoformat() == sunday
    assert visible(still, "list_fails", sunday).isoformat() == sunday
    for kind in ("no_volume", "yesterday"):
        in_the_night = visible(still, kind, sunday) - datetime.fromisoformat(sunday)
        at_work = visible(still, kind, monday) - datetime.fromisoformat(monday)
        assert in_the_night.total_seconds() > 4 * 3600, kind
        assert at_work.total_seconds() < 900, kind


def test_what_fails_seldom_is_seen_later(still: Reader) -> None:
    monday = "2026-03-10T10:00:00+05:00"
    whole, some, few = (
        visible(still, kind, monday) for kind in ("failing_all", "failing_share", "duplicate_ids")
    )
    assert whole < some < few
    assert visible(still, "one_status", monday) < visible(still, "bad_rows", monday)


def test_what_is_foreseen_is_not_ordered(still: Reader) -> None:
    visible(still, "refused", NOON)
    assert still.page("/control/faults") == {"orders": []}
    visible(still, "refused", NOON, "/control/faults")
    (order,) = still.page("/control/faults")["orders"]
    assert (order["kind"], order["begins"]) == ("refused", NOON)
    still.clear()
    assert still.page("/control/faults") == {"orders": []}
