"""What good entries of the register look like: bodies, services, channels, offices, standards."""

from expectations.common import known, required, typed, unique
from expectations.rules import RowRule
from models.datasets import DATASETS
from models.standards import AFTER_HOURS, DAY_ENDS, RECEIPT, UNITS


def _basic(prefix: str, dataset: str) -> tuple[RowRule, ...]:
    described = DATASETS[dataset]
    return (
        required(f"{prefix}01", described),
        typed(f"{prefix}02"),
        unique(f"{prefix}03", described),
    )


def _one_of(code: str, column: str, values: tuple[str, ...]) -> RowRule:
    listed = ", ".join(repr(value) for value in values)
    return RowRule(
        code,
        "error",
        f"{column} is one of {', '.join(values)}",
        f"s.{column} NOT IN ({listed})",
        f"s.{column}",
        firm=True,
    )


ORGANISATIONS = _basic("O", "organisations")
CHANNELS = _basic("C", "channels")
REGIONS = _basic("G", "regions")
OFFICES = (*_basic("F", "offices"), known("F04", "region", "regions", "warning"))
SERVICES = (
    *_basic("S", "services"),
    RowRule(
        "S04",
        "error",
        "A service's code is written as the environment says",
        "s.code !~ CAST(:service_code AS text)",
        "s.code",
    ),
    known("S05", "organisation", "organisations", "warning"),
)
STANDARDS = (
    *_basic("T", "standards"),
    RowRule(
        "T04",
        "error",
        "A standard's service is known to the register, or * for all",
        "s.service <> '*' AND s.service NOT IN (SELECT code FROM services)",
        "s.service",
    ),
    _one_of("T05", "unit", UNITS),
    _one_of("T06", "day_ends", DAY_ENDS),
    _one_of("T07", "day_of_receipt", RECEIPT),
    _one_of("T08", "after_hours", AFTER_HOURS),
    RowRule(
        "T09",
        "error",
        "A standard has a term of 0 or more, except where it is given with each application",
        "(s.unit = 'given') <> (s.term IS NULL) OR s.term < 0",
        "s.term::text",
        firm=True,
    ),
    RowRule(
        "T10",
        "error",
        "A standard ends after it begins",
        "s.valid_to <= s.valid_from",
        "format('from %s to %s', s.valid_from, s.valid_to)",
        firm=True,
    ),
    RowRule(
        "T11",
        "error",
        "A standard's calendar is one of the environment's",
        "s.calendar IS NOT NULL AND s.calendar NOT IN (SELECT name FROM calendars)",
        "s.calendar",
        firm=True,
    ),
)
