"""The same due dates by `holidays`, one by one, and by pandas, a column at a time."""

import warnings
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple

OPENS, CLOSES = time(9), time(18)
WEEKENDS = {"five_days": {5, 6}, "six_days": {6}}
YEARS = range(2021, 2030)


class Row(NamedTuple):
    """An application in local time, its rule, and the due date that Tereze gave it."""

    received: datetime
    term: int
    unit: str
    calendar: str
    due: datetime


def by_holidays(rows: list[Row]) -> list[datetime]:
    """One by one, with `get_nth_working_day`."""
    import holidays

    known = {name: holidays.country_holidays("KZ", years=YEARS) for name in WEEKENDS}
    for name, weekend in WEEKENDS.items():
        known[name].weekend = weekend
    return [_one(row, known[row.calendar]) for row in rows]


def _one(row: Row, calendar: Any) -> datetime:
    start, day = row.received, row.received.date()
    if start.time() > CLOSES or not calendar.is_working_day(day):
        day = calendar.get_nth_working_day(day, 1)
        start = datetime.combine(day, OPENS)
    start = max(start, datetime.combine(day, OPENS))
    if row.unit == "minutes":
        return start + timedelta(minutes=row.term)
    if row.unit == "working_hours":
        return _hours(start, timedelta(hours=row.term), calendar)
    if row.unit == "working_days":
        return datetime.combine(calendar.get_nth_working_day(day, row.term), CLOSES)
    day += timedelta(days=row.term)
    if not calendar.is_working_day(day):
        day = calendar.get_nth_working_day(day, 1)
    return datetime.combine(day, CLOSES)


def _hours(start: datetime, left: timedelta, calendar: Any) -> datetime:
    ahead = datetime.combine(start.date(), CLOSES) - start
    if left <= ahead:
        return start + left
    full = datetime.combine(start.date(), CLOSES) - datetime.combine(start.date(), OPENS)
    days, rest = divmod(left - ahead, full)
    if not rest:
        return datetime.combine(calendar.get_nth_working_day(start.date(), days), CLOSES)
    return datetime.combine(calendar.get_nth_working_day(start.date(), days + 1), OPENS) + rest


def by_pandas(rows: list[Row]) -> list[datetime | None]:
    """By columns, with `+ CustomBusinessDay`; one group for each rule, as its term is one value."""
    order = sorted(range(len(rows)), key=lambda n: rows[n][1:4])
    answers: list[datetime | None] = [None] * len(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it goes one by one inside is pandas' own affair
        for rule, group in groupby(order, key=lambda n: rows[n][1:4]):
            places = list(group)
            found = _column([rows[n].received for n in places], *rule)
            for n, answer in zip(places, found, strict=True):
                answers[n] = answer
    return answers


def _column(received: list[datetime], term: int, unit: str, calendar: str) -> list[datetime]:
    import holidays
    import pandas as pd
    from pandas.tseries.offsets import CustomBusinessDay

    off = list(holidays.country_holidays("KZ", years=YEARS))
    mask = "1111100" if calendar == "five_days" else "1111110"

    def days(count: int) -> CustomBusinessDay:
        return CustomBusinessDay(count, weekmask=mask, holidays=off)

    start = pd.Series(received)
    day = start.dt.normalize()
    late = start > day + pd.Timedelta(hours=CLOSES.hour)
    registered = (day + late.astype(int) * pd.Timedelta(days=1)) + days(0)
    opening = registered + pd.Timedelta(hours=OPENS.hour)
    start = start.where(start > opening, opening)
    if unit == "minutes":
        due = start + pd.Timedelta(minutes=term)
    elif unit == "working_hours":
        due = _column_of_hours(start, opening, term, days)
    elif unit == "working_days":
        due = registered + days(term) + pd.Timedelta(hours=CLOSES.hour)
    else:
        due = registered + pd.Timedelta(days=term) + days(0) + pd.Timedelta(hours=CLOSES.hour)
    return list(due.dt.to_pydatetime())


def _column_of_hours(start: Any, opening: Any, term: int, days: Any) -> Any:
    import pandas as pd

    length = CLOSES.hour - OPENS.hour
    spent = start - opening + pd.Timedelta(hours=term)
    whole = (spent - pd.Timedelta(microseconds=1)) // pd.Timedelta(hours=length)
    due = opening.copy()
    for count in whole.unique():
        chosen = whole == count
        moved = opening[chosen] + days(int(count)) if count else opening[chosen]
        due[chosen] = moved + spent[chosen] - pd.Timedelta(hours=length * int(count))
    return due
