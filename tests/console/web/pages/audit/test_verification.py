"""Verifying the trail from the console: in the background, its outcome kept on the trail."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from models.database import Database
from tests.console.web.conftest import Client
from tests.console.web.pages.audit.conftest import Record
from tests.flows.ingest.office import Office
from tests.waiting import until

SignedIn = Callable[..., Client]
PATH = "/audit/verification"


@pytest.fixture
def outage(synced: Database, tmp_path: Path) -> Iterator[Office]:
    """What `web` serves: an environment that another process can open, too."""
    engine = synced.engine()
    yield Office(tmp_path / "environment", engine)
    engine.dispose()


def over(outage: Office, runs: int) -> bool:
    with outage.engine.connect() as connection:
        states = connection.execute(text("SELECT state FROM job_runs")).scalars().all()
    return len(states) == runs and "running" not in states


def test_whole_and_then_not(signed_in: SignedIn, outage: Office, record: Record) -> None:
    changed = record("person:ana", "alert.silenced", "alert/7")
    auditor = signed_in("auditor")
    assert "It was not verified here yet." in auditor.get(PATH).text
    begun = auditor.post(PATH)
    assert begun.url.endswith(PATH)
    auditor.post(PATH)  # the second of two clicks
    until(lambda: over(outage, 1), 60)
    page = auditor.get(PATH).text
    for part in (">whole<", "person:auditor", "none changed, missing or moved", "Verify now"):
        assert part in page, part
    with outage.engine.begin() as connection:
        for statement in (
            "ALTER TABLE audit_entries DISABLE TRIGGER append_only",
            f"UPDATE audit_entries SET subject = 'alert/8' WHERE seq = {changed}",
            "ALTER TABLE audit_entries ENABLE TRIGGER append_only",
        ):
            connection.execute(text(statement))
    auditor.post(PATH)
    until(lambda: over(outage, 2), 60)
    page = auditor.get(PATH).text
    assert ">not whole<" in page
    assert f"Entry {changed} was changed" in page
    assert ">whole<" in page  # what the first one found is kept
