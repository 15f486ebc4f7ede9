"""How one verdict moves one finding: every state and every end, in one pure step."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from flows.failures.verdict import Verdict

State = Literal["suspected", "confirmed", "over"]
OFTEN = 2
"""Having come back so often, a finding is over only once it was good for `flap` on end."""


@dataclass(frozen=True)
class Known:
    """A finding as it stands, in the words of `models.findings`; `id` is None until written."""

    kind: str
    system: str
    subject: str
    side: str
    state: State
    severity: str
    reason: str
    sentence: str
    numbers: dict[str, Any]
    began_at: datetime
    found_at: datetime
    looked_until: datetime
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    good_since: datetime | None = None
    again: int = 0
    id: int | None = None


@dataclass(frozen=True)
class Change:
    """A change of state, for the history."""

    was: State | None
    became: State
    reason: str
    sentence: str


@dataclass(frozen=True)
class Taken:
    """The finding after a verdict; `change` is None where its state stayed."""

    known: Known
    change: Change | None


def step(
    known: Known | None, verdict: Verdict, side: str, flap: timedelta, moment: datetime
) -> Taken | None:
    """What a verdict makes of the newest finding of its kind and subject; None for nothing.

    A verdict about a time before the last one that was judged changes nothing. What comes back
    within `flap` after it was over, confirmed, is the same finding; a suspicion that was not
    confirmed has no part in that. `moment` is the round's.
    """
    if known is not None and verdict.at < known.looked_until:
        return None
    going_on = known is not None and known.state != "over"
    if verdict.level == "good":
        return _good(known, verdict, flap) if known is not None and going_on else None
    if known is not None and going_on:
        return _goes_on(known, verdict, moment)
    if known is not None and _came_back(known, verdict, flap):
        return _back(known, verdict)
    return _begun(verdict, side, moment)


def _begun(verdict: Verdict, side: str, moment: datetime) -> Taken:
    state: State = "confirmed" if verdict.level == "confirmed" else "suspected"
    known = Known(
        kind=verdict.kind,
        system=verdict.system,
        subject=verdict.subject,
        side=side,
        state=state,
        severity=verdict.severity,
        reason=verdict.reason,
        sentence=verdict.sentence,
        numbers=dict(verdict.numbers),
        began_at=min(verdict.since, verdict.at),
        found_at=moment,
        looked_until=verdict.at,
        confirmed_at=moment if state == "confirmed" else None,
    )
    return Taken(known, Change(None, state, verdict.reason, verdict.sentence))


def _came_back(known: Known, verdict: Verdict, flap: timedelta) -> bool:
    if known.confirmed_at is None or known.ended_at is None:
        return False
    return verdict.since - known.ended_at <= flap


def _back(known: Known, verdict: Verdict) -> Taken:
    """Only suspected, it keeps its end: where that is not confirmed, nothing was the matter."""
    if verdict.level == "confirmed":
        after = replace(_worded(known, verdict), state="confirmed", ended_at=None)
        after = replace(after, again=known.again + 1)
        return Taken(after, Change("over", "confirmed", "came_back", verdict.sentence))
    after = replace(known, state="suspected", looked_until=verdict.at)
    return Taken(after, Change("over", "suspected", verdict.reason, verdict.sentence))


def _goes_on(known: Known, verdict: Verdict, moment: datetime) -> Taken:
    if known.state == "suspected" and verdict.level == "suspected" and known.ended_at is not None:
        return Taken(replace(known, looked_until=verdict.at), None)
    after = _worded(known, verdict)
    if known.good_since is not None and verdict.level == "confirmed":
        after = replace(after, again=known.again + 1)
    if known.state == "confirmed" or verdict.level == "suspected":
        return Taken(after, None)
    returned = known.ended_at is not None
    after = replace(
        after,
        state="confirmed",
        confirmed_at=known.confirmed_at or moment,
        ended_at=None,
        again=known.again + returned,
    )
    reason = "came_back" if returned else verdict.reason
    return Taken(after, Change("suspected", "confirmed", reason, verdict.sentence))


def _worded(known: Known, verdict: Verdict) -> Known:
    """The finding in the words of its newest verdict."""
    return replace(
        known,
        severity=verdict.severity,
        reason=verdict.reason,
        sentence=verdict.sentence,
        numbers=dict(verdict.numbers),
        began_at=min(known.began_at, verdict.since),
        looked_until=verdict.at,
        good_since=None,
    )


def _good(known: Known, verdict: Verdict, flap: timedelta) -> Taken:
    after = replace(known, looked_until=verdict.at)
    ended_at = max(verdict.since, known.began_at)
    if known.state == "suspected":
        ended_at = known.ended_at or ended_at
        reason = known.reason if known.confirmed_at else "not_confirmed"
        after = replace(after, state="over", reason=reason, ended_at=ended_at)
        return Taken(after, Change("suspected", "over", "not_confirmed", verdict.sentence))
    if known.again >= OFTEN:
        ended_at = known.good_since or ended_at
        if verdict.at - ended_at < flap:
            return Taken(replace(after, good_since=ended_at), None)
    after = replace(after, state="over", ended_at=ended_at, good_since=None)
    return Taken(after, Change("confirmed", "over", verdict.reason, verdict.sentence))
