"""Message ids that come twice on one side: requests that nobody can follow, or sent again."""

from flows.failures.exchanges.judging.said import Said, percent, written
from flows.failures.exchanges.judging.seen import DAY, HOUR, Service

LEAST, SHARE = 5, 0.01
"""Repeated ids, and their share of the requests, that are more than somebody trying out."""


def duplicates(seen: Service) -> Said | None:
    """Whether message ids are used again; None where nothing was asked."""
    day = seen.window(DAY)
    if not day.requests:
        return None
    for span in (HOUR, DAY):
        counts = seen.window(span)
        if counts.repeated >= LEAST and counts.share(counts.repeated) >= SHARE:
            return Said(
                "confirmed",
                "used_again",
                _sentence(seen, span),
                span=span,
                numbers={"repeated": counts.repeated, "requests": counts.requests},
            )
    numbers = {"repeated": day.repeated, "requests": day.requests}
    return Said("good", "told_apart", _sentence(seen, DAY), numbers=numbers, span=DAY)


def _sentence(seen: Service, span: object) -> str:
    counts = seen.window(HOUR if span == HOUR else DAY)
    return (
        f"{counts.repeated} of {counts.requests} requests in the last"
        f" {written(HOUR if span == HOUR else DAY)} bear a message id that another one had, too"
        f" ({percent(counts.share(counts.repeated))})"
    )
