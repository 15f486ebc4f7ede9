"""Codes of delays and reviews have words, so that no page shows a bare code."""

import pytest

from console.web.delay_labels import QUESTIONS, TABLES
from console.web.labels import CAUSES as CAUSE_LABELS
from flows.delays.forecast.why import _NONE, _WORDS
from flows.delays.reviews import causes
from flows.delays.reviews.decide import POSITIONS
from models.clocks import SHARES
from models.reviews import CAUSES, STATES


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("review_state", STATES),
        ("review_step", POSITIONS),
        ("share", SHARES),
        ("forecast_group", _WORDS),
        ("no_forecast", _NONE),
    ],
)
def test_every_code_has_words(table: str, codes: tuple[str, ...]) -> None:
    assert set(codes) <= TABLES[table].keys()


def test_every_cause_has_words() -> None:
    assert set(CAUSES) == CAUSE_LABELS.keys()


def test_every_question_of_ours_can_be_translated() -> None:
    assert {each for asked in causes.QUESTIONS.values() for each in asked} == set(QUESTIONS)
