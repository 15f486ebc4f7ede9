"""The sentence of a held step: which system, and until when, in the applicant's language."""

from datetime import timedelta

import pytest

from flows.composite_services.holding.blocked import ExpectedBy, Held, Reason
from flows.composite_services.holding.saying import words
from flows.composite_services.words import said
from models.environment.loader import Environment
from tests.flows.composite_services.holding.conftest import NOON

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("reason", "after", "sentence"),
    [
        ("system_down", None, "Birth: Queue does not work now;"),
        ("system_down", HOUR, "Birth: Queue does not work now; expected back by 13:00;"),
        ("circuit_open", None, "Birth: Queue does not answer now;"),
        ("circuit_open", 30 * HOUR, "expected back by 2026-03-03 18:00;"),
        ("maintenance", 2 * HOUR, "Birth: Queue is being maintained until 14:00;"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_sentence(
    house: Environment, reason: Reason, after: timedelta | None, sentence: str, language: str
) -> None:
    by: ExpectedBy = "objective"
    held = Held(reason, "queue", NOON, *((NOON + after, by) if after else ()))
    code, values = words(held, house, language, NOON)
    told = said(code, language, step="Birth", **values)
    if language == "en":
        assert sentence in told
    assert "Queue" in told
    assert ("until" in values) == (after is not None)
