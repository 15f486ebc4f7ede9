"""Due dates in SQL against the slow reference, for any rule, calendar, moment and stops."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from flows.delays.columns import columns_sql
from flows.register.in_force import resolve
from flows.register.sync import sync
from models.database import Database
from models.environment.loader import Environment
from tests.environments import environment
from tests.flows.delays.reference import Office, Rule, Stop, due, registered, started

ALMATY, NEW_YORK = ZoneInfo("Asia/Almaty"), ZoneInfo("America/New_York")
KZ = holidays.country_holidays("KZ", years=range(2022, 2031))
US = holidays.country_holidays("US", years=range(2022, 2031))
MOVED = date(2024, 11, 2)  # a Saturday


def _kz(day: date) -> bool:
    if day == MOVED or day in KZ.weekend_workdays:
        return True
    return day.weekday() < 5 and day not in KZ


OFFICES = {
    "almaty": Office(ALMATY, time(9), time(18), _kz),
    "new_york": Office(NEW_YORK, time(8, 30), time(17), lambda d: d.weekday() < 5 and d not in US),
    "all_night": Office(NEW_YORK, time(0), time(23, 30), lambda d: d.weekday() != 6),
}
WEEK = ["mon", "tue", "wed", "thu", "fri"]
CALENDARS = {
    "almaty": {
        "country": "KZ",
        "week": WEEK,
        "hours": {"opens": "09:00", "closes": "18:00"},
        "moved_days": [{"day": MOVED, "working": True, "why": "a bridge day"}],
    },
    "new_york": {
        "country": "US",
        "week": WEEK,
        "hours": {"opens": "08:30", "closes": "17:00"},
        "timezone": "America/New_York",
    },
    "all_night": {
        "week": [*WEEK, "sat"],
        "hours": {"opens": "00:00", "closes": "23:30"},
        "timezone": "America/New_York",
    },
}
TERMS = {"minutes": (0, 45), "working_hours": (0, 5, 18), "working_days": (0, 1, 7)}
RULES = [
    (calendar, Rule(term, unit, counted, ends, same_day))
    for calendar in OFFICES
    for unit, terms in (TERMS | {"calendar_days": (0, 1, 12)}).items()
    for term in terms
    for counted, ends, same_day in product(
        (False, True),
        ("close_of_business", "end_of_day", "same_clock_time")
        if unit.endswith("_days")
        else ("close_of_business",),
        (False, True),
    )
]


def _standard(index: int) -> dict[str, Any]:
    calendar, rule = RULES[index]
    return {
        "service": f"rule-{index}",
        "term": rule.term,
        "unit": rule.unit,
        "day_of_receipt": "counted" if rule.counted else "not_counted",
        "day_ends": rule.day_ends,
        "after_hours": "same_day" if rule.same_day else "next_working_day",
        "calendar": calendar,
    }


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[tuple[Connection, Environment]]:
    """A database that knows every rule, in a transaction."""
    register = {
        "services": {f"rule-{n}": {"names": {"en": "x"}} for n in range(len(RULES))},
        "standards": [_standard(n) for n in range(len(RULES))],
    }
    env = environment(
        tmp_path,
        environment={"calendar": "almaty", "delays": None},
        calendars={"calendars": {"five_days": None, "six_days": None} | CALENDARS},
        register=register,
    )
    with database.engine().begin() as connection:
        sync(connection, env, "test")
        yield connection, env


@dataclass(frozen=True)
class Case:
    """One application: its rule, when it was received, and when its clock stood still."""

    index: int
    received: datetime
    stops: list[Stop]


@st.composite
def moments(draw: st.DrawFn, office: Office) -> datetime:
    """Any moment of two years, often one at which something begins, ends or changes."""
    changes = [date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 10), date(2024, 11, 3)]
    day = draw(
        st.one_of(
            st.sampled_from(changes),
            st.dates(date(2023, 10, 1), date(2025, 9, 30)),
        )
    )
    edges = st.sampled_from([time(0), office.opens, office.closes, time(2, 30), time(1, 30)])
    clock = draw(st.one_of(edges, st.times().map(lambda t: t.replace(second=0, microsecond=0))))
    step = draw(st.sampled_from([0, 0, 0, 1, -1]))
    return office.at(day, clock) + timedelta(microseconds=step)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """An application, with up to three stops, the last of which may be open."""
    index = draw(st.integers(0, len(RULES) - 1))
    office = OFFICES[RULES[index][0]]
    received = draw(moments(office))
    ends = sorted(
        draw(
            st.lists(
                st.one_of(
                    st.integers(-500, 30_000).map(lambda m: received + timedelta(minutes=m)),
                    st.integers(0, 20).map(
                        lambda n: office.at(received.date() + timedelta(days=n), office.closes)
                    ),
                ),
                max_size=5,
                unique=True,
            )
        )
    )
    pairs: list[Stop] = list(zip(ends[::2], ends[1::2], strict=False))
    return Case(index, received, pairs + ([(ends[-1], None)] if len(ends) % 2 else []))


def _ask(connection: Connection, env: Environment, asked: list[Case]) -> dict[int, Any]:
    connection.execute(text("DELETE FROM applications"))
    connection.execute(text("DELETE FROM clock_stops"))
    connection.execute(
        text("""
            INSERT INTO applications (system, number, service, received_at, source, pull_id)
            VALUES ('office', :number, :service, :received, 'test', 1)
        """),
        [
            {"number": str(n), "service": f"rule-{case.index}", "received": case.received}
            for n, case in enumerate(asked)
        ],
    )
    stops = [
        {"number": str(n), "stopped": stopped, "restarted": restarted}
        for n, case in enumerate(asked)
        for stopped, restarted in case.stops
    ]
    if stops:
        connection.execute(
            text("INSERT INTO clock_stops VALUES ('office', :number, :stopped, :restarted)"), stops
        )
    resolve(connection, env, "applications")
    rows = connection.execute(text(f"SELECT * FROM {columns_sql('applications', 0.8)} c")).all()
    _same_without_risk(connection, rows)
    return {int(row.number): row for row in rows}


def _same_without_risk(connection: Connection, rows: Sequence[Any]) -> None:
    """Where nothing is ever at risk, fewer columns are asked for; the answer is the same."""
    found = connection.execute(text(f"SELECT * FROM {columns_sql('applications', 'never')} c"))
    assert {row.number: row for row in found} == {
        row.number: tuple({**row._mapping, "at_risk_at": None}.values()) for row in rows
    }


def _worked(office: Office, since: datetime, until: datetime) -> float:
    spent = timedelta(0)
    for begin, end in office.open_from(since):
        if begin >= until:
            break
        spent += min(end, until) - begin
    return spent.total_seconds()


def _check(case: Case, row: Any) -> None:
    calendar, rule = RULES[case.index]
    office = OFFICES[calendar]
    said = f"{calendar} {rule} {case}"
    assert row.registered_on == registered(office, rule, case.received), said
    expected = due(office, rule, case.received, case.stops)
    assert row.due_at == expected, said
    if expected is None:
        assert row.at_risk_at is None, said
    elif rule.unit != "minutes":
        plain = due(office, rule, case.received, [])
        assert plain is not None
        start = started(office, rule, case.received)
        rest = _worked(office, start, plain) / 5
        assert row.at_risk_at <= expected, said
        assert abs(_worked(office, row.at_risk_at, expected) - rest) <= 1, said
        return
    if expected is not None:
        assert row.at_risk_at == expected - timedelta(minutes=rule.term) / 5, said


def test_every_rule_at_every_edge_of_a_day(world: tuple[Connection, Environment]) -> None:
    days = [date(2024, 2, 28), date(2024, 3, 1), date(2024, 3, 9), date(2024, 11, 1)]
    asked = []
    for index, (calendar, _) in enumerate(RULES):
        office = OFFICES[calendar]
        for day, clock, step in product(
            days, (time(0), office.opens, time(12, 34), office.closes), (0, 1)
        ):
            moment = office.at(day, clock) + timedelta(microseconds=step)
            asked.append(Case(index, moment, []))
    rows = _ask(*world, asked)
    assert len(rows) == len(asked)
    for n, case in enumerate(asked):
        _check(case, rows[n])


@settings(max_examples=40, deadline=None)
@given(asked=st.lists(cases(), min_size=1, max_size=8))
def test_any_receipt_and_stops(world: tuple[Connection, Environment], asked: list[Case]) -> None:
    rows = _ask(*world, asked)
    for n, case in enumerate(asked):
        _check(case, rows[n])
