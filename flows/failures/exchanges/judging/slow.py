"""A service that is slow: against its objective, and against the same hour of other days."""

from datetime import timedelta

from flows.failures.data.usual import counts_away
from flows.failures.exchanges.judging.histogram import percentile
from flows.failures.exchanges.judging.said import Said, worst, written
from flows.failures.exchanges.judging.seen import HOUR, SHORTEST, Service
from flows.failures.verdict import Level

Spans = tuple[timedelta, timedelta]

SPANS: tuple[Spans, ...] = ((HOUR, SHORTEST), (6 * HOUR, HOUR))
"""What is judged, and what says that it goes on: the shorter ones where they hold enough."""

LEAST, LEAST_NOW = 20, 5
"""Requests in each that say something."""

NEEDED = 5
"""Past hours that say what is usual."""

TIMES = 3.0
"""So many times the usual median is unusual, if it is far from it, too."""

AWAY = 6.0
LEAST_SLOW = 100.0
"""Milliseconds: below it nobody waits."""


def slow(seen: Service, within: timedelta | None) -> Said | None:
    """Whether the service is slow; None where too little was asked of it."""
    for span, lately in SPANS:
        if _requests(seen, span) >= LEAST and _requests(seen, lately) >= LEAST_NOW:
            spans = span, lately
            return worst(_against_objective(seen, spans, within), _against_usual(seen, spans))
    return None


def _requests(seen: Service, span: timedelta) -> int:
    return sum(seen.durations.get(span, {}).values())


def _against_objective(seen: Service, spans: Spans, within: timedelta | None) -> Said | None:
    if within is None:
        return None
    limit = within.total_seconds() * 1000
    span, lately = spans
    whole, now = (percentile(seen.durations[each], 0.95) or 0.0 for each in spans)
    requests = _requests(seen, span)
    sentence = (
        f"95 of 100 answers of the last {written(span)} took up to {_shown(whole)}, of the last"
        f" {written(lately)} {_shown(now)} ({_whose(seen)}, {requests} requests); the objective is"
        f" {_shown(limit)}"
    )
    numbers = {"p95_ms": round(whole), "p95_now_ms": round(now), "objective_ms": round(limit)}
    numbers |= {"requests": requests}
    if now <= limit:
        return Said("good", "in_time", sentence, numbers=numbers, span=span)
    enough = _requests(seen, lately) >= LEAST
    if whole <= limit and not enough:
        return Said("good", "in_time", sentence, numbers=numbers, span=span)
    level: Level = "confirmed" if whole > limit else "suspected"
    return Said(level, "slow", sentence, numbers=numbers, span=span)


def _against_usual(seen: Service, spans: Spans) -> Said | None:
    if len(seen.medians) < NEEDED:
        return None
    usual = sorted(seen.medians)[len(seen.medians) // 2]
    span, lately = spans
    whole, now = (percentile(seen.durations[each], 0.5) or 0.0 for each in spans)
    sentence = (
        f"half of the answers of the last {written(span)} took up to {_shown(whole)}, of the last"
        f" {written(lately)} {_shown(now)} ({_whose(seen)}, {_requests(seen, span)} requests); at"
        f" this hour of such days {_shown(usual)} is usual, out of {len(seen.medians)}"
    )
    numbers = {"p50_ms": round(whole), "p50_now_ms": round(now), "usual_ms": round(usual)}
    if not _unlike(now, usual, seen.medians):
        return Said("good", "as_usual", sentence, numbers=numbers, span=span)
    level: Level = "confirmed" if _unlike(whole, usual, seen.medians) else "suspected"
    return Said(level, "slower_than_usual", sentence, numbers=numbers, span=span)


def _unlike(value: float, usual: float, medians: tuple[float, ...]) -> bool:
    if value < LEAST_SLOW or value < TIMES * usual:
        return False
    return counts_away(value, medians) > AWAY


def _whose(seen: Service) -> str:
    return "the service itself" if seen.of == "service" else "the whole exchange"


def _shown(milliseconds: float) -> str:
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1000:.1f} s"
