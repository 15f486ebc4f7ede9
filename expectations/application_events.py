"""What a good event of an application looks like."""

from expectations.applications import CLOCK_SKEW
from expectations.common import required, typed, unique
from expectations.rules import RowRule
from models.datasets import APPLICATION_EVENTS

KINDS = ("registered", "stage", "stopped", "restarted", "completed")

RULES: tuple[RowRule, ...] = (
    required("E01", APPLICATION_EVENTS),
    typed("E02"),
    RowRule(
        "E03",
        "error",
        f"The kind of an event is one of {', '.join(KINDS)}",
        f"s.kind NOT IN ({', '.join(repr(kind) for kind in KINDS)})",
        "s.kind",
    ),
    RowRule(
        "E04",
        "error",
        "An event is not in the future",
        f"s.at > CAST(:now AS timestamptz) + {CLOCK_SKEW}",
        "s.at::text",
    ),
    unique("E05", APPLICATION_EVENTS),
)
