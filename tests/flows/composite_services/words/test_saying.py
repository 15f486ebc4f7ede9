"""Every code says the same in each language, and says it with the same values."""

from string import Formatter

import pytest

from flows.composite_services.words import said
from flows.composite_services.words.saying import words


@pytest.mark.parametrize("code", sorted(words()))
def test_each_code_has_all_three_languages_with_the_same_values(code: str) -> None:
    sentences = words()[code]
    assert set(sentences) == {"ru", "kk", "en"}
    needed = {
        language: {name for _, name, _, _ in Formatter().parse(sentence) if name}
        for language, sentence in sentences.items()
    }
    assert needed["ru"] == needed["kk"] == needed["en"]
    assert sentences["en"] not in (sentences["ru"], sentences["kk"]), "it is not translated"


def test_a_language_that_is_not_there_is_said_in_english() -> None:
    assert said("done", "de", step="Registration") == "Registration: done"


def test_a_value_that_is_needed_is_not_guessed() -> None:
    with pytest.raises(KeyError):
        said("done", "en")
    with pytest.raises(KeyError):
        said("no_such_code", "en")
