"""Clocks out of step: an answer or a request that arrives before it was sent.

Each server writes down its own times. With t0 and t3 at the client's server and t1 and t2 at the
producer's, the producer's clock is ahead by ((t1 - t0) - (t3 - t2)) / 2, as in NTP (RFC 5905).
Which of the two is wrong cannot be known from them.
"""

from dataclasses import dataclass

from flows.failures.exchanges.judging.said import Numbers, Said, percent

LEAST, SURE = 3, 10
"""Pairs out of step for a suspicion, and for certainty."""

SHARE = 0.5
"""Of the pairs: a clock that is wrong is wrong for most."""


@dataclass(frozen=True)
class Pairs:
    """The pairs of the last hours between a client's source and a producer's.

    `ahead` sums the milliseconds by which the producer's clock is ahead in those out of step.
    """

    system: str
    client_source: str
    producer_source: str
    pairs: int
    out_of_step: int
    ahead: int


def clock(found: Pairs) -> Said | None:
    """Whether two clocks are out of step; None with too few pairs."""
    if found.pairs < LEAST:
        return None
    share = found.out_of_step / found.pairs
    numbers: Numbers = {
        "pairs": found.pairs,
        "out_of_step": found.out_of_step,
    }
    counted = f"{found.out_of_step} of {found.pairs} pairs"
    if found.out_of_step < LEAST or share < SHARE:
        return Said(
            "good", "in_step", f"Times follow each other, but for {counted}", numbers=numbers
        )
    ahead = found.ahead / found.out_of_step / 1000
    way = "ahead of" if ahead > 0 else "behind"
    numbers["ahead_s"] = round(ahead, 3)
    sentence = (
        f"The producer's clock (seen by {found.producer_source}) is {abs(ahead):.1f} s {way} the"
        f" client's (seen by {found.client_source}): {counted} ({percent(share)}) took a negative"
        " time between the servers"
    )
    sure = found.out_of_step >= SURE
    return Said("confirmed" if sure else "suspected", "out_of_step", sentence, numbers=numbers)
