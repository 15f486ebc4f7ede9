"""Every word of the pages is there in every language that the console speaks."""

import pytest

from console.web.catalogs import known, words
from console.web.language import CATALOGS

LANGUAGES = sorted(path.stem for path in CATALOGS.glob("*.po"))


def test_there_are_languages() -> None:
    assert LANGUAGES == ["kk", "ru"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_missing(language: str) -> None:
    catalog = known(language)
    there = {message.id for message in catalog if message.string}
    missing = [message.id for message in words() if message.id and message.id not in there]
    assert not missing, "run `python -m console.web.catalogs` and fill in what is empty"


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_keep_their_values(language: str) -> None:
    for message in known(language):
        if message.id:
            assert not list(message.check()), message.id
