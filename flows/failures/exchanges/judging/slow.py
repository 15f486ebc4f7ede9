"""A service that is slow: against its objective, and against the same hour of other days."""

from datetime import timedelta

from flows.failures.data.usual import counts_away
from flows.failures.exchanges.judging.histogram import percentile
from flows.failures.exchanges.judging.said import Said, worst
from flows.failures.exchanges.judging.seen import HOUR, SHORTEST, Service
from flows.failures.verdict import Level

LEAST = 20
"""Requests in an hour that say something."""

LEAST_NOW = 5
"""Requests in the last minutes that say that it goes on."""

NEEDED = 5
"""Past hours that say what is usual."""

TIMES = 3.0
"""So many times the usual median is unusual, if it is far from it, too."""

AWAY = 6.0
LEAST_SLOW = 100.0
"""Milliseconds: below it nobody waits."""


def slow(seen: Service, within: timedelta | None) -> Said | None:
    """Whether the service is slow; None where too little was asked of it."""
    hour, now = seen.durations.get(HOUR, {}), seen.durations.get(SHORTEST, {})
    if sum(hour.values()) < LEAST or sum(now.values()) < LEAST_NOW:
        return None
    return worst(_against_objective(seen, within), _against_usual(seen))


def _against_objective(seen: Service, within: timedelta | None) -> Said | None:
    if within is None:
        return None
    limit = within.total_seconds() * 1000
    hour, now = (percentile(seen.durations[span], 0.95) or 0.0 for span in (HOUR, SHORTEST))
    requests = sum(seen.durations[HOUR].values())
    sentence = (
        f"95 of 100 answers of the last hour took up to {_shown(hour)}, in the last minutes"
        f" {_shown(now)} ({_whose(seen)}, {requests} requests); the objective is {_shown(limit)}"
    )
    numbers = {"p95_ms": round(hour), "p95_now_ms": round(now), "objective_ms": round(limit)}
    numbers |= {"requests": requests}
    if now <= limit:
        return Said("good", "in_time", sentence, numbers=numbers)
    enough = sum(seen.durations[SHORTEST].values()) >= LEAST
    if hour <= limit and not enough:
        return Said("good", "in_time", sentence, numbers=numbers)
    level: Level = "confirmed" if hour > limit else "suspected"
    return Said(level, "slow", sentence, numbers=numbers)


def _against_usual(seen: Service) -> Said | None:
    if len(seen.medians) < NEEDED:
        return None
    usual = sorted(seen.medians)[len(seen.medians) // 2]
    hour, now = (percentile(seen.durations[span], 0.5) or 0.0 for span in (HOUR, SHORTEST))
    requests = sum(seen.durations[HOUR].values())
    sentence = (
        f"half of the answers of the last hour took up to {_shown(hour)}, in the last minutes"
        f" {_shown(now)} ({_whose(seen)}, {requests} requests); at this hour of such days"
        f" {_shown(usual)} is usual, out of {len(seen.medians)}"
    )
    numbers = {"p50_ms": round(hour), "p50_now_ms": round(now), "usual_ms": round(usual)}
    if not _unlike(now, usual, seen.medians):
        return Said("good", "as_usual", sentence, numbers=numbers)
    if _unlike(hour, usual, seen.medians):
        return Said("confirmed", "slower_than_usual", sentence, numbers=numbers)
    return Said("suspected", "slower_than_usual", sentence, numbers=numbers)


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
