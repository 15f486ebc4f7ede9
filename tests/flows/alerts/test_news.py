"""What is to be told stands in a queue until it is told, and telling writes no index."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from flows.alerts.fire import Firing, fire, resolve
from flows.alerts.handle import acknowledge
from models.database.migrate import MIGRATIONS
from tests.flows.alerts.conftest import NOW, run
from tests.flows.alerts.desk import HAND, Desk, config

MANY = 40


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path)


def firing(number: int) -> Firing:
    labels = {"system": "land", "part": str(number)}
    return Firing("PullFailed", "critical", labels, {"system": "land"}, NOW, "It does not answer")


def fired(engine: Engine, *numbers: int) -> None:
    with engine.begin() as connection:
        for number in numbers:
            fire(connection, firing(number), "test")


def ended(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        each = firing(number)
        resolve(connection, each.name, each.labels, NOW, "over", "It answers", "test")


def queued(engine: Engine) -> list[str]:
    rows = run(
        engine,
        "SELECT DISTINCT a.labels ->> 'part' FROM alert_news JOIN alerts a USING (fingerprint)"
        " ORDER BY 1",
    )
    return [row[0] for row in rows]


def test_what_is_told_leaves_the_queue_and_comes_back_with_its_end(desk: Desk) -> None:
    fired(desk.engine, 1, 2)
    assert queued(desk.engine) == ["1", "2"]
    assert desk.round()
    assert queued(desk.engine) == []
    ended(desk.engine, 2)
    assert queued(desk.engine) == ["2"]
    assert desk.round(1)
    assert queued(desk.engine) == []


def test_what_must_wait_stays_in_the_queue(desk: Desk) -> None:
    desk.alerts = config(notices={"interval": "10m"})
    fired(desk.engine, 1)
    assert desk.round()
    fired(desk.engine, 2)
    assert not desk.round(5)
    assert queued(desk.engine) == ["2"]
    assert desk.round(11)
    assert queued(desk.engine) == []


@pytest.mark.parametrize("told_first", [True, False])
def test_what_a_person_has_in_hand_is_no_news(desk: Desk, told_first: bool) -> None:
    fired(desk.engine, 1)
    if told_first:
        desk.round()
    with desk.engine.begin() as connection:
        name = connection.execute(text("SELECT fingerprint FROM alerts")).scalar_one()
        acknowledge(connection, name, HAND)
    assert not desk.round(1)
    assert queued(desk.engine) == []


def test_what_ends_before_it_was_told_is_told_to_nobody(desk: Desk) -> None:
    fired(desk.engine, 1)
    ended(desk.engine, 1)
    assert queued(desk.engine) == ["1"]
    assert not desk.round()
    assert queued(desk.engine) == []


def test_one_that_begins_again_in_one_round_is_told_once(desk: Desk) -> None:
    fired(desk.engine, 1)
    ended(desk.engine, 1)
    fired(desk.engine, 1)
    assert [len(titles) for titles in desk.round().values()] == [1]
    assert not desk.round(1)


def test_telling_stays_within_the_page_and_writes_no_index(desk: Desk) -> None:
    fired(desk.engine, *range(MANY))
    indexes = run(desk.engine, "SELECT indexdef FROM pg_indexes WHERE tablename = 'alerts'")
    assert indexes
    assert not any("notified_at" in row[0] for row in indexes)
    pages = "SELECT fingerprint, (ctid::text::point)[0] FROM alerts ORDER BY fingerprint"
    before = run(desk.engine, pages)
    desk.round()
    assert run(desk.engine, "SELECT count(*) FROM alerts WHERE notified_at IS NULL") == [(0,)]
    assert run(desk.engine, pages) == before


def migrate(engine: Engine, revision: str, down: bool = False) -> None:
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(settings, revision)


def test_what_was_news_before_there_was_a_queue_is_told_after(desk: Desk) -> None:
    fired(desk.engine, 1)
    desk.round()
    fired(desk.engine, 2)
    ended(desk.engine, 1)
    migrate(desk.engine, "0022", down=True)
    assert not run(desk.engine, "SELECT 1 FROM pg_tables WHERE tablename = 'alert_news'")
    migrate(desk.engine, "head")
    assert queued(desk.engine) == ["1", "2"]
    assert desk.round(1)
