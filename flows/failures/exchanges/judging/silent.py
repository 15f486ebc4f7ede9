"""A success that is none: a fault inside it, or far more or fewer requests than usual."""

from flows.failures.data.usual import counts_away
from flows.failures.exchanges.judging.said import Said, percent, worst, written
from flows.failures.exchanges.judging.seen import DAY, HOUR, SHORTEST, Hour, Service

LEAST = 5
"""Faults inside successes that are more than an accident."""

SHARE, MOST = 0.01, 0.5
"""Their share of the requests in an hour; and in a day, for services that are asked seldom."""

NEEDED = 5
"""Past hours that say what is usual."""

AWAY, TIMES, LEAST_APART = 6.0, 3.0, 30
"""As the data side judges rows: standard deviations, times, and requests to differ by."""


def silent(seen: Service) -> Said | None:
    """Whether the service fails silently; None where nothing can be said."""
    return worst(_faults(seen), _volume(seen))


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


def _volume(seen: Service) -> Said | None:
    """The last whole hour against the same hour of days of its kind; two on end are certain."""
    judged = [hour for hour in seen.hours if len(hour.usual) >= NEEDED]
    if not judged or judged[0] is not seen.hours[0]:
        return None
    last = judged[0]
    usual = sorted(last.usual)[len(last.usual) // 2]
    sentence = (
        f"{last.requests} requests came from {last.begins:%H:%M} to {last.begins + HOUR:%H:%M %Z};"
        f" {usual} are usual at this hour of such days, out of {len(last.usual)}"
    )
    numbers = {"requests": last.requests, "usual": usual, "days": len(last.usual)}
    way = _way(last)
    if way == 0:
        return Said("good", "as_many_as_usual", sentence, numbers=numbers)
    reason = "more_than_usual" if way > 0 else "fewer_than_usual"
    if last.requests == 0:
        reason, sentence = "fell_to_zero", f"Nobody asks it any more: {sentence}"
    again = len(judged) > 1 and _way(judged[1]) == way
    low = sorted(last.usual)[len(last.usual) // 4]
    sure = again or (last.requests == 0 and low >= LEAST_APART)
    return Said("confirmed" if sure else "suspected", reason, sentence, numbers=numbers)


def _way(hour: Hour) -> int:
    """1 for far more than usual, -1 for far fewer, else 0.

    Downwards no deviations count: even none at all is not many of them away from usual, where
    days differ much from each other.
    """
    ordered = sorted(hour.usual)
    usual, low = ordered[len(ordered) // 2], ordered[len(ordered) // 4]
    if abs(hour.requests - usual) < LEAST_APART:
        return 0
    if hour.requests > TIMES * usual:
        return 1 if counts_away(hour.requests, hour.usual) >= AWAY else 0
    return -1 if low - hour.requests >= LEAST_APART and hour.requests < low / TIMES else 0
