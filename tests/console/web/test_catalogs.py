"""Every word of the pages is there in every language that the console speaks."""

import pytest
from babel.messages.catalog import Catalog

from console.web.catalogs import fill, known, languages, spoken, words
from console.web.language import translations

LANGUAGES = languages()
WORDS = words()
IN_BOTH_ALIKE = {
    "Audit", "Body", "Code", "Department", "Digest", "Escalation", "Seconds", "Telephone", "Tereze",
    "Trail", "a body",
}  # fmt: skip


def test_there_are_languages() -> None:
    assert LANGUAGES == ["kk", "ru"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", sorted(WORDS))
def test_no_word_is_missing(language: str, area: str) -> None:
    there = {message.id for message in known(language, area) if message.string}
    missing = [message.id for message in WORDS[area] if message.id and message.id not in there]
    assert not missing, f"run `python -m console.web.catalogs {area}` and fill in what is empty"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", sorted(WORDS))
def test_words_keep_their_values(language: str, area: str) -> None:
    catalog: Catalog = known(language, area)
    for message in catalog:
        if message.id:
            assert not list(message.check(catalog)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_every_area_are_found(language: str) -> None:
    said = translations(language)
    for catalog in WORDS.values():
        for message in catalog:
            if isinstance(message.id, str) and message.id:
                assert said.gettext(message.id) != message.id, message.id


def test_no_word_of_one_language_stands_in_another() -> None:
    kazakh = {
        message.id
        for area in WORDS
        for message in known("ru", area)
        if message.id and set(str(message.string)) & set("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
    }
    assert not kazakh
    russian = {message.id: message.string for area in WORDS for message in known("ru", area)}
    alike = {
        message.id
        for area in WORDS
        for message in known("kk", area)
        if message.id and message.string == russian.get(message.id)
    }
    assert alike == IN_BOTH_ALIKE


def test_words_that_move_to_another_catalog_keep_what_they_say() -> None:
    fresh, said = Catalog(), spoken("ru")
    for words_ in ("Today", "Sign in", "never said before"):
        fresh.add(words_)
    fresh["Sign in"].string = "as it was"
    fill(fresh, said)
    assert fresh["Today"].string == "Сегодня"
    assert fresh["Sign in"].string == "as it was"
    assert not fresh["never said before"].string
