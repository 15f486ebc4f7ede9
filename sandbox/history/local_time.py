"""Local time of Asia/Almaty as whole seconds, to text and back.

Inside the sandbox a moment is the number of seconds from 1970-01-01T00:00 *local time*. The zone
has had one offset, UTC+5, since 2024-03-01; worlds that begin earlier are refused, so a local
second is one moment.
"""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

ZONE = ZoneInfo("Asia/Almaty")
OFFSET = "+05:00"
ALMATY = timezone(timedelta(hours=5))
DAY = 86_400
OFFSET_SECONDS = 5 * 3600
_EPOCH = datetime(1970, 1, 1)
FIRST = int((datetime(2024, 3, 1) - _EPOCH).total_seconds())


def parse(text: str) -> float:
    """Local seconds of an ISO 8601 text; without an offset it is taken as local time.

    Raises:
        ValueError: the text is not ISO 8601.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZONE)
    return moment.timestamp() + OFFSET_SECONDS


def wall_now() -> float:
    """The real present, in local seconds."""
    return datetime.now(UTC).timestamp() + OFFSET_SECONDS


def naive(second: int) -> datetime:
    """The local date and time without a zone."""
    return _EPOCH + timedelta(seconds=int(second))


def aware(second: int) -> datetime:
    """The moment with its offset."""
    return naive(second).replace(tzinfo=ALMATY)


def iso(second: float) -> str:
    """ISO 8601 with offset, whole seconds."""
    return naive(int(second)).isoformat() + OFFSET


def texts(seconds: Ints) -> list[str]:
    """ISO 8601 local texts without offset."""
    made: list[str] = np.datetime_as_string(seconds.astype("datetime64[s]"), unit="s").tolist()
    return made
