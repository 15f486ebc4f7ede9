"""From habits to what the writer of findings is told."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flows.failures.data.habits import Around, Habits
from flows.failures.data.signs import CRITICAL, REASONS
from flows.failures.verdict import Evidence, Kind, Level, Verdict


def verdicts(habits: Habits, around: Around, looked: datetime, confirm: int) -> Iterator[Verdict]:
    """What is so with a source as of `looked`, its last pull that tells something.

    `confirm` pulls on end make a failure certain. About freshness and volume nothing is said
    while the source cannot be read.
    """
    yield _down(habits, around, looked, confirm)
    if habits.failing is None:
        yield _silent(habits, around, looked, confirm)
        yield _slow(habits, around, looked, confirm)


def _subject(around: Around) -> str:
    return f"source:{around.source.source}"


def _good(kind: Kind, habits: Habits, around: Around, looked: datetime, words: str) -> Verdict:
    return Verdict(
        kind=kind,
        system=around.source.system,
        subject=_subject(around),
        level="good",
        at=looked,
        since=habits.good_since.get(kind, looked),
        reason="good",
        sentence=f"{around.source.source}: {words}",
    )


def _level(times: int, confirm: int) -> Level:
    return "confirmed" if times >= confirm else "suspected"


def _down(habits: Habits, around: Around, looked: datetime, confirm: int) -> Verdict:
    failing, name = habits.failing, around.source.source
    if failing is None:
        return _good("down", habits, around, looked, "it can be read")
    on_end = "1 pull" if failing.times == 1 else f"{failing.times} pulls on end"
    return Verdict(
        kind="down",
        system=around.source.system,
        subject=_subject(around),
        level=_level(failing.times, confirm),
        at=looked,
        since=failing.since,
        reason="pull_failed",
        sentence=f"{name}: {on_end} could not read it. The last said: {failing.sentence}",
        severity="critical",
        numbers={"pulls": failing.times, "why": failing.reason},
        evidence=_evidence(failing.pulls, looked, failing.sentence),
    )


def _silent(habits: Habits, around: Around, looked: datetime, confirm: int) -> Verdict:
    name = around.source.source
    found = sorted(habits.signs, key=lambda sign: REASONS.index(sign.reason))
    if not found:
        return _good("silent", habits, around, looked, "what comes is as usual")
    certain = [sign for sign in found if sign.sure or sign.times >= confirm]
    worst = (certain or found)[0]
    words = "; ".join(sign.sentence for sign in found)
    return Verdict(
        kind="silent",
        system=around.source.system,
        subject=_subject(around),
        level="confirmed" if certain else "suspected",
        at=looked,
        since=min(sign.since for sign in found),
        reason=worst.reason,
        sentence=f"{name}: {words}",
        severity="critical" if any(s.reason in CRITICAL for s in found) else "warning",
        numbers=worst.numbers,
        evidence=_evidence(worst.pulls, looked, worst.sentence),
    )


def _slow(habits: Habits, around: Around, looked: datetime, confirm: int) -> Verdict:
    pace, name = habits.pace, around.source.source
    if not pace.slow:
        return _good("slow", habits, around, looked, "its pages come as quickly as usual")
    words = f"a page took {pace.last:.2g} s; {pace.because}"
    return Verdict(
        kind="slow",
        system=around.source.system,
        subject=_subject(around),
        level=_level(pace.slow, confirm),
        at=looked,
        since=habits.slow_since or looked,
        reason="slow_pages",
        sentence=f"{name}: {words}",
        numbers={"seconds": round(pace.last, 3), "pulls": pace.slow},
        evidence=_evidence([habits.last_good_id] if habits.last_good_id else [], looked, words),
    )


def _evidence(pulls: Sequence[int], at: datetime, words: str) -> list[Evidence]:
    """The last pull with what it showed, and those before it that showed the same."""
    return [
        Evidence(at, "pulls", str(pull), words if pull == pulls[-1] else "the same before it")
        for pull in pulls
    ]
