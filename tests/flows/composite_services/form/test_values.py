"""Values of a form, type by type."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.composite_services.form.values import Given, Wrong, parsed
from flows.composite_services.words.saying import words
from models.environment.composite_forms import FormField
from models.environment.settings import CheckDigit, Identifier

IIN = Identifier(
    pattern=r"\d{12}",
    check=CheckDigit(modulus=11, weights=[list(range(1, 12)), [*range(3, 12), 1, 2]]),
)
GIVEN = Given({"iin": IIN}, date(2026, 3, 10))
KINDS: dict[str, dict[str, Any]] = {
    "text": {"longest": 10},
    "identifier": {"identifier": "iin"},
    "date": {"not_before": "2020-01-01", "not_after": "today"},
    "integer": {},
    "decimal": {},
    "choice": {"choices": {"boy": {"en": "Boy"}, "girl": {"en": "Girl"}}},
    "boolean": {},
    "phone": {},
    "email": {},
}


def _field(kind: str, **more: Any) -> FormField:
    given = {"name": "x", "type": kind, "labels": {"en": "X"}, **KINDS[kind], **more}
    return FormField.model_validate(given)


RIGHT = [
    ("text", "  Әли ", "Әли"),
    ("text", "a\nb", "a\nb"),
    ("text", "e\u0301", "\u00e9"),
    ("identifier", "850101400011", "850101400011"),
    ("identifier", " 850101 400011", "850101400011"),
    ("date", "2026-03-10", "2026-03-10"),
    ("date", "2024-02-29", "2024-02-29"),
    ("integer", 7, 7),
    ("integer", " -12", -12),
    ("decimal", "1234.50", "1234.50"),
    ("decimal", 0.1, "0.1"),
    ("decimal", 3, "3"),
    ("choice", "girl", "girl"),
    ("boolean", False, False),
    ("phone", "+7 (701) 000-00-00", "+77010000000"),
    ("email", "a.b@example.kz", "a.b@example.kz"),
]


@pytest.mark.parametrize(("kind", "raw", "kept"), RIGHT)
def test_right(kind: str, raw: Any, kept: Any) -> None:
    assert parsed(_field(kind), raw, GIVEN) == kept


WRONG = [
    ("text", 5, "form_not_a_text"),
    ("text", "x" * 11, "form_too_long"),
    ("text", "x" * 10_000, "form_too_long"),
    ("text", "a\x00b", "form_odd_letters"),
    ("text", "a\ud800", "form_odd_letters"),
    ("text", ["a"], "form_not_a_text"),
    ("identifier", "850101400012", "form_not_an_identifier"),
    ("identifier", "85010140001", "form_not_an_identifier"),
    ("identifier", "٨٥٠١٠١٤٠٠٠١١", "form_not_an_identifier"),
    ("identifier", 850101400011, "form_not_a_text"),
    ("date", "2026-03-11", "form_too_late"),
    ("date", "2019-12-31", "form_too_early"),
    ("date", "2026-02-30", "form_not_a_day"),
    ("date", "10.03.2026", "form_not_a_day"),
    ("date", "2026-W10-2", "form_not_a_day"),
    ("date", 20260310, "form_not_a_day"),
    ("integer", 1.5, "form_not_an_integer"),
    ("integer", True, "form_not_an_integer"),
    ("integer", "9" * 30, "form_not_an_integer"),
    ("integer", "٣", "form_not_an_integer"),
    ("decimal", "NaN", "form_not_a_number"),
    ("decimal", "1e999999", "form_not_a_number"),
    ("decimal", True, "form_not_a_number"),
    ("decimal", "1,5", "form_not_a_number"),
    ("choice", "other", "form_not_a_choice"),
    ("choice", {"boy": 1}, "form_not_a_choice"),
    ("boolean", "true", "form_not_yes_or_no"),
    ("boolean", 1, "form_not_yes_or_no"),
    ("phone", "87010000000", "form_not_a_phone"),
    ("phone", "+7701", "form_not_a_phone"),
    ("email", "a@b", "form_not_an_email"),
    ("email", "a b@example.kz", "form_not_an_email"),
    ("email", "a" * 300 + "@example.kz", "form_too_long"),
]


@pytest.mark.parametrize(("kind", "raw", "code"), WRONG)
def test_wrong(kind: str, raw: Any, code: str) -> None:
    with pytest.raises(Wrong) as wrong:
        parsed(_field(kind), raw, GIVEN)
    assert wrong.value.code == code


def test_a_pattern_is_matched_as_a_whole() -> None:
    field = _field("text", pattern="[0-9]{3}")
    assert parsed(field, "123", GIVEN) == "123"
    with pytest.raises(Wrong, match="form_not_the_pattern"):
        parsed(field, "1234", GIVEN)


_ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())
)


@given(kind=st.sampled_from(sorted(KINDS)), raw=_ANYTHING)
def test_whatever_is_written_is_right_or_named_wrong(kind: str, raw: Any) -> None:
    field = _field(kind)
    try:
        kept = parsed(field, raw, GIVEN)
    except Wrong as wrong:
        code = wrong.code
    else:
        code = ""
        assert parsed(field, kept, GIVEN) == kept, "what is kept is read the same again"
    assert code == "" or code in words()
