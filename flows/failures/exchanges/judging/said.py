"""What a rule answers about a service, before it is put into a verdict with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from flows.failures.verdict import Level
from models.environment.alerts import AlertSeverity

Numbers = dict[str, str | int | float | bool | None]

_RANK: Mapping[Level, int] = {"good": 0, "suspected": 1, "confirmed": 2}


@dataclass(frozen=True)
class Said:
    """A level with its reason, sentence and numbers; `span` is the time it rests on."""

    level: Level
    reason: str
    sentence: str
    severity: AlertSeverity = "warning"
    numbers: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    span: timedelta = timedelta(hours=1)


def worst(*said: Said | None) -> Said | None:
    """The worst of what several rules say; None where none of them could judge."""
    judged = [each for each in said if each is not None]
    return max(judged, key=lambda each: _RANK[each.level]) if judged else None


def written(span: timedelta) -> str:
    """A span in words: `5 minutes`, `1 hour`, `3 days`."""
    seconds = int(span.total_seconds())
    for unit, name in (86_400, "day"), (3_600, "hour"), (60, "minute"):
        if seconds >= unit and seconds % unit == 0:
            count = seconds // unit
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{seconds} seconds"


def percent(share: float) -> str:
    """A share in per cent, as exact as it has to be."""
    return f"{share * 100:.3g} %"
