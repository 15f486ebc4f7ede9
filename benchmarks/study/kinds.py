"""Which failures are told to happen, how long they last, and what has to be found for each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """One kind of failure.

    `finding` is the kind of finding that has to come of it; `also` are honest consequences. It
    lasts between `shortest` and `longest` hours, and at least `shortest` after anybody could see
    it. `words` are for the table.
    """

    words: str
    finding: str
    shortest: float
    longest: float
    also: frozenset[str] = frozenset()


def _down(words: str, shortest: float = 0.5, longest: float = 4) -> Wanted:
    return Wanted(words, "down", shortest, longest, frozenset({"slow"}))


_SPENT = frozenset({"budget"})

KINDS: dict[str, Wanted] = {
    "refused": _down("down: the connection is refused"),
    "time_out": _down("down: no answer", 0.5, 1.5),
    "http_500": _down("down: HTTP 500"),
    "wrong_body": _down("down: 200 with another page"),
    "slow_answers": Wanted("slow answers to probes", "slow", 0.75, 1.5),
    "certificate": Wanted("certificate about to end", "certificate", 12, 48),
    "failing_share": Wanted("failing in part: 30 % of requests", "failing", 3, 8, _SPENT),
    "failing_all": Wanted("failing: every request", "failing", 3, 8, _SPENT),
    "slow_exchanges": Wanted("slow exchanges", "slow", 3, 8, _SPENT),
    "hidden_fault": Wanted("fault inside a success: 40 %", "silent", 3, 8, _SPENT),
    "no_volume": Wanted("requests drop to none", "silent", 4, 12),
    "much_volume": Wanted("five times as many requests", "silent", 4, 12),
    "clock_skew": Wanted("clock 90 s out of step", "clock", 3, 8),
    "duplicate_ids": Wanted("message ids twice: 10 %", "duplicates", 3, 8),
    "yesterday": Wanted("yesterday's data", "silent", 16, 36),
    "one_status": Wanted("all rows of one status", "silent", 16, 36),
    "repeated_batch": Wanted("the same batch again", "silent", 16, 36),
    "frozen_results": Wanted("results stand still, the rest moves", "silent", 16, 36),
    "bad_rows": Wanted("share in quarantine: 30 %", "silent", 16, 36),
    "list_fails": Wanted("pulls fail", "down", 12, 18, frozenset({"failing", "budget"})),
    "drifted_document": Wanted("contract drift: a field vanished", "contract", 4, 24),
    "vanished_field": Wanted(
        "a column vanished from the data", "contract", 16, 36, frozenset({"silent"})
    ),
}

SHARED = {"slow_answers": "time_out"}
"""Kinds that are told to happen at the times of another: waiting for both at once saves time."""
