"""People and reviews: positions, closing, two at once, and what may not be left out."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from flows.delays.reviews.decide import Closing, Dispute, close, dispute
from flows.delays.reviews.listing import Wanted, listed, show, statistics
from models.errors import ConfigurationError, Overtaken
from tests.flows.delays.world import World, moment

NOW = moment("06-05 12:00")
DONE = Closing(
    cause="late_at_body",
    body="LAND",
    measure="A second clerk reads the plans",
    restored=True,
    answers=("One clerk was ill", "There are two now"),
)
NOT_OURS = Dispute("LAND", "not_ours", "The plan came back from the office twice")


def _close(world: World, closing: Closing) -> Any:
    with world.engine.begin() as connection:
        review = connection.execute(text("SELECT min(id) FROM reviews")).scalar_one()
        return close(connection, world.environment, review, closing, actor="person:a", now=NOW)


def _dispute(world: World, position: Dispute) -> Any:
    with world.engine.begin() as connection:
        review = connection.execute(text("SELECT min(id) FROM reviews")).scalar_one()
        return dispute(connection, world.environment, review, position, actor="person:b", now=NOW)


def test_a_body_disputes_and_the_department_closes(world: World) -> None:
    assert _dispute(world, NOT_OURS).became == "disputed"
    accepted = replace(NOT_OURS, says="accept", why="We looked again")
    assert _dispute(world, accepted).became == "accepted"
    wrong = replace(NOT_OURS, says="rule_is_wrong", why="Two days are too few")
    assert _dispute(world, wrong).revision == 3
    done = _close(world, replace(DONE, seen=3))
    assert (done.was, done.became, done.revision) == ("disputed", "closed", 4)
    with world.engine.connect() as connection:
        (row,) = listed(connection, Wanted(states=("closed",)), NOW)
        shown = show(connection, row["id"])
    assert (row["cause"], row["overdue"], row["cases"]) == ("late_at_body", False, 1)
    assert shown.review["settled_body"] == "LAND"
    assert shown.review["answers"] == ["One clerk was ill", "There are two now"]
    assert [(each["was"], each["became"], each["reason"]) for each in shown.history] == [
        (None, "open", "late_at_body"),
        ("open", "disputed", "not_ours"),
        ("disputed", "accepted", "accept"),
        ("accepted", "disputed", "rule_is_wrong"),
        ("disputed", "closed", "late_at_body"),
    ]
    actions = [row[0] for row in world.all("SELECT action FROM audit_entries ORDER BY seq")]
    assert actions[-2:] == ["review.disputed", "review.closed"]


def test_who_comes_second_is_told(world: World) -> None:
    _dispute(world, NOT_OURS)
    with pytest.raises(Overtaken, match="LAND: The plan came back"):
        _close(world, replace(DONE, seen=0))
    _close(world, DONE)
    with pytest.raises(Overtaken, match="it is closed: person:a"):
        _close(world, DONE)
    with pytest.raises(Overtaken, match="it is closed"):
        _dispute(world, NOT_OURS)
    assert world.all("SELECT count(*) FROM review_changes") == [(3,)]


@pytest.mark.parametrize(
    ("closing", "found"),
    [
        (replace(DONE, cause="weather"), "no cause 'weather'"),
        (replace(DONE, measure="  "), "no measure is given"),
        (replace(DONE, body=None), "no body is given"),
        (replace(DONE, body="NOBODY"), "the register has no body 'NOBODY'"),
        (replace(DONE, answers=("One",)), "2 questions are asked and 1 answers given"),
        (replace(DONE, answers=("One", " ")), "2 questions are asked"),
    ],
)
def test_a_review_does_not_close_without(world: World, closing: Closing, found: str) -> None:
    with pytest.raises(ConfigurationError, match=found):
        _close(world, closing)
    assert world.all("SELECT state, revision FROM reviews") == [("open", 0)]


@pytest.mark.parametrize(
    ("position", "found"),
    [
        (replace(NOT_OURS, says="perhaps"), "no position 'perhaps'"),
        (replace(NOT_OURS, why=""), "no reason is given"),
        (replace(NOT_OURS, body="NOBODY"), "the register has no body"),
    ],
)
def test_a_position_needs(world: World, position: Dispute, found: str) -> None:
    with pytest.raises(ConfigurationError, match=found):
        _dispute(world, position)


def test_nobody_answers_for_what_is_not_known(world: World) -> None:
    done = _close(world, replace(DONE, cause="not_known", body=None, restored=False))
    assert done.became == "closed"


def test_no_such_review(world: World) -> None:
    with world.engine.begin() as connection:
        with pytest.raises(ConfigurationError, match="no review of this number"):
            show(connection, 999)
        with pytest.raises(ConfigurationError, match="no review of this number"):
            close(connection, world.environment, 999, DONE, actor="person:a")


def test_identifiers_are_masked_in_what_people_write(world: World) -> None:
    _dispute(world, replace(NOT_OURS, why="It was asked by 850101300123 again"))
    ((sentence,),) = world.all("SELECT sentence FROM review_changes WHERE reason = 'not_ours'")
    assert "850101300123" not in sentence
    assert "••••••••0123" in sentence


def test_statistics_by_cause(world: World) -> None:
    _close(world, replace(DONE, cause="own_staff", body="12"))
    world.received("2", "06-02 10:00")
    world.round("06-05 13:00")
    with world.engine.connect() as connection:
        late = moment("06-20 10:00")
        found = {row["cause"]: row for row in statistics(connection, late)}
        assert statistics(connection, late, since=late) == []
    staff, unknown = found["own_staff"], found["not_known"]
    assert (staff["cases"], staff["closed"], staff["restored"], staff["otherwise"]) == (1, 1, 1, 1)
    assert (unknown["open"], unknown["overdue"], unknown["closed"]) == (1, 1, 0)
