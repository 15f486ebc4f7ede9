"""What follows from what a person says of a case, for each kind of case."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine

from flows.composite_services import history
from flows.composite_services.assistance.cases import How
from models import trail
from models.errors import ConfigurationError
from tests.flows.composite_services.assistance.conftest import ASK, CHILD, Standing

RESULT = {"child_iin": CHILD}
REFUSAL = {"reason": "No such mother", "grounds": "point 9"}
WHOLE = "SELECT sentence FROM composite_applications"


@pytest.mark.parametrize(
    ("how", "answers", "birth", "allowance"),
    [
        ("done", RESULT, "done", "ready"),
        ("refused", REFUSAL, "refused", "dropped"),
        ("again", {}, "ready", "pending"),
        ("go_on", {}, "ready", "pending"),
        ("drop", {}, "dropped", "dropped"),
    ],
)
def test_what_was_never_sent(
    standing: Standing, how: How, answers: dict[str, Any], birth: str, allowance: str
) -> None:
    resolved = standing.at("person").says(how, answers)
    assert (resolved.became, resolved.number) == (birth, "OA-2026-000001-1")
    found = standing.states()
    assert (found["birth"], found["allowance"]) == (birth, allowance)


def test_a_step_in_doubt_is_asked_for_where_the_body_can_tell(standing: Standing) -> None:
    assert standing.at("person", sent=True, ask=ASK).says("go_on").became == "waiting"
    assert standing.one("SELECT reason FROM composite_steps WHERE step = 'birth'") == "in_doubt"
    assert standing.one("SELECT attempts FROM composite_steps WHERE step = 'birth'") == 0


def test_a_step_in_doubt_is_never_sent_again_by_going_on(standing: Standing) -> None:
    standing.at("person", sent=True)
    with pytest.raises(ConfigurationError, match="Ask by telephone"):
        standing.says("go_on")
    assert standing.states()["birth"] == "person"
    assert standing.one("SELECT state FROM assistance_cases") == "open"


def test_what_only_reads_or_does_nothing_twice_is_sent_again(standing: Standing) -> None:
    assert standing.at("person", sent=True, repeatable=True).says("go_on").became == "ready"


def test_after_a_refusal_the_rest_goes_on_without_it(standing: Standing) -> None:
    standing.at("person", refusal=True, sent=True).says("go_on")
    found = standing.states()
    assert (found["birth"], found["allowance"]) == ("refused", "ready")


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({}, "child_iin: .*"),
        ({"child_iin": "260301600015"}, "child_iin: .*"),
        ({**RESULT, "color": "red"}, "color: .*"),
    ],
)
def test_results_that_later_steps_need_are_asked_for_by_name_and_checked(
    standing: Standing, answers: dict[str, Any], problem: str
) -> None:
    standing.at("person")
    with pytest.raises(ConfigurationError, match=problem) as told:
        standing.says("done", answers)
    assert "act, child_iin" in str(told.value)
    assert "260301600015" not in str(told.value)
    assert standing.states()["birth"] == "person"


@pytest.mark.parametrize("answers", [{}, {"reason": " "}, {"reason": "no", "colour": "red"}])
def test_a_refusal_without_a_reason_is_none(standing: Standing, answers: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="reason="):
        standing.at("person").says("refused", answers)


def test_the_refusal_reaches_the_step(standing: Standing) -> None:
    standing.at("person").says("refused", REFUSAL)
    assert standing.one("SELECT refusal FROM composite_steps WHERE step = 'birth'") == REFUSAL


@pytest.mark.parametrize(
    ("verdict", "birth"), [("yes", "done"), ("no", "refused"), ("perhaps", None)]
)
def test_a_task_is_filled_in_by_its_own_fields(
    standing: Standing, verdict: str, birth: str | None
) -> None:
    standing.at("person", "task")
    if birth is None:
        with pytest.raises(ConfigurationError, match="verdict"):
            standing.says("done", {"verdict": verdict})
        return
    assert standing.says("done", {"verdict": verdict}, "The commission met").became == birth
    if birth == "refused":
        query = "SELECT refusal ->> 'reason' FROM composite_steps WHERE step = 'birth'"
        assert standing.one(query) == "The commission met"


@pytest.mark.parametrize(
    ("kind", "how", "birth", "whole"),
    [
        ("letter", "done", "undone", "ended/cancelled"),
        ("letter", "drop", "done", "ended/cancelled"),
        ("incident", "done", "undone", "ended/cancelled"),
        ("incident", "again", "undoing", "cancelling"),
        ("incident", "drop", "done", "ended/cancelled"),
    ],
)
def test_what_was_to_be_undone(
    standing: Standing, kind: Any, how: How, birth: str, whole: str
) -> None:
    undo = {"by": "letter", "to": "REG", "text": {"en": "Please annul {reference}"}}
    standing.at("undoing", kind, cancelled=True, undo=undo).says(how)
    found = standing.states()
    assert (found["birth"], found[""]) == (birth, whole)


@pytest.mark.parametrize(
    ("kind", "how"), [("letter", "again"), ("task", "again"), ("incident", "go_on")]
)
def test_what_is_not_said_of_a_kind(standing: Standing, kind: Any, how: How) -> None:
    with pytest.raises(ConfigurationError, match="is not said of a case of kind"):
        standing.at("undoing" if kind != "task" else "person", kind).says(how)


def test_of_two_at_once_the_second_sees_what_happened(standing: Standing) -> None:
    standing.at("person")

    def says(how: How) -> str:
        try:
            return standing.says(how).became
        except ConfigurationError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(says, ("again", "drop")), key=len)
    assert told[0] in ("ready", "dropped")
    assert "person:aigul resolved it on 2026-03-02" in told[1]
    assert standing.states()["birth"] == told[0]


def test_a_step_that_went_on_by_itself_needs_nobody(standing: Standing) -> None:
    with pytest.raises(ConfigurationError, match="it is done"):
        standing.at("done").says("again")


def test_a_case_that_is_not_there(standing: Standing) -> None:
    standing.at("person").case = 999
    with pytest.raises(ConfigurationError, match="no such case"):
        standing.says("again")


def test_nothing_said_is_nothing_resolved(standing: Standing) -> None:
    with pytest.raises(ConfigurationError, match="--resolution"):
        standing.at("person").says("again", resolution=" ")


def test_it_is_one_entry_of_the_trail_by_the_person_with_identifiers_masked(
    standing: Standing, engine: Engine
) -> None:
    standing.at("person").says("done", RESULT, f"The registry told of {CHILD}")
    with engine.connect() as connection:
        assert trail.verify(connection).ok
        assert history.broken(connection) == []
    query = "SELECT {} FROM audit_entries WHERE action = 'composite.resolved'"
    assert standing.one(query.format("actor")) == "person:aigul"
    assert standing.one(query.format("basis")) == "The registry told of ••••••••0018"
    assert CHILD not in str(standing.one(query.format("details")))
