"""An office that drops files, one row of which is held, behind the web application."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.flows.ingest.office import Office, application

NEW_SERVICE = {"services": {"99999999": {"names": {"en": "A service found later"}}}}


@pytest.fixture
def office(synced: Database, tmp_path: Path) -> Iterator[Office]:
    engine = synced.engine()
    yield Office(tmp_path / "environment", engine)
    engine.dispose()


@pytest.fixture
def outage(office: Office) -> Office:
    """What `web` serves: its engine and its environment."""
    return office


@pytest.fixture
def two_held(office: Office) -> Office:
    """Of four applications two are of services that the register has not."""
    office.drop(application("A1"), application("A2", service="99999999"),
                application("A3"), application("A4", service="<b>88888888"))  # fmt: skip
    office.pull()
    return office


def over(office: Office) -> bool:
    """Whether there was work in the background, and none goes on."""
    states = {row.state for row in office.rows("SELECT state FROM job_runs")}
    return bool(states) and "running" not in states
