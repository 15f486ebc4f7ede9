"""Moments as people give them on the command line."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.errors import ConfigurationError


def moment(given: str | None, timezone: str, option: str = "--as-of") -> datetime | None:
    """The ISO 8601 time; one without an offset is local to `timezone`; None stays None.

    Raises:
        ConfigurationError: it is no such time, or a local time that the clocks skipped.
    """
    if given is None:
        return None
    try:
        parsed = datetime.fromisoformat(given)
    except ValueError as error:
        raise ConfigurationError(
            f"Reading {option} {given!r}",
            "it is not an ISO 8601 time",
            "Write it like 2026-05-20T18:00 (local) or 2026-05-20T18:00+05:00",
        ) from error
    if parsed.tzinfo is not None:
        return parsed
    local = parsed.replace(tzinfo=ZoneInfo(timezone))
    if local.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(timezone)) != local:
        raise ConfigurationError(
            f"Reading {option} {given!r}",
            f"the clocks of {timezone} skipped that time",
            "Give a time that was, or one with an offset such as +00:00",
        )
    return local


def duration(given: str, option: str, *, least: int = 1) -> timedelta:
    """A duration like 90s, 10m, 1h 30m or 5d, of at least so many seconds.

    Raises:
        ConfigurationError: it is no such duration, or shorter.
    """
    from models.environment.values import parse_duration

    tried = f"Reading {option} {given!r}"
    try:
        parsed = parse_duration(given)
    except ValueError as error:
        raise ConfigurationError(tried, str(error), "Write it so") from error
    if parsed.total_seconds() < least:
        raise ConfigurationError(
            tried, f"it is shorter than {least} s", "Give a longer one, or leave the option out"
        )
    return parsed
