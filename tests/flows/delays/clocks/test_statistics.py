"""Sums by body, service, region, channel and month; one application explained."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import Connection, event, text

from flows.delays.clocks.explain import explain
from flows.delays.clocks.statistics import By, Part, odd, parts
from models.clocks import SHARES
from models.database import Database
from models.errors import ConfigurationError
from tests.flows.delays.clocks.bodies import REGISTER, SYSTEMS
from tests.flows.delays.world import World, moment

HOUR = 3600
MOMENT, SINCE = moment("06-04 10:00"), moment("05-01 10:00")


@pytest.fixture
def world(synced: Database, tmp_path: Path) -> Iterator[World]:
    """One completed application of two bodies, with an outage; one open; one of long ago."""
    engine = synced.engine()
    made = World(engine, tmp_path, register=REGISTER, systems=SYSTEMS)
    made.received("1", "06-02 10:00", office="12", region="75", channel="state_corporation")
    made.event("1", "stage", "06-02 12:00", "LAND")
    made.event("1", "stage", "06-02 15:00", "REGISTRY")
    made.event("1", "stage", "06-02 17:00", "nobody")
    made.completed("1", "06-03 12:00")
    made.outage(7, "registry", "06-02 13:00", "06-02 14:00")
    made.received("2", "06-03 10:00")
    made.event("2", "stage", "06-03 10:00", "LAND")
    made.received("3", "04-01 10:00", completed_at=moment("04-02 10:00"))
    made.round("06-04 09:30")
    yield made
    engine.dispose()


def _parts(world: World, connection: Connection, by: By) -> dict[str, Part]:
    return {p.name: p for p in parts(connection, world.environment, by, MOMENT, SINCE)}


def test_by_body_each_has_its_own_part(world: World) -> None:
    with world.engine.begin() as connection:
        found = _parts(world, connection, "body")
    assert {name: (part.applications, part.whole) for name, part in found.items()} == {
        "office:12": (1, 2 * HOUR),
        "body:LAND": (2, 2 * HOUR + 9 * HOUR),
        "outage:7": (1, HOUR),
        "body:REGISTRY": (1, 2 * HOUR),
        "unknown": (1, 4 * HOUR),
    }


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("service", {"00100101"}),
        ("region", {"75", "unknown"}),
        ("channel", {"state_corporation", "portal"}),
        ("month", {"2025-06"}),
    ],
)
def test_each_row_is_split_among_all(world: World, by: By, names: set[str]) -> None:
    assert by in get_args(By)
    with world.engine.begin() as connection:
        found = _parts(world, connection, by)
    assert found.keys() == names
    assert sum(part.applications for part in found.values()) == 2
    assert sum(part.whole for part in found.values()) == (11 + 9) * HOUR
    assert all(sum(part.shares.values()) == part.whole for part in found.values())


def test_what_was_odd_is_counted(world: World) -> None:
    with world.engine.begin() as connection:
        assert odd(connection, world.environment, MOMENT, SINCE) == {"stranger": 1}


def test_one_application_is_explained(world: World) -> None:
    with world.engine.begin() as connection:
        found = explain(connection, world.environment, "1", None, MOMENT)
    assert found.whole == 11 * HOUR == sum(found.shares.values())
    assert [(piece["party"], piece["seconds"] // HOUR) for piece in found.pieces] == [
        ("office:12", 2),
        ("body:LAND", 1),
        ("outage:7", 1),
        ("body:LAND", 1),
        ("body:REGISTRY", 2),
        ("unknown", 4),
    ]
    assert [outage["id"] for outage in found.outages] == [7]
    assert found.odd == ["A holder is not in the register; the time is unknown"]


def test_explaining_makes_no_table_and_asks_few_questions(world: World) -> None:
    asked: list[str] = []
    with world.engine.begin() as connection:
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2]))
        explain(connection, world.environment, "1", None, MOMENT)
        questions = len(asked)
        query = text("SELECT count(*) FROM pg_class WHERE relpersistence = 't'")
        assert connection.execute(query).scalar() == 0
    assert questions == 4, "whose it is, the pieces, the stops, the outages"


def test_what_is_explained_is_what_is_kept(world: World) -> None:
    with world.engine.begin() as connection:
        found = explain(connection, world.environment, "1", None, MOMENT)
        kept = connection.execute(text("SELECT * FROM clocks WHERE number = '1'")).mappings().one()
    assert found.shares == {name: kept[name] for name in SHARES}
    assert found.whole == kept["whole"]
    timed = [piece for piece in found.pieces if piece["seconds"]]
    assert [piece["party"] for piece in timed] == kept["parties"]
    assert [piece["seconds"] for piece in timed] == kept["seconds"]


def test_the_past_is_explained_as_it_was(world: World) -> None:
    with world.engine.begin() as connection:
        found = explain(connection, world.environment, "1", None, moment("06-02 16:00"))
    assert found.whole == 6 * HOUR
    assert found.pieces[-1]["party"] == "body:REGISTRY"


@pytest.mark.parametrize(
    ("kind", "at", "said"),
    [
        ("completed", "06-03 15:00", "An event says completed, the application does not"),
        ("stage", "06-05 10:00", "An event lies in the future"),
    ],
)
def test_an_open_application_decides_against_its_events(
    world: World, kind: str, at: str, said: str
) -> None:
    world.event("2", kind, at, "LAND")
    with world.engine.begin() as connection:
        found = explain(connection, world.environment, "2", None, MOMENT)
    assert found.odd[0].startswith(said)
    assert found.shares["body"] == found.whole == 9 * HOUR


def test_what_is_not_there_is_said(world: World) -> None:
    with world.engine.begin() as connection:
        with pytest.raises(ConfigurationError, match="no application of this number"):
            explain(connection, world.environment, "99", None, MOMENT)
        connection.execute(
            text("""
                INSERT INTO applications (system, number, service, received_at, source, pull_id)
                VALUES ('other', '1', 's', '2025-06-01 10:00+05', 'x', 1)
            """)
        )
        with pytest.raises(ConfigurationError, match="office, other use this number"):
            explain(connection, world.environment, "1", None, MOMENT)
