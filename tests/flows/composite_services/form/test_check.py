"""A form as a whole: every wrong field is named with its label, in the person's language."""

from datetime import UTC, datetime
from typing import Any

import pytest

from flows.composite_services.form.check import Checked, check
from models.environment.composite_forms import FormField
from models.environment.settings import Settings
from models.errors import ConfigurationError
from tests.environments import environment
from tests.flows.composite_services.small import composite, names

MOMENT = datetime(2026, 3, 10, 20, tzinfo=UTC)
"""In Almaty the 11th has begun."""
GOOD = {"mother_iin": "850101400011", "born_on": "2026-03-11"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return environment(tmp_path_factory.mktemp("form")).settings


def _check(settings: Settings, data: Any, language: str = "ru") -> Checked:
    return check(composite().form.fields, data, settings, language, MOMENT)


def test_a_right_form(settings: Settings) -> None:
    checked = _check(settings, GOOD | {"note": "  "})
    assert checked.values == GOOD, "the day is the office's own; an empty note is none"
    assert checked.problems == []


def test_every_wrong_field_is_named(settings: Settings) -> None:
    data = {"born_on": "2026-03-12", "note": "x" * 10_000, "child_iin": "1", "mother_in": "2"}
    checked = _check(settings, data)
    assert {each.field: each.code for each in checked.problems} == {
        "mother_iin": "form_missing",
        "born_on": "form_too_late",
        "note": "form_too_long",
        "child_iin": "form_state_has_it",
        "mother_in": "form_unknown_near",
    }
    sentences = {each.field: each.sentence for each in checked.problems}
    assert "«Day (ru)»" in sentences["born_on"]
    assert "2026-03-11" in sentences["born_on"]
    assert "государство" in sentences["child_iin"]
    assert "«mother_iin»" in sentences["mother_in"]


@pytest.mark.parametrize(
    ("language", "word"), [("kk", "толтырыңыз"), ("ru", "заполните"), ("en", "please")]
)
def test_in_the_language_of_the_person(settings: Settings, language: str, word: str) -> None:
    [problem] = _check(settings, {"born_on": "2026-03-01"}, language).problems
    assert word in problem.sentence
    assert f"Mother ({language})" in problem.sentence


def test_a_wrong_identifier_is_not_repeated(settings: Settings) -> None:
    [problem] = _check(settings, GOOD | {"mother_iin": "850101400012"}).problems
    assert problem.code == "form_not_an_identifier"
    assert "8501" not in problem.sentence


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_no_form(settings: Settings, data: Any) -> None:
    [problem] = _check(settings, data).problems
    assert problem.code == "form_no_form"


def test_many_unknown_fields_are_counted(settings: Settings) -> None:
    odd = {f"field number {n}": n for n in range(500)} | {5: "a number", "x" * 10_000: 1}
    problems = _check(settings, GOOD | odd).problems
    assert len(problems) == 21
    assert "482" in problems[-1].sentence
    assert all(len(each.sentence) < 300 for each in problems)


FIELDS = [
    {"name": "owns", "type": "boolean", "labels": names("Owns")},
    {"name": "owner", "type": "text", "labels": names("Owner"), "when": "!(form.owns)"},
    {
        "name": "kind",
        "type": "choice",
        "labels": names("Kind"),
        "choices": {"flat": names("Flat"), "house": names("House")},
        "when": "form.owns",
    },
]


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        ({"owns": True, "kind": "flat"}, {}),
        ({"owns": False, "owner": "Ә"}, {}),
        ({"owns": True}, {"kind": "form_missing"}),
        ({"owns": False, "owner": "Ә", "kind": "flat"}, {"kind": "form_not_asked_for"}),
        ({"owns": False, "owner": "Ә", "kind": 5}, {"kind": "form_not_asked_for"}),
        ({"owns": True, "kind": "tent"}, {"kind": "form_not_a_choice"}),
    ],
)
def test_conditions(settings: Settings, data: Any, problems: dict[str, str]) -> None:
    fields = [FormField.model_validate(each) for each in FIELDS]
    checked = check(fields, data, settings, "en", MOMENT)
    assert {each.field: each.code for each in checked.problems} == problems
    if "form_not_a_choice" in problems.values():
        assert "flat (Flat (en))" in checked.problems[0].sentence


def test_a_condition_that_cannot_be_worked_out(settings: Settings) -> None:
    wrong = FormField.model_validate({**FIELDS[1], "when": "length(form.nothing) > `3`"})
    with pytest.raises(ConfigurationError, match="the field owner"):
        check([wrong], {}, settings, "en", MOMENT)
