"""Sentences on pages: in the reader's language, escaped, and marked where they are not."""

import pytest

from console.web.saying import sentence_sayer

KNOWN = "3 row(s) of land.applications are held in quarantine"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("ru", "land.applications: задержано строк: 3"),
        ("kk", "land.applications: кідіртілген жол саны: 3"),
        ("en", KNOWN),
    ],
)
def test_a_sentence_is_in_the_readers_language(language: str, shown: str) -> None:
    assert sentence_sayer(language)(KNOWN) == shown


def test_english_is_marked_for_whoever_reads_another_language() -> None:
    assert sentence_sayer("ru")("Who knows") == '<span lang="en">Who knows</span>'
    assert sentence_sayer("en")("Who knows") == "Who knows"


def test_what_people_wrote_in_their_own_script_is_left_alone() -> None:
    assert sentence_sayer("ru")("Позвонила, обещали к вечеру") == "Позвонила, обещали к вечеру"


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_it_is_escaped(language: str) -> None:
    say = sentence_sayer(language)
    for sentence in ("<script>x</script>", "<script>x</script> is looked at again"):
        assert "<script" not in say(sentence)
    assert say("land<b>: it can be read").startswith("land&lt;b&gt;: ")


def test_nothing_is_said_of_nothing() -> None:
    assert sentence_sayer("ru")(None) == ""
    assert sentence_sayer("ru")("") == ""
