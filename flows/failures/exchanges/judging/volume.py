"""How many requests came against the same hours of such days: in one hour, and in some together.

A service that is asked seldom shows in no single hour that nobody asks it any more.
"""

from collections.abc import Sequence
from itertools import takewhile
from statistics import median

from flows.failures.data.usual import counts_away, deviation
from flows.failures.exchanges.judging.said import Said
from flows.failures.exchanges.judging.seen import HOUR, Hour, Service
from flows.failures.verdict import Level

NEEDED = 5
"""Past hours that say what is usual."""

AWAY, TIMES, LEAST_APART = 6.0, 3.0, 30
"""As the data side judges rows: standard deviations, times, and requests to differ by."""

MISSED = 20
"""So many requests were to be expected in some hours together, and none came: by Poisson a matter
of one in 500 million."""


def volume(seen: Service) -> Said | None:
    """The last whole hour, or else the last few together; two hours on end are certain.

    None where too little is known of such hours.
    """
    hours = list(takewhile(lambda hour: len(hour.usual) >= NEEDED, seen.hours))
    if not hours:
        return None
    if way := _way(hours[0]):
        again = len(hours) > 1 and _way(hours[1]) == way
        none = hours[0].requests == 0 and _low(hours[0]) >= LEAST_APART
        return _said(hours[:1], way, sure=again or none)
    for count in range(2, len(hours) + 1):
        if way := _way_together(hours[:count]):
            return _said(hours[:count], way, sure=True)
    return _said(hours[:1], 0, sure=False)


def _way(hour: Hour) -> int:
    """1 for far more than usual, -1 for far fewer, else 0.

    Downwards no deviations count: even none at all is not many of them away from usual, where
    days differ much from each other. Upwards nothing is said of an hour in which mostly nobody
    asks: no number is usual there.
    """
    usual, low = median(hour.usual), _low(hour)
    if abs(hour.requests - usual) < LEAST_APART:
        return 0
    if hour.requests > TIMES * usual:
        return 1 if usual and counts_away(hour.requests, hour.usual) >= AWAY else 0
    return -1 if low - hour.requests >= LEAST_APART and hour.requests < low / TIMES else 0


def _way_together(hours: Sequence[Hour]) -> int:
    """The same for some hours; days are taken to differ in all of them alike."""
    requests, usual = sum(hour.requests for hour in hours), _usual(hours)
    if requests == 0:
        return -1 if sum(map(_low, hours)) >= MISSED else 0
    newest = median(hours[0].usual)
    goes_on = newest > 0 and hours[0].requests > TIMES * newest
    apart = requests - usual
    if not goes_on or apart < LEAST_APART or requests <= TIMES * usual:
        return 0
    return 1 if apart >= AWAY * sum(deviation(hour.usual) for hour in hours) else 0


def _said(hours: Sequence[Hour], way: int, *, sure: bool) -> Said:
    requests, usual, days = sum(hour.requests for hour in hours), _usual(hours), hours[0].usual
    sentence = (
        f"{requests} requests came from {hours[-1].begins:%H:%M} to"
        f" {hours[0].begins + HOUR:%H:%M %Z}; {usual:.0f} are usual at this time of such days, out"
        f" of {len(days)}"
    )
    numbers = {"requests": requests, "usual": round(usual), "days": len(days)}
    span = len(hours) * HOUR
    if way == 0:
        return Said("good", "as_many_as_usual", sentence, numbers=numbers, span=span)
    reason = "more_than_usual" if way > 0 else "fewer_than_usual"
    if requests == 0:
        reason, sentence = "fell_to_zero", f"Nobody asks it any more: {sentence}"
    level: Level = "confirmed" if sure else "suspected"
    return Said(level, reason, sentence, numbers=numbers, span=span)


def _usual(hours: Sequence[Hour]) -> float:
    return float(sum(median(hour.usual) for hour in hours))


def _low(hour: Hour) -> int:
    """The lower quartile of usual: a few days on which it failed do not move it."""
    return sorted(hour.usual)[len(hour.usual) // 4]
