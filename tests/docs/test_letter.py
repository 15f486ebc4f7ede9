"""The letter that the docs show is the one that comes out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.failures.waiting.letter import letter
from models.database import Database
from tests.docs.markdown import DOCS, blocks
from tests.flows.delays.world import moment
from tests.flows.failures.waiting.outage import OTHER, Outage


@pytest.fixture
def outage(synced: Database, tmp_path: Path) -> Iterator[Outage]:
    engine = synced.engine()
    yield Outage(engine, tmp_path)
    engine.dispose()


def example(outage: Outage) -> str:
    """The letter about front offices that refuse connections since Monday at ten."""
    outage.change(
        environment={
            "title": "Agency for the quality of services",
            "languages": ["en", "ru"],
            "failures": {"duty": {"en": "article 9 of the rules of the gateway"}},
        },
        register={"organisations": {"state_corporation": {"names": {"en": "State Corporation"}}}},
    )
    for number, at, service in (
        ("1", "05-28 10:00", "00100101"),
        ("2", "05-30 10:00", "00100101"),
        ("3", "06-02 09:30", "00100101"),
        ("4", "06-02 09:30", OTHER),
    ):
        outage.applied(number, at, service=service, region="71")
    identity = outage.found("office", "06-02 10:00", sentence="The probe https is refused")
    for minute in ("00", "01", "02"):
        at = f"06-02 10:{minute}"
        outage.saw(identity, at, "connection refused")
    with outage.engine.begin() as connection:
        written = letter(connection, outage.environment, identity, moment("06-02 11:20"), "en")
    assert written.warnings == ()
    return written.text


def test_the_letter_is_the_one_that_is_shown(outage: Outage) -> None:
    page = DOCS / "failures" / "who-is-waiting.md"
    [shown] = [each.text for each in blocks(page) if each.language == "text"]
    assert shown == example(outage)
