"""From probes to outages: when an endpoint failed, and when nobody looked."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from flows.failures.probes import Probe
from flows.failures.streak import Streak, after

Kind = Literal["outage", "not_looked_at"]
USUAL_PAUSE, PAUSES_FORGIVEN, PAUSES_NEEDED = 0.95, 4, 20
"""Without a `gap` of one's own: this share of an endpoint's pauses between probes is usual; nobody
looked where one is so many times as long; so many pauses show what is usual."""


@dataclass(frozen=True)
class Rules:
    """What makes an outage.

    `confirm`: so many failed probes on end; it began with the first of them. `flap`: outages of
    an endpoint with no more than this between them are one. `gap`: a longer time without a probe
    was not looked at; None takes it from each endpoint's usual pause.
    """

    confirm: int = 2
    flap: timedelta = timedelta(0)
    gap: timedelta | None = None


@dataclass(frozen=True)
class Finding:
    """One outage or stretch not looked at; `ended_at` is None while it lasts."""

    endpoint: str
    began_at: datetime
    ended_at: datetime | None
    probes: int
    reason: str
    kind: Kind = "outage"


def find(probes: Iterable[Probe], rules: Rules) -> list[Finding]:
    """Every finding, in order of endpoint and beginning. Probes are in order of time."""
    by_endpoint: dict[str, list[Probe]] = {}
    for probe in probes:
        by_endpoint.setdefault(probe.endpoint, []).append(probe)
    last = max((each[-1].time for each in by_endpoint.values()), default=None)
    found: list[Finding] = []
    for looks in by_endpoint.values():
        assert last is not None
        gap = rules.gap or _unusual([look.time for look in looks])
        outages = _outages(looks, rules.confirm, gap)
        found += [*_as_one(outages, rules.flap), *_not_looked_at(looks, gap, last)]
    return sorted(found, key=lambda each: (each.endpoint, each.began_at, each.kind))


def _outages(looks: list[Probe], confirm: int, gap: timedelta | None) -> Iterator[Finding]:
    """The outages of one endpoint."""
    streak: Streak | None = None
    reasons: Counter[str] = Counter()
    before: datetime | None = None
    for look in looks:
        missed = gap is not None and before is not None and look.time - before > gap
        last = streak
        streak = after(last, "good" if look.up else "failed", look.time, confirm, missed)
        if streak.looks == 1:
            if last and _certain(last, confirm):
                yield _outage(look.endpoint, last, reasons, look.time)
            reasons = Counter()
        reasons[look.reason] += 1
        before = look.time
    if streak and _certain(streak, confirm):
        yield _outage(looks[0].endpoint, streak, reasons, None)


def _certain(streak: Streak, confirm: int) -> bool:
    return not streak.good and streak.looks >= confirm


def _outage(
    endpoint: str, streak: Streak, reasons: Counter[str], ended_at: datetime | None
) -> Finding:
    return Finding(endpoint, streak.since, ended_at, streak.looks, reasons.most_common(1)[0][0])


def _as_one(outages: Iterable[Finding], flap: timedelta) -> Iterator[Finding]:
    """The outages, those that follow each other within `flap` put together."""
    held: list[Finding] = []
    for outage in outages:
        if held and flap and held[-1].ended_at and outage.began_at - held[-1].ended_at <= flap:
            held.append(outage)
            continue
        if held:
            yield _together(held)
        held = [outage]
    if held:
        yield _together(held)


def _together(outages: list[Finding]) -> Finding:
    reasons: Counter[str] = Counter()
    for outage in outages:
        reasons[outage.reason] += outage.probes
    return replace(
        outages[0],
        ended_at=outages[-1].ended_at,
        probes=reasons.total(),
        reason=reasons.most_common(1)[0][0],
    )


def _not_looked_at(looks: list[Probe], gap: timedelta | None, last: datetime) -> Iterator[Finding]:
    """The stretches without a probe; one up to the end of the file, by all endpoints, is open."""
    if gap is None:
        return
    endpoint = looks[0].endpoint
    for one, next_ in pairwise(look.time for look in looks):
        if next_ - one > gap:
            yield Finding(endpoint, one, next_, 0, f"no probe for {next_ - one}", "not_looked_at")
    if last - looks[-1].time > gap:
        yield Finding(endpoint, looks[-1].time, None, 0, "no probe since", "not_looked_at")


def _unusual(times: list[datetime]) -> timedelta | None:
    """The shortest pause that is a gap, or None where too few show what is usual."""
    pauses = sorted(after - before for before, after in pairwise(times))
    if len(pauses) < PAUSES_NEEDED:
        return None
    return PAUSES_FORGIVEN * pauses[int(USUAL_PAUSE * len(pauses))] or None
