"""Working time as a line that is read off: seconds worked at a moment, and back.

The same numbers as `worked_until` and `worked_moment` of the database give, for arrays of moments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection, text

from flows.delays.forecast import binary
from flows.delays.forecast.arrays import Floats, Ints
from flows.register.days import days
from models.environment.loader import Environment

AROUND_THE_CLOCK = 0
"""The clock on which all time counts: of terms in minutes, and of those within one closed night."""

_FOREVER = np.array([0.0, 1e11])
_DAYS = """
    SELECT array_position(%(names)s::text[], calendar)::bigint, date_part('epoch', opens_at),
        date_part('epoch', closes_at)
    FROM calendar_days WHERE working AND calendar = ANY(%(names)s) ORDER BY 1, 2
"""
_COLUMNS = (("clock", ">i8"), ("opens", ">f8"), ("closes", ">f8"))


@dataclass(frozen=True)
class Clocks:
    """Clocks by their number: 0 never stands still, the others are calendars, in this order.

    `moments` and `worked` hold for each clock its openings and closings, and the seconds worked
    until each of them.
    """

    calendars: tuple[str, ...]
    moments: tuple[Floats, ...]
    worked: tuple[Floats, ...]

    def until(self, clocks: Ints, moments: Floats) -> Floats:
        """The seconds worked until each moment, on each one's clock; infinite stays so."""
        found = np.full(len(moments), np.inf)
        for clock in range(len(self.moments)):
            mine = (clocks == clock) & np.isfinite(moments)
            found[mine] = np.interp(moments[mine], self.moments[clock], self.worked[clock])
        return found

    def moment(self, clocks: Ints, worked: Floats) -> Floats:
        """The first moment at which so many seconds are worked, on each one's clock."""
        found = np.empty(len(worked))
        for clock in range(len(self.moments)):
            mine = clocks == clock
            openings, before = self.moments[clock][0::2], self.worked[clock][0::2]
            day = np.clip(np.searchsorted(before, worked[mine], side="left") - 1, 0, None)
            found[mine] = openings[day] + worked[mine] - before[day]
        return found


def _clocks(hours: Mapping[str, Floats]) -> Clocks:
    moments, worked = [_FOREVER], [_FOREVER]
    for stretches in hours.values():
        sums = np.concatenate([[0.0], np.cumsum(stretches[:, 1] - stretches[:, 0])])
        moments.append(stretches.ravel())
        worked.append(np.repeat(sums, 2)[1:-1])
    return Clocks(tuple(hours), tuple(moments), tuple(worked))


def clocks_of_database(connection: Connection) -> Clocks:
    """The calendars as they stand in the database."""
    names = list(connection.execute(text("SELECT name FROM calendars ORDER BY name")).scalars())
    found = binary.rows(connection, _DAYS, {"names": names}, _COLUMNS)
    stretches = np.column_stack([found["opens"], found["closes"]])
    return _clocks({n: stretches[found["clock"] == i] for i, n in enumerate(names, start=1)})


def clocks_of_environment(environment: Environment, first: date, last: date) -> Clocks:
    """The environment's calendars from `first` to `last`, without a database."""
    hours = {}
    for name, calendar in environment.calendars.items():
        zone = calendar.timezone or environment.settings.timezone
        worked = (day for day in days(calendar, zone, first, last) if day.working)
        stretches = [(day.opens_at.timestamp(), day.closes_at.timestamp()) for day in worked]
        hours[name] = np.array(stretches, dtype=np.float64).reshape(-1, 2)
    return _clocks(hours)
