"""What an HTTP status means for a pull, and how long the system asks us to wait."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from requests import Response

from connectors.errors import ConnectorError, RetryLater, WillNeverWork, WrongAnswer

_BUSY = {408, 425, 429}
_NEXT_STEPS = {
    400: "Compare path and params of the request with the system's description",
    401: "See that the secret is the right one and has not expired",
    403: "Ask the system's owner for the right to read this, or for a new secret",
    404: "See that path and address are spelled as in the system's description",
}


def status_error(asked: str, response: Response) -> ConnectorError | None:
    """The error that this status stands for; None for an answer that can be read."""
    status = response.status_code
    found = f"the system answered {status} {response.reason or ''}".rstrip()
    if status in (200, 203):
        return None
    if status in _BUSY or status >= 500:
        wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        asks = f" and asks to wait {wait:.0f} s" if wait is not None else ""
        return RetryLater(
            asked, found + asks, "Nothing to do if it passes; else ask the system's owner", wait
        )
    if 400 <= status < 500:
        step = _NEXT_STEPS.get(status, "Compare the request with the system's description")
        return WillNeverWork(asked, found, step)
    return WrongAnswer(
        asked, f"{found}, which is no answer", "Ask the system's owner what it means"
    )


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, in seconds or as a date (RFC 9110, 10.2.3).

    None where there is no header, or one that is neither: then the usual back-off applies.
    """
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
