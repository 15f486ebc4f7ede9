"""What comes later revises a probable cause, where nobody has said anything yet."""

from typing import Any

import pytest
from sqlalchemy import text

from flows.delays.reviews.decide import Dispute, dispute
from flows.delays.reviews.revise import Revision, revise
from tests.flows.delays.world import World, moment

FOUND = "SELECT cause, party, state, revision FROM reviews ORDER BY id"


def _spoken(world: World, *says: Any) -> None:
    """Somebody takes a position, or revises the cause, of the one review."""
    with world.engine.begin() as connection:
        review = connection.execute(text("SELECT id FROM reviews")).scalar_one()
        for each in says:
            act: Any = dispute if isinstance(each, Dispute) else revise
            act(
                connection,
                world.environment,
                review,
                each,
                actor="person:a",
                now=moment("06-05 10:30"),
            )


def test_an_event_that_arrives_late(world: World) -> None:
    world.event("1", "stage", "06-02 12:00", "12")
    world.round("06-05 11:00")
    assert world.all(FOUND) == [("own_staff", "office:12", "open", 1)]
    last = world.all("SELECT reason, actor FROM review_changes ORDER BY id DESC LIMIT 1")
    assert last == [("more_is_known", "test")]
    assert world.all("SELECT questions ->> 0, evidence ->> 'body_seconds' FROM reviews") == [
        ("Why did it lie at the office?", "3600")
    ]
    world.round("06-05 12:00")
    assert world.all("SELECT count(*) FROM review_changes") == [(2,)], "once is enough"


def test_an_outage_that_is_proven_later(world: World) -> None:
    world.outage(7, "registry", "06-03 09:00", "06-04 18:00")
    world.round("06-05 11:00")
    assert world.all(FOUND) == [("outage", "body:REGISTRY", "open", 1)]


@pytest.mark.parametrize(
    "says",
    [
        [Dispute("LAND", "accept", "It was us")],
        [Revision("late_at_body", "LAND", "We asked them")],
    ],
    ids=["accepted", "kept by a person"],
)
def test_what_people_said_stays(world: World, says: list[Any]) -> None:
    _spoken(world, *says)
    world.event("1", "stage", "06-02 12:00", "12")
    world.round("06-05 11:00")
    assert [row[:2] for row in world.all(FOUND)] == [("late_at_body", "body:LAND")]
    assert len(world.all("SELECT 1 FROM review_cases")) == 1
