"""Terms in force: a general one for each service, its exceptions, and second versions of 2026."""

from functools import cache
from typing import NamedTuple

from sandbox.register.channels import CHANNELS
from sandbox.register.services import LATE, Service, services

UNITS = ("minutes", "working_hours", "working_days", "calendar_days")
FIRST_DAY = "2021-01-01"
SECOND_DAY = "2026-04-15"  # the day a few services get a shorter or longer term


class Standard(NamedTuple):
    """One line of the standards: valid from a day (inclusive) to a day (exclusive)."""

    service: str
    sub_type: str | None
    channel: str | None
    term: int
    unit: str
    valid_from: str
    valid_to: str | None


@cache
def standards() -> tuple[Standard, ...]:
    """Every standard; for a service either sub-types or channels differ, never both."""
    return tuple(row for service in services() for row in _of(service))


def standard_rows() -> list[dict[str, object]]:
    """What `/register/standards` answers."""
    return [row._asdict() for row in (*standards(), late_birth())]


def late_birth() -> Standard:
    """A birth told of later than three working days after it takes seven working days.

    No application of the history is of this sub-type: composite services apply for it.
    """
    return Standard(services()[0].code, LATE, None, 7, "working_days", FIRST_DAY, None)


def _of(service: Service) -> list[Standard]:
    rows = _versions(service)
    term, unit = service.term
    for place, sub_type in enumerate(service.sub_types):
        own = max(1, term // 2) if sub_type == "urgent" else term + place
        rows.append(Standard(service.code, sub_type, None, own, unit, FIRST_DAY, None))
    if not service.sub_types and int(service.code) % 11 == 5 and unit == "working_days":
        paper = CHANNELS[3].code
        rows.append(Standard(service.code, None, paper, term + 1, unit, FIRST_DAY, None))
    return rows


def _versions(service: Service) -> list[Standard]:
    code, (term, unit) = service.code, service.term
    if service.sub_types or int(code) % 29 != 4:
        return [Standard(code, None, None, term, unit, FIRST_DAY, None)]
    later = term + 2 if term < 10 else term - 3
    return [
        Standard(code, None, None, term, unit, FIRST_DAY, SECOND_DAY),
        Standard(code, None, None, later, unit, SECOND_DAY, None),
    ]
