"""Systems that fail: the environment and the findings that the tests of holding start from."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from models.database import Database
from models.environment.loader import Environment
from tests.environments import environment

NOON = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""Noon in Almaty, of a Monday."""
_SYSTEM = {"owner": "a_body", "contact": "duty officer", "connector": "file"}


@pytest.fixture
def house(tmp_path: Path) -> Environment:
    """Four systems: `acts` needs `gateway`; `queue` promises to be back within an hour.

    Of each, two held steps are let go in a minute.
    """
    return environment(
        tmp_path,
        environment={
            "composite_services": {
                "circuit": {"failures": 3, "first_try": "30s", "longest_wait": "2m"},
                "release_per_minute": 2,
            }
        },
        systems={
            "systems": {
                "gateway": {**_SYSTEM, "names": {"en": "Gateway"}},
                "acts": {**_SYSTEM, "names": {"en": "Acts"}, "depends_on": ["gateway"]},
                "queue": {
                    **_SYSTEM,
                    "names": {"en": "Queue"},
                    "objectives": {"recovery_within": "1h"},
                },
                "nightly": {
                    **_SYSTEM,
                    "names": {"en": "Nightly"},
                    "maintenance": [{"schedule": "0 2 * * *", "lasts": "2h"}],
                },
            }
        },
    )


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The engine of the test's own database."""
    made = database.engine()
    yield made
    made.dispose()


def down(
    engine: Engine,
    system: str,
    began: datetime,
    ended: datetime | None = None,
    looked: timedelta = timedelta(0),
) -> None:
    """A confirmed finding that the system is, or was, down; last looked so long before noon."""
    with engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO findings (kind, system, subject, side, state, severity, reason,
                    sentence, began_at, found_at, confirmed_at, ended_at, looked_until)
                VALUES ('down', :system, 'probe:web', 'probes', :state, 'critical', 'no_answer',
                    'It does not answer', :began, :began, :began, :ended, :looked)
            """),
            {
                "system": system,
                "state": "over" if ended else "confirmed",
                "began": began,
                "ended": ended,
                "looked": ended or NOON - looked,
            },
        )
