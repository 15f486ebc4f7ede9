"""Percentiles out of counts by bucket: bucket b holds durations up to 2^(b/4) ms."""

from collections.abc import Mapping

PER_DOUBLING = 4


def upper(bucket: int) -> float:
    """The longest duration of a bucket, in milliseconds."""
    return float(2 ** (bucket / PER_DOUBLING)) if bucket else 1.0


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """The duration that `share` of the exchanges stay within, in milliseconds; None without any.

    Between a bucket's bounds it is drawn out, so it is exact to a part of 19 %.
    """
    total = sum(counts.values())
    wanted, below = share * total, 0
    for bucket in sorted(counts):
        here = counts[bucket]
        if here and below + here >= wanted:
            lower = upper(bucket - 1) if bucket > 1 else float(bucket)
            return lower + (upper(bucket) - lower) * (wanted - below) / here
        below += here
    return None
