"""From how contracts stand to what the writer of findings is told."""

from collections.abc import Iterator
from datetime import datetime

from flows.failures.contracts.summary import Standing
from flows.failures.verdict import Evidence, Level, Verdict

MOST_TOLD = 3
"""Differences that the sentence names; all are in the evidence."""

MOST_EVIDENCE = 20


def verdict(standing: Standing, confirm: int) -> Verdict | None:
    """What is so with a contract as of the last look; None where nobody has looked yet."""
    if standing.tried_at is None:
        return None
    if standing.differences:
        return _drifted(standing, standing.tried_at)
    if standing.unreadable:
        return _unreadable(standing, standing.tried_at, confirm)
    return Verdict(
        kind="contract",
        system=standing.system,
        subject=f"contract:{standing.name}",
        level="good",
        at=standing.tried_at,
        since=standing.good_since or standing.tried_at,
        reason="good",
        sentence=f"{standing.name}: as it was accepted",
    )


def _drifted(standing: Standing, looked: datetime) -> Verdict:
    """Certain at first sight: what was read was read."""
    told = [each.sentence for each in standing.differences]
    rest = len(told) - MOST_TOLD
    words = "; ".join(told[:MOST_TOLD]) + (f"; and {rest} more" if rest > 0 else "")
    also = "; now it cannot be read at all" if standing.unreadable else ""
    breaking = sum(each.breaking for each in standing.differences)
    return Verdict(
        kind="contract",
        system=standing.system,
        subject=f"contract:{standing.name}",
        level="confirmed",
        at=looked,
        since=standing.differs_since or looked,
        reason="drifted",
        sentence=f"{standing.name}: {words}. {_pulls(standing)}{also}",
        severity="critical" if standing.pull_fails else "warning",
        numbers={
            "differences": len(told),
            "breaking": breaking,
            "ours": sum(each.ours for each in standing.differences),
            "next_pull": standing.pulls[0].outcome if standing.pulls else "not_known",
        },
        evidence=list(_evidence(standing)),
    )


def _unreadable(standing: Standing, looked: datetime, confirm: int) -> Verdict:
    level: Level = "confirmed" if standing.unreadable >= confirm else "suspected"
    looks = "1 look" if standing.unreadable == 1 else f"{standing.unreadable} looks on end"
    return Verdict(
        kind="contract",
        system=standing.system,
        subject=f"contract:{standing.name}",
        level=level,
        at=looked,
        since=standing.unreadable_since or looked,
        reason="unreadable",
        sentence=f"{standing.name}: {looks} could not read it. {standing.problem}",
        numbers={"looks": standing.unreadable},
        evidence=[Evidence(looked, "contracts", _reference(standing), standing.problem or "")],
    )


def _evidence(standing: Standing) -> Iterator[Evidence]:
    at = standing.seen_at or standing.differs_since
    assert at is not None, "what differs was seen"
    for each in list(standing.differences)[:MOST_EVIDENCE]:
        values = {"breaking": each.breaking, "ours": each.ours}
        yield Evidence(at, "contracts", _reference(standing), each.sentence, values)


def _reference(standing: Standing) -> str:
    return f"{standing.system} {standing.name}"


def _pulls(standing: Standing) -> str:
    """What becomes of the next pulls: of those that do not work as they should, else of all."""
    told = [each.sentence for each in standing.pulls if each.outcome != "works"]
    if not told:
        many = len(standing.pulls)
        all_work = f"the next pulls of its {many} sources will work"
        one = [each.sentence for each in standing.pulls] if many == 1 else [all_work]
        told = one if many else ["no source pulls by it"]
    words = "; ".join(told)
    return words[:1].upper() + words[1:]
