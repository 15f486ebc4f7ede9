"""From a text to its words, in any language and however badly written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.hidden_services.matching.text import LONGEST, clean, folded, words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Выдача справки", ["Выдача", "справки"]),
        ("<b>Issue</b> of&nbsp;a<br/>permit", ["Issue", "of", "a", "permit"]),
        ("<style>p {color: red}</style>Permit<!-- draft -->", ["Permit"]),
        ("fee < 5 and > 3", ["fee", "5", "and", "3"]),
        ("getBirthCertificate", ["get", "Birth", "Certificate"]),
        ("issue_permit", ["issue", "permit"]),
        ("ВыдачаСправки", ["Выдача", "Справки"]),
        ("the ProUni grant", ["the", "ProUni", "grant"]),
        ("НДФЛ", ["НДФЛ"]),
        ("закон Р.К. о P&D", ["закон", "РК", "о", "PD"]),
        ("l’acte d'état", ["l", "acte", "d", "état"]),
        ("об'єкта", ["обєкта"]),
        ("¡¿—!", []),
        ("", []),
    ],
)
def test_words(text: str, wanted: list[str]) -> None:
    assert words(clean(text)) == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ребёнок", "РЕБЕНОК"),
        ("справка", "cпpaвкa"),  # Latin c, p, a
        ("Казахстан", "Kazahstan"),
        ("Казахстан", "Kazakhstan"),
        ("жилье", "zhile"),
        ("щит", "shchit"),
        ("тіркеу", "тиркеу"),
        ("қызмет", "кызмет"),
        ("тұлға", "тулга"),
        ("Gebühr", "Gebuehr"),
        ("educação", "EDUCACAO"),
        ("Straße", "Strasse"),
        ("підприємець", "pidpryiemets"),
        ("licence", "li\u00adcence"),
        ("ﬁne", "fine"),
        ("accommodation", "acomodation"),
    ],
)
def test_spellings_of_one_word_come_out_alike(one: str, other: str) -> None:
    [first], [second] = words(clean(one)), words(clean(other))
    assert folded(first) == folded(second)


@pytest.mark.parametrize(("one", "other"), [("ИИН", "ин"), ("БИН", "ИИН"), ("в", "у")])
def test_words_that_are_others_stay_others(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text())
def test_any_text_has_words_of_letters_and_digits(text: str) -> None:
    for word in words(clean(text)):
        assert word
        assert folded(word) == "" or folded(word).isalnum()
        assert folded(word).isascii()


@given(st.text(min_size=1, max_size=30), st.integers(1, 20_000))
def test_what_is_looked_at_is_bounded(text: str, times: int) -> None:
    assert len(clean(text * times)) <= LONGEST


def test_a_long_text_of_tags_is_no_trouble() -> None:
    assert clean("<" * 200_000) != ""
    assert len(clean("<" * 200_000)) <= LONGEST
    assert clean("<b>" * 5_000 + "permit").endswith("permit")
