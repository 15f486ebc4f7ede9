"""Each language says the same sentences, and each template can be filled."""

from string import Formatter

import pytest

from flows.speaking.catalogs import languages, messages, templates
from flows.speaking.kinds import KINDS, UNITS
from flows.speaking.templates import Template

CATALOGS = ["sentences", "notices"]


def all_templates(language: str) -> list[tuple[str, Template]]:
    return [(context, each) for context, group in templates(language).items() for each in group]


def test_there_are_languages() -> None:
    assert languages() == ("kk", "ru")
    assert set(UNITS) == set(languages())


@pytest.mark.parametrize("catalog", CATALOGS)
def test_each_language_says_all_that_the_others_say(catalog: str) -> None:
    first, *others = (set(messages(language, catalog)) for language in languages())
    assert first
    assert all(other == first for other in others)


@pytest.mark.parametrize("language", languages())
def test_every_place_is_filled_and_every_kind_is_known(language: str) -> None:
    contexts = {"said", *templates(language)}
    for context, template in all_templates(language):
        said = {name for _, name, _, _ in Formatter().parse(template.words) if name is not None}
        assert said == set(template.places), f"{context}: {template.english}"
        for place in template.places.values():
            assert place.kind in KINDS or place.context in contexts, template.english


@pytest.mark.parametrize("language", languages())
def test_every_context_is_a_place_of_some_template(language: str) -> None:
    asked = {
        place.context
        for _, template in all_templates(language)
        for place in template.places.values()
    }
    assert set(templates(language)) - {""} <= asked


def test_something_stands_between_two_places() -> None:
    """Or nobody could tell where the first ends."""
    for _, template in all_templates("ru"):
        literals = [literal for literal, *_ in Formatter().parse(template.english)][1:]
        assert all(literals), template.english
