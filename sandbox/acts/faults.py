"""How an acting body can be told to fail, and which of that strikes a request.

| Kind | What happens | Options |
|---|---|---|
| `lose_answer` | does the work, then breaks the connection | `how: half` sends half of the answer |
| `slow` | does the work, answers `seconds` (5) later | `how: before` works that late as well |
| `500` | answers 500 (or `value`), nothing done | `how: after` has done it all the same |
| `fault_inside` | says that it failed inside an answer with 200 | `how: after` likewise |
| `refuse` | refuses with reason and grounds, whatever its rules say | |
| `oversized` | answers `value` bytes (70 MB) | |
| `down` | nothing listens, for `seconds`; or answers 503 | `how: "503"` |
| `call_back` | `how`: `twice`, `out_of_order`, `late` (by `seconds`), `never`, `unknown` | |
| `exchange_failed` | X-Road fails with the type `value` | `how: after` passed it on all the same |
| `unsigned`, `wrongly_signed`, `xml_bomb` | an XML answer that may not be believed | |

`count`, `share` and `until` are as everywhere; `path` is the beginning of the request's path or
of the operation's name, with the method behind it: `/queue` hits all, `/queue POST` the first.
"""

from collections.abc import Mapping

from sandbox.clock import Clock
from sandbox.faults.board import FaultBoard
from sandbox.faults.fault import Fault

ANSWER = frozenset({"lose_answer", "slow", "500", "fault_inside", "refuse", "oversized"})
DOWN = "down"
CALL_BACK = "call_back"
EXCHANGE = "exchange_failed"
XML = frozenset({"unsigned", "wrongly_signed", "xml_bomb"})

WAYS = {
    "lose_answer": {"connection", "half"},
    "slow": {"after", "before"},
    "500": {"after", "before"},
    "fault_inside": {"after", "before"},
    EXCHANGE: {"after", "before"},
    DOWN: {"refuse", "503"},
    CALL_BACK: {"twice", "out_of_order", "late", "never", "unknown"},
}
"""The values of `how` that a kind knows."""

Struck = Mapping[str, Fault]
"""The faults that hit one request, by kind."""


def struck(board: FaultBoard, where: str, now: float) -> dict[str, Fault]:
    """The faults of answers that hit a request; the oldest of each kind."""
    hit: dict[str, Fault] = {}
    for kind in ANSWER | XML:
        for fault in board.strike({kind}, where, now, most=1):
            hit[kind] = fault
    return hit


def how(fault: Fault | None, usual: str = "") -> str:
    """Its option `how`; '' where there is no fault."""
    return "" if fault is None else str(fault.options.get("how", usual))


def seconds(fault: Fault, usual: float) -> float:
    """Its option `seconds`."""
    return float(fault.options.get("seconds", usual))


def possible(fault: Fault, clock: Clock, from_outside: bool = False) -> None:
    """Refuse an order that could never strike as it says; give `down` its end.

    `from_outside` says that the order came in where a body that is down can still be told to go
    on. Where it did not, a body that is down without an end answers 503 instead of listening to
    nothing.

    Raises:
        ValueError: an unknown `how`, or `down` without an end or of one path only.
    """
    said = fault.options.get("how")
    known = WAYS.get(fault.kind, set())
    if said is not None and str(said) not in known:
        raise ValueError(f"how {said!r} is not one of {', '.join(sorted(known)) or 'none'}")
    if fault.kind == CALL_BACK and said is None:
        raise ValueError(f"say how: {', '.join(sorted(known))}")
    if fault.kind == DOWN:
        _go_down(fault, clock, from_outside)


def _go_down(fault: Fault, clock: Clock, from_outside: bool) -> None:
    if fault.path or fault.count is not None or fault.share is not None:
        raise ValueError("a body is down as a whole: no path, count or share")
    if "seconds" in fault.options:
        fault.until = clock.exact() + seconds(fault, 0)
    if fault.until is None and not from_outside:
        if how(fault) == "refuse":
            raise ValueError("nobody could tell it to go on: give `seconds`, or `how: 503`")
        fault.options["how"] = "503"
