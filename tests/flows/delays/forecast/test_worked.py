"""Working time read off a line is the working time of the database."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from flows.delays.forecast.worked import AROUND_THE_CLOCK, Clocks, clocks_of_database
from models.database import Database
from tests.flows.delays.forecast.made import DAY, FIVE_DAYS, HOUR, MONDAY, clocks


def until(found: Clocks, clock: int, *moments: float) -> list[float]:
    worked = found.until(np.full(len(moments), clock), np.array(moments))
    return [float(each) for each in worked]


def test_as_the_database_counts(synced: Database) -> None:
    moments = np.random.default_rng(1).uniform(MONDAY - 900 * DAY, MONDAY + 900 * DAY, 300)
    engine = synced.engine()
    with engine.connect() as connection:
        found = clocks_of_database(connection)
        rows = connection.execute(
            text("""
                SELECT name, moment, worked_until(name, to_timestamp(moment))::float8 AS worked
                FROM unnest(CAST(:names AS text[])) name, unnest(CAST(:moments AS float8[])) moment
            """),
            {"names": list(found.calendars), "moments": moments.tolist()},
        ).all()
        back = connection.execute(
            text("SELECT date_part('epoch', worked_moment('five_days', 1000000.5))")
        ).scalar_one()
    engine.dispose()
    assert len(rows) == 600
    start = {name: until(found, n, MONDAY)[0] for n, name in enumerate(found.calendars, start=1)}
    for row in rows:
        clock = found.calendars.index(row.name) + 1
        assert abs(until(found, clock, row.moment)[0] - row.worked) < 0.01, row
    assert found.calendars == ("five_days", "six_days")
    assert start["six_days"] > start["five_days"]
    assert abs(found.moment(np.array([1]), np.array([1000000.5]))[0] - back) < 0.01


def test_without_a_database_the_same_differences(tmp_path: Path) -> None:
    found = clocks(tmp_path)
    opens, noon, night, thursday = MONDAY, MONDAY + 3 * HOUR, MONDAY + 14 * HOUR, MONDAY + 3 * DAY
    worked = until(found, FIVE_DAYS, opens, noon, night, thursday, MONDAY + 7 * DAY)
    assert [each - worked[0] for each in worked] == [0, 3 * HOUR, 9 * HOUR, 27 * HOUR, 36 * HOUR]
    around = until(found, AROUND_THE_CLOCK, noon, night)
    assert around[1] - around[0] == night - noon
    assert until(found, FIVE_DAYS, np.inf) == [np.inf]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Clocks:
    return clocks(tmp_path_factory.mktemp("clocks"))


@given(worked=st.floats(1, 2000 * HOUR))
def test_back_and_forth(office: Clocks, worked: float) -> None:
    moment = office.moment(np.array([FIVE_DAYS]), np.array([worked]))
    assert abs(until(office, FIVE_DAYS, moment[0])[0] - worked) < 1e-3
    local = datetime.fromtimestamp(moment[0], UTC)
    assert 4 <= local.hour + local.minute / 60 <= 13
