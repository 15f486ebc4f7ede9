"""Services as the rules see them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.failures.exchanges.judging.seen import DAY, HOUR, SHORTEST, Counts, Service

UNTIL = datetime(2026, 5, 20, 6, 0, tzinfo=UTC)


def service(windows: Mapping[timedelta, Counts] | None = None, **known: Any) -> Service:
    return Service("land", "KZ/GOV/LAND/get", UNTIL, windows or {}, **known)


def everywhere(counts: Counts) -> dict[timedelta, Counts]:
    """The same counts in every window."""
    spans = (SHORTEST, timedelta(minutes=30), HOUR, 6 * HOUR, DAY, 3 * DAY)
    return dict.fromkeys(spans, counts)
