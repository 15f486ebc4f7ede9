"""A probable cause is revised: a dispute granted or refused, or more is known."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from flows.delays.reviews.decide import Dispute, dispute
from flows.delays.reviews.revise import Revision, revise
from flows.delays.reviews.steps import Decided
from models.errors import ConfigurationError, Overtaken
from tests.flows.delays.world import World, moment

NOW = moment("06-05 12:00")
OTHER = Revision("own_staff", "12", "The office kept it over the weekend")
SAME = Revision("late_at_body", "LAND", "The plan did not come back at all")


def _revise(world: World, revision: Revision) -> Decided:
    with world.engine.begin() as connection:
        review = connection.execute(text("SELECT min(id) FROM reviews")).scalar_one()
        return revise(connection, world.environment, review, revision, actor="person:a", now=NOW)


def _disputed(world: World) -> None:
    position = Dispute("LAND", "not_ours", "It came back twice")
    with world.engine.begin() as connection:
        review = connection.execute(text("SELECT min(id) FROM reviews")).scalar_one()
        dispute(connection, world.environment, review, position, actor="person:b", now=NOW)


@pytest.mark.parametrize(
    ("disputed", "revision", "reason"),
    [
        (True, OTHER, "dispute_granted"),
        (True, SAME, "dispute_refused"),
        (False, OTHER, "revised"),
        (False, SAME, "kept"),
    ],
)
def test_a_dispute_is_decided(
    world: World, disputed: bool, revision: Revision, reason: str
) -> None:
    if disputed:
        _disputed(world)
    assert _revise(world, revision).became == "open"
    party = "office:12" if revision is OTHER else "body:LAND"
    assert world.all("SELECT state, cause, party FROM reviews") == [("open", revision.cause, party)]
    last = world.all("SELECT reason, sentence FROM review_changes ORDER BY id DESC LIMIT 1")
    assert last == [(reason, revision.why)]
    (questions,) = world.all("SELECT questions ->> 0 FROM reviews")
    asked = (
        "Why did it lie at the office?" if revision is OTHER else "Why did the body need longer?"
    )
    assert questions == (asked,)


def test_nobody_answers_for_some_causes(world: World) -> None:
    _revise(world, Revision("not_known", None, "The stages say nothing"))
    assert world.all("SELECT cause, party FROM reviews") == [("not_known", None)]


@pytest.mark.parametrize(
    ("revision", "found"),
    [
        (replace(OTHER, cause="weather"), "no cause 'weather'"),
        (replace(OTHER, body=None), "no body is given"),
        (replace(OTHER, body="NOBODY"), "the register has no body"),
        (replace(OTHER, why=" "), "no reason is given"),
        (replace(OTHER, why="x" * 10_001), "10,001 characters"),
    ],
)
def test_a_revision_needs(world: World, revision: Revision, found: str) -> None:
    with pytest.raises(ConfigurationError, match=found):
        _revise(world, revision)


def test_who_comes_second_is_told(world: World) -> None:
    _disputed(world)
    with pytest.raises(Overtaken, match="It came back twice"):
        _revise(world, replace(OTHER, seen=0))
    assert world.all("SELECT state, cause FROM reviews") == [("disputed", "late_at_body")]
