"""Moments as people give them on the command line."""

from datetime import datetime
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
