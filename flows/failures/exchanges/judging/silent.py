"""A success that is none: a fault inside it, or far more or fewer requests than usual."""

from flows.failures.exchanges.judging.said import Said, percent, worst, written
from flows.failures.exchanges.judging.seen import DAY, HOUR, SHORTEST, Service
from flows.failures.exchanges.judging.volume import volume

LEAST = 5
"""Faults inside successes that are more than an accident."""

SHARE, MOST = 0.01, 0.5
"""Their share of the requests in an hour; and in a day, for services that are asked seldom."""


def silent(seen: Service) -> Said | None:
    """Whether the service fails silently; None where nothing can be said."""
    return worst(_faults(seen), volume(seen))


def _faults(seen: Service) -> Said | None:
    hour, day, now = seen.window(HOUR), seen.window(DAY), seen.window(SHORTEST)
    if not day.requests:
        return None
    often = hour.silent >= LEAST and hour.share(hour.silent) >= SHARE
    seldom = day.silent >= LEAST and day.share(day.silent) >= MOST
    counts, span = (hour, HOUR) if often or not seldom else (day, DAY)
    sentence = (
        f"{counts.silent} of {counts.requests} requests in the last {written(span)} are called a"
        f" success and carry a fault ({percent(counts.share(counts.silent))})"
    )
    numbers = {"silent": counts.silent, "requests": counts.requests}
    if not often and not seldom:
        return Said("good", "no_faults_inside", sentence, numbers=numbers, span=span)
    goes_on = now.silent > 0 or seldom
    return Said(
        "confirmed" if goes_on else "suspected", "fault_in_success", sentence, numbers=numbers,
        span=span,
    )  # fmt: skip
