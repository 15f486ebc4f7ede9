"""Every way in which a verdict moves a finding."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.failures.transitions import Change, Known, step
from flows.failures.verdict import Level, Verdict
from tests.flows.failures.saying import minute, say

FLAP = timedelta(minutes=10)
Said = tuple[Level, float, float]
"""A level, the minute of the look, and the minute since when it is so."""


class History:
    """All findings of one subject, as the writer would keep them."""

    def __init__(self) -> None:
        self.findings: list[Known] = []
        self.changes: list[Change] = []

    def take(self, *verdicts: Verdict) -> "History":
        for verdict in verdicts:
            newest = self.findings[-1] if self.findings else None
            taken = step(newest, verdict, "probes", FLAP, verdict.at)
            if taken is None:
                continue
            if taken.known.id is None:
                self.findings.append(replace(taken.known, id=len(self.findings)))
            else:
                self.findings[-1] = taken.known
            if taken.change is not None:
                self.changes.append(taken.change)
        return self

    def told(self) -> list[str]:
        return [f"{each.was or '-'} {each.became} {each.reason}" for each in self.changes]


def _history(*said: Said) -> History:
    return History().take(*(say(level, at, since) for level, at, since in said))


BEGUN = "- suspected refused"
SURE = "suspected confirmed refused"
ENDED = "confirmed over answers"


@pytest.mark.parametrize(
    ("said", "told", "began", "ended", "again"),
    [
        ([("good", 0, 0)], [], None, None, 0),
        ([("suspected", 1, 1)], [BEGUN], 1, None, 0),
        ([("suspected", 1, 1), ("good", 2, 2)], [BEGUN, "suspected over not_confirmed"], 1, 2, 0),
        ([("confirmed", 2, 1)], ["- confirmed refused"], 1, None, 0),
        ([("suspected", 1, 1), ("confirmed", 2, 1)], [BEGUN, SURE], 1, None, 0),
        # Confirmed does not become suspected again.
        ([("confirmed", 2, 1), ("suspected", 3, 3)], ["- confirmed refused"], 1, None, 0),
        ([("confirmed", 2, 1), ("good", 4, 3.5)], ["- confirmed refused", ENDED], 1, 3.5, 0),
        # It cannot end before it began.
        ([("confirmed", 2, 1), ("good", 4, 0)], ["- confirmed refused", ENDED], 1, 1, 0),
        # It turns out to have begun earlier.
        ([("confirmed", 5, 4), ("confirmed", 6, 2)], ["- confirmed refused"], 2, None, 0),
        # Late and repeated verdicts.
        ([("confirmed", 5, 4), ("good", 3, 3)], ["- confirmed refused"], 4, None, 0),
        ([("confirmed", 5, 4), ("good", 6, 6), ("confirmed", 5, 4)],
         ["- confirmed refused", ENDED], 4, 6, 0),
        ([("confirmed", 5, 4), ("confirmed", 5, 4)], ["- confirmed refused"], 4, None, 0),
        # The same look, judged otherwise: a person has accepted what was found.
        ([("confirmed", 5, 5), ("good", 5, 5)], ["- confirmed refused", ENDED], 5, 5, 0),
        # Back within ten minutes.
        ([("confirmed", 2, 1), ("good", 4, 4), ("confirmed", 14, 14)],
         ["- confirmed refused", ENDED, "over confirmed came_back"], 1, None, 1),
        # Suspected again, and nothing was the matter: it ended when it ended.
        ([("confirmed", 2, 1), ("good", 4, 4), ("suspected", 6, 6), ("good", 7, 7)],
         ["- confirmed refused", ENDED, "over suspected refused", "suspected over not_confirmed"],
         1, 4, 0),
        ([("confirmed", 2, 1), ("good", 4, 4), ("suspected", 6, 6), ("confirmed", 7, 6)],
         ["- confirmed refused", ENDED, "over suspected refused", "suspected confirmed came_back"],
         1, None, 1),
    ],
)  # fmt: skip
def test_one_finding(
    said: list[Said], told: list[str], began: float | None, ended: float | None, again: int
) -> None:
    history = _history(*said)
    assert history.told() == told
    assert len(history.findings) == (began is not None)
    for known in history.findings:
        assert known.began_at == minute(began or 0)
        assert (known.state == "over") == (ended is not None)
        assert ended is None or known.ended_at == minute(ended)
        assert known.again == again


@pytest.mark.parametrize(
    "said",
    [
        # Later than ten minutes after.
        [("confirmed", 2, 1), ("good", 4, 4), ("confirmed", 14.1, 14.1)],
        # What was only suspected is not what comes back.
        [("suspected", 1, 1), ("good", 2, 2), ("suspected", 3, 3)],
    ],
)
def test_another_finding(said: list[Said]) -> None:
    first, second = _history(*said).findings
    assert first.state == "over"
    assert second.began_at == minute(said[-1][2])


FLAPPING: list[Said] = [
    ("confirmed", 2, 1), ("good", 4, 4), ("confirmed", 6, 6), ("good", 8, 8),
    ("confirmed", 10, 10),
]  # fmt: skip


@pytest.mark.parametrize(
    ("then", "state", "ended"),
    [
        ([("good", 12, 12), ("good", 21, 12)], "confirmed", None),
        ([("good", 12, 12), ("good", 22, 12)], "over", 12),
        ([("good", 12, 12), ("good", 22, 20)], "over", 12),  # the first good look counts
        ([("good", 12, 12), ("confirmed", 15, 15), ("good", 23, 23)], "confirmed", None),
        ([("good", 12, 12), ("suspected", 15, 15), ("good", 16, 16), ("good", 26, 16)], "over", 16),
        ([("good", 25, 12)], "over", 12),
    ],
)
def test_what_came_back_twice_is_over_once_it_was_good_for_long(
    then: list[Said], state: str, ended: float | None
) -> None:
    (known,) = _history(*FLAPPING, *then).findings
    assert known.state == state
    assert known.ended_at == (None if ended is None else minute(ended))
    assert known.began_at == minute(1)


verdicts = st.builds(
    lambda level, at, back: say(level, at, at - back),
    st.sampled_from(["good", "suspected", "confirmed"]),
    st.integers(0, 60),
    st.integers(0, 3),
)


@given(st.lists(verdicts, max_size=30))
def test_any_order_of_verdicts_gives_a_history_that_holds_together(said: list[Verdict]) -> None:
    history = History().take(*said)
    assert sum(known.state != "over" for known in history.findings) <= 1
    before: str | None = None
    for change in history.changes:
        assert change.was == before or (change.was is None and before == "over")
        assert change.became != before
        before = change.became
    if history.findings:
        assert history.findings[-1].state == before
    for known in history.findings:
        assert (known.state != "over") or known.ended_at is not None
        assert known.ended_at is None or known.ended_at >= known.began_at
        assert known.confirmed_at or known.state == "suspected" or known.reason == "not_confirmed"


@given(st.lists(verdicts, max_size=20))
def test_the_same_verdict_again_changes_nothing(said: list[Verdict]) -> None:
    in_order = sorted(said, key=lambda each: each.at)
    once, twice = History(), History()
    for verdict in in_order:
        once.take(verdict)
        twice.take(verdict, verdict)
        assert once.findings == twice.findings
    assert once.changes == twice.changes
