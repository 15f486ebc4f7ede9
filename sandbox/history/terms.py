"""The standards as arrays: the term in force for a service, sub-type, channel and day."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sandbox.history.local_time import parse
from sandbox.register.channels import CHANNELS
from sandbox.register.services import SUB_TYPES, services
from sandbox.register.standards import FIRST_DAY, SECOND_DAY, UNITS, Standard, standards

Ints = NDArray[np.int64]

NO_SUB_TYPE = len(SUB_TYPES)
MINUTES, WORKING_HOURS, WORKING_DAYS, CALENDAR_DAYS = range(4)


class Terms(NamedTuple):
    """Count and unit of the term; both shaped (version, service, sub-type, channel)."""

    counts: Ints
    units: Ints
    second_version: float

    def of(self, service: Ints, sub_type: Ints, channel: Ints, received: Ints) -> tuple[Ints, Ints]:
        """The count and the unit (index into UNITS) in force on the day of receipt."""
        place = ((received >= self.second_version).astype(np.int64), service, sub_type, channel)
        return self.counts[place], self.units[place]


@cache
def terms() -> Terms:
    """All terms; the more special standard (sub-type, channel) goes before the general one."""
    numbers = {service.code: number for number, service in enumerate(services())}
    shape = (2, len(numbers), NO_SUB_TYPE + 1, len(CHANNELS))
    table = Terms(np.zeros(shape, np.int64), np.zeros(shape, np.int64), parse(SECOND_DAY))
    for row in sorted(standards(), key=_special):
        place = _place(row, numbers[row.service])
        table.counts[place], table.units[place] = row.term, UNITS.index(row.unit)
    return table


def _special(row: Standard) -> int:
    return (row.sub_type is not None) + (row.channel is not None)


def _place(row: Standard, service: int) -> tuple[slice, int, slice, slice]:
    first = 0 if row.valid_from == FIRST_DAY else 1
    last = 2 if row.valid_to is None else 1
    codes = [channel.code for channel in CHANNELS]
    return slice(first, last), service, _at(SUB_TYPES, row.sub_type), _at(codes, row.channel)


def _at(known: tuple[str, ...] | list[str], value: str | None) -> slice:
    if value is None:
        return slice(None)
    place = known.index(value)
    return slice(place, place + 1)
