"""A service that fails in part: burn rates of its error budget, and failures on end.

Burn rates as in the Google SRE workbook, chapter 5: an alert needs a long window, which says
that it matters, and a short one, which says that it still goes on. Here the last hour has to say
so, too, or a system would be called failing for six hours after it is well again. A service with
few requests never fills such windows; there failures on end count, as with probes.
"""

from collections.abc import Sequence

from flows.failures.exchanges.judging.said import Said, percent, worst, written
from flows.failures.exchanges.judging.seen import DAY, HOUR, Service
from models.environment.failures import BurnRate

LEAST_REQUESTS = 20
"""A share says nothing about fewer requests in a long window."""

LEAST_FAILED = 5
"""Nor do fewer failures in it."""

SURE = 3
"""So many failures on end beyond those that make a suspicion leave no doubt."""

CRITICAL = 6.0
"""From this burn rate on somebody has to come."""


def failing(
    seen: Service, availability: float | None, rates: Sequence[BurnRate], confirm: int
) -> Said | None:
    """Whether the service fails; None where nothing was asked of it."""
    return worst(_on_end(seen, confirm), *(_burning(seen, availability, each) for each in rates))


def _on_end(seen: Service, confirm: int) -> Said | None:
    """Failures on end; one alone is none."""
    run = seen.run
    if run is None or run.failures < confirm + 1:
        day = max(seen.windows, default=DAY)
        counts = seen.window(day)
        if not counts.requests:
            return None
        sentence = (
            f"{counts.requests - counts.failed} of {counts.requests} requests in the last"
            f" {written(day)} did not fail"
        )
        return Said("good", "answers", sentence, numbers={"requests": counts.requests}, span=day)
    sure = run.failures >= confirm + SURE
    sentence = f"The last {run.failures} requests all failed, since {run.since:%Y-%m-%d %H:%M %Z}"
    return Said(
        "confirmed" if sure else "suspected",
        "all_failed",
        sentence,
        "critical" if sure else "warning",
        {"failed": run.failures, "requests": run.failures, "share": 1.0},
        seen.until - run.since,
    )


def _burning(seen: Service, availability: float | None, rate: BurnRate) -> Said | None:
    if availability is None or availability >= 1:
        return None
    allowed = 1 - availability
    long, short = seen.window(rate.long), seen.window(rate.short)
    bound = rate.rate * allowed
    if long.requests < LEAST_REQUESTS or long.failed < LEAST_FAILED:
        return None
    last = seen.window(min(rate.short, HOUR))
    if any(not some.requests or some.share(some.failed) < bound for some in (short, last)):
        return None
    for_long = long.share(long.failed) >= bound
    if not for_long and (short.requests < LEAST_REQUESTS or short.failed < LEAST_FAILED):
        return None
    span, counts = (rate.long, long) if for_long else (rate.short, short)
    share = counts.share(counts.failed)
    sentence = (
        f"{counts.failed} of {counts.requests} requests failed in the last {written(span)}"
        f" ({percent(share)}; the objective allows {percent(allowed)}): the error budget burns"
        f" {share / allowed:.1f} times too fast"
    )
    return Said(
        "confirmed" if for_long else "suspected",
        "burning",
        sentence,
        "critical" if for_long and rate.rate >= CRITICAL else "warning",
        {
            "failed": counts.failed,
            "requests": counts.requests,
            "share": round(share, 6),
            "allowed": round(allowed, 6),
            "burn_rate": round(share / allowed, 2),
        },
        span,
    )
