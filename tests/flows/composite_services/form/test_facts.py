"""What is counted at receipt, by the calendar."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.composite_services.form.facts import facts_of
from models.database import Database
from models.environment.composite_forms import Fact
from models.errors import CouldNotRun
from tests.environments import environment

WORKING = {"n": Fact(working_days_since="form.day")}
CALENDAR = {"n": Fact(days_since="form.day")}

# 2026-03-09 is free: the 8th, Women's day, is a Sunday.
DAYS = [
    (WORKING, "2026-03-02", datetime(2026, 3, 2, 5, tzinfo=UTC), 0),
    (WORKING, "2026-03-02", datetime(2026, 3, 5, 5, tzinfo=UTC), 3),
    (WORKING, "2026-03-06", datetime(2026, 3, 10, 5, tzinfo=UTC), 1),
    (WORKING, "2026-03-07", datetime(2026, 3, 10, 5, tzinfo=UTC), 1),
    (WORKING, "2026-03-10", datetime(2026, 3, 10, 20, tzinfo=UTC), 1),  # the 11th in Almaty
    (CALENDAR, "2026-03-02", datetime(2026, 3, 10, 5, tzinfo=UTC), 8),
    (CALENDAR, "1950-01-01", datetime(2026, 3, 10, 5, tzinfo=UTC), 27827),
    (WORKING, None, datetime(2026, 3, 10, 5, tzinfo=UTC), None),
]


@pytest.mark.parametrize(("facts", "day", "moment", "expected"), DAYS)
def test_counted(
    synced: Database,
    tmp_path: Path,
    facts: dict[str, Fact],
    day: str | None,
    moment: datetime,
    expected: int | None,
) -> None:
    with synced.engine().connect() as connection:
        context = {"form": {"day": day}}
        found = facts_of(connection, environment(tmp_path), facts, context, moment)
    assert found == {"n": expected}


def test_outside_the_calendar(synced: Database, tmp_path: Path) -> None:
    moment = datetime(2026, 3, 10, tzinfo=UTC)
    with synced.engine().connect() as connection, pytest.raises(CouldNotRun, match="not reach"):
        facts_of(
            connection, environment(tmp_path), WORKING, {"form": {"day": "1950-01-01"}}, moment
        )
