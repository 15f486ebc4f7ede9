"""Initials of words on end, and what is spelled out by them."""

import pytest

from flows.hidden_services.matching.abbreviations import (
    beginnings_of,
    initials_of,
    is_abbreviation,
    spans,
)
from flows.hidden_services.matching.entries import Entry
from flows.hidden_services.matching.register import Register

NAMES = (
    "Issue of an individual identification number",
    "Registration of a limited liability company",
    "Award of the old age pension",
    "Licence for the sale of alcohol",
    "Присвоение бизнес идентификационного номера",
    "Transfer of land to the Ministry of Finance",
)
REGISTER = Register.from_rows(Entry(name, name) for name in NAMES)


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("IIN", True), ("ИИН", True), ("P2", True), ("I", False), ("Iin", False),
     ("REGISTRATION", False), ("12", False)],
)  # fmt: skip
def test_what_looks_like_initials(word: str, is_one: bool) -> None:
    assert is_abbreviation(word) is is_one


def test_small_words_are_passed_over_and_not() -> None:
    written = ["Ministry", "of", "Finance"]
    assert initials_of(written) == {"mof", "mo", "mf", "of"}
    found = spans(written, beginnings_of({"mof", "mf", "of", "mofa"}))
    assert {span.initials for span in found} == {"mof", "mf", "of"}
    [span] = spans(written, beginnings_of({"mf"}))
    assert [written[place] for place in span.places] == ["Ministry", "Finance"]


@pytest.mark.parametrize(
    ("observed", "nearest"),
    [
        ("Get an IIN", NAMES[0]),
        ("LLC", NAMES[1]),
        ("OAP claims", NAMES[2]),
        ("Получить БИН", NAMES[4]),
        ("MF land", NAMES[5]),
    ],
)
def test_the_short_form_finds_the_long_one(observed: str, nearest: str) -> None:
    [match] = REGISTER.match([Entry("", observed)])
    assert match.nearest[0].id == nearest
    short = next(word for word in observed.split() if word.isupper())
    assert short in match.nearest[0].shared


def test_the_long_form_finds_the_short_one() -> None:
    register = Register.from_rows(
        [Entry("1", "Выдача ЭЦП"), Entry("2", "Выдача паспорта"), Entry("3", "Выдача талона")]
    )
    [match] = register.match([Entry("", "Получение электронной цифровой подписи")])
    assert match.nearest[0].id == "1"
    assert {"электронной", "цифровой", "подписи"} <= set(match.nearest[0].shared)
