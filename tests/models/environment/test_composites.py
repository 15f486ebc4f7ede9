"""A definition is checked as a whole: what is wrong is named with its place, and what is right."""

import copy
from pathlib import Path
from typing import Any

import pytest

from models.environment.composite_warnings import warnings
from models.environment.loader import Environment, examine, load
from models.environment.problems import EnvironmentProblems
from tests.environments import files, write
from tests.flows.composite_services.small import SMALL, names

ORGANISATION = {"names": {"en": "Civil registry"}}


def _files(definition: dict[str, Any]) -> dict[str, Any]:
    contents = files(
        environment={"composite_services": {"office": "registry"}},
        register={"organisations": {"registry": ORGANISATION}},
    )
    return {**contents, "composites/small.yaml": definition}


def _changed(changes: dict[str, Any]) -> dict[str, Any]:
    """The small definition with values set at dotted places; None takes a key away."""
    definition = copy.deepcopy(SMALL)
    for place, value in changes.items():
        *way, last = (int(part) if part.isdigit() else part for part in place.split("."))
        here: Any = definition
        for part in way:
            here = here[part]
        if value is None:
            del here[last]
        else:
            here[last] = value
    return definition


def _problems(folder: Path, changes: dict[str, Any]) -> dict[str, str]:
    _, problems = examine(write(folder, _files(_changed(changes))))
    assert all(problem.file == "composites/small.yaml" for problem in problems)
    assert all(problem.line > 1 for problem in problems)
    return {each.key: f"{each.found}. {each.right}" for each in problems}


def test_the_small_one_is_right(tmp_path: Path) -> None:
    environment: Environment = load(write(tmp_path, _files(SMALL)))
    assert list(environment.composites) == ["small"]


STEP, ALLOWANCE = "steps.birth", "steps.allowance"
TASK: dict[str, Any] = {
    "kind": "person",
    "names": names("Task"),
    "help": {"office": "registry", "todo": names("Look")},
    "fields": [{"name": "decision", "type": "text", "labels": names("Decision")}],
}
LETTER = {"by": "letter", "to": "registry", "text": names("Please undo {number}, {reference}")}
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({f"{STEP}.requires": ["allowance"]}, f"{STEP}.requires", "birth → allowance → birth"),
    ({f"{STEP}.requires": ["birth"]}, f"{STEP}.requires.0", "no other step"),
    ({f"{ALLOWANCE}.requires": ["brith"]}, f"{ALLOWANCE}.requires.0", "Did you mean `birth`"),
    ({f"{STEP}.service": "99999999"}, f"{STEP}.service", "no service"),
    ({f"{STEP}.system": "offise"}, f"{STEP}.system", "Did you mean `office`"),
    ({f"{STEP}.undo": LETTER | {"to": "x"}}, f"{STEP}.undo.to", "no organisation"),
    ({"steps.task": TASK | {"help": {"office": "x", "todo": names("x")}}}, "steps.task.help.office",
     "no office or organisation"),
    ({f"{STEP}.names": {"en": "x", "ru": "x"}}, f"{STEP}.names", "no words in kk"),
    ({"form.fields.0.labels": {"en": "x", "kk": " ", "ru": "x"}}, "form.fields.0.labels",
     "no words in kk"),
    ({"form.applicant": "child_iin"}, "form.applicant", "mother_iin"),
    ({"form.applicant": "note"}, "form.applicant", "may be left empty"),
    ({"form.phone": "note"}, "form.phone", "none that fits"),
    ({"form.same_when": ["x"]}, "form.same_when.0", "none that fits"),
    ({"form.fields.0.identifier": "ssn"}, "form.fields.0.identifier", "bin"),
    ({"form.fields.1.not_after": "2026-02-30"}, "form.fields.1.not_after", "no day"),
    ({"form.fields.2.name": "born_on"}, "form.fields.2.name", "two fields"),
    ({"form.fields.2.when": "form.mother"}, "form.fields.2.when", "it reads `form.mother`"),
    ({"form.fields.3.known": "steps.birth.result"}, "form.fields.3.known", "one result"),
    ({"form.facts.days_since_birth": {"days_since": "form.note"}},
     "form.facts.days_since_birth.days_since", "form.born_on"),
    ({f"{STEP}.input.x": "form.mother"}, f"{STEP}.input.x", "no 'mother' in `form`"),
    ({f"{STEP}.input.x": "facts.n"}, f"{STEP}.input.x", "Known: days_since_birth"),
    ({f"{STEP}.input.x": "application.iin"}, f"{STEP}.input.x", "no 'iin'"),
    ({f"{STEP}.input.x": "answer.x"}, f"{STEP}.input.x", "nothing of this name"),
    ({f"{STEP}.input.x": "form.child_iin"}, f"{STEP}.input.x", "need not have ended before birth"),
    ({f"{STEP}.input.x": "steps.allowance.state"}, f"{STEP}.input.x", "Add allowance"),
    ({f"{ALLOWANCE}.requires": []}, f"{ALLOWANCE}.input.child", "Add birth to `requires`"),
    ({f"{ALLOWANCE}.input.x": "steps.birth.result.nothing"}, f"{ALLOWANCE}.input.x",
     "Known: act, child_iin"),
    ({f"{ALLOWANCE}.when": "!steps.birth.refusal"}, f"{ALLOWANCE}.when", "in parentheses"),
    ({f"{ALLOWANCE}.when": "steps.birth.status"}, f"{ALLOWANCE}.when", "a step has no 'status'"),
    ({f"{ALLOWANCE}.when": "steps.birth.refusal.why"}, f"{ALLOWANCE}.when", "no 'why'"),
    ({f"{STEP}.sub_type": "steps.birth.state"}, f"{STEP}.sub_type", "need not have ended"),
    ({f"{STEP}.answers.done": "answr.x"}, f"{STEP}.answers.done", "nothing of this name"),
    ({f"{STEP}.answers.optional": ["x"]}, f"{STEP}.answers.optional", "no result 'x'"),
    ({f"{STEP}.ask": {"operation": {}, "answers": {"done": "answer.x"}}},
     f"{STEP}.ask.answers.result", "gives act, child_iin, this does not"),
    ({f"{STEP}.shares": []}, f"{STEP}.shares", "born_on, mother_iin, note: goes out"),
    ({f"{STEP}.shares.0.data": ["mother_iin", "born_on", "note", "child_iin"]},
     f"{STEP}.shares.0.data.3", "'child_iin' does not go out"),
    ({f"{STEP}.undo": LETTER | {"text": names("{who}")}}, f"{STEP}.undo.text.kk", "no {who}"),
    ({f"{STEP}.undo": LETTER | {"text": names("{number")}}, f"{STEP}.undo.text.kk", "braces"),
    ({"steps.task": TASK | {"refused_when": "answer.decison"}}, "steps.task.refused_when",
     "answer.decision"),
    ({"proactive": {"event": "birth", "form": {"mother_iin": "event.person"}}}, "proactive.form",
     "the required field 'born_on' comes from nowhere"),
    ({"proactive": {"event": "birth", "form": {"mother_iin": "form.x", "born_on": "event.x"}}},
     "proactive.form.mother_iin", "It may read `event` and `consent`"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "key", "words"), WRONG, ids=lambda each: str(each)[:60])
def test_wrong(tmp_path: Path, changes: dict[str, Any], key: str, words: str) -> None:
    problems = _problems(tmp_path, changes)
    assert key in problems, problems
    assert words in problems[key]


RIGHT: list[dict[str, Any]] = [
    {f"{STEP}.undo": LETTER},
    {f"{ALLOWANCE}.when": "!(steps.birth.refusal) && facts.days_since_birth < `9`"},
    {"steps.task": TASK | {"refused_when": "answer.decision == 'no'"}},
    {f"{STEP}.ask": {
        "operation": {},
        "input": {"number": "steps.birth.reference"},
        "answers": {"done": "`false`", "absent": "status == `404`"},
    }},
    {"proactive": {"event": "birth", "form": {"mother_iin": "event.person", "born_on":
                                              "event.details.born_on"}}},
]  # fmt: skip


@pytest.mark.parametrize("changes", RIGHT, ids=lambda each: str(each)[:60])
def test_right(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert _problems(tmp_path, changes) == {}


def test_each_problem_has_its_line(tmp_path: Path) -> None:
    write(tmp_path, _files(_changed({f"{STEP}.system": "x"})))
    with pytest.raises(EnvironmentProblems) as wrong:
        load(tmp_path)
    [problem] = wrong.value.problems
    lines = (tmp_path / "composites/small.yaml").read_text().splitlines()
    assert lines[problem.line - 1].strip() == "system: x"


def test_steps_without_an_office_that_helps(tmp_path: Path) -> None:
    contents = files() | {"composites/small.yaml": SMALL}
    _, problems = examine(write(tmp_path, contents))
    assert [each.key for each in problems] == ["composite_services.office"]


WARNINGS: list[tuple[dict[str, Any], str, str]] = [
    ({f"{ALLOWANCE}.often_refused": True}, f"{ALLOWANCE}.requires", "birth before it cannot be"),
    ({f"{STEP}.on_refusal": "go_on"}, f"{ALLOWANCE}.input.child", "birth may be left out"),
    ({f"{STEP}.when": "form.note"}, f"{ALLOWANCE}.input.child", "birth may be left out"),
    ({}, f"{STEP}.ask", "stops for a person"),
]


@pytest.mark.parametrize(("changes", "key", "words"), WARNINGS)
def test_warnings(tmp_path: Path, changes: dict[str, Any], key: str, words: str) -> None:
    found = warnings(load(write(tmp_path, _files(_changed(changes)))))
    assert words in {each.key: each.found for each in found}[key]


def test_no_warnings_where_nothing_can_go_wrong(tmp_path: Path) -> None:
    changes: dict[str, Any] = {f"{STEP}.repeatable": True, f"{ALLOWANCE}.repeatable": True}
    changes |= {f"{ALLOWANCE}.often_refused": True, f"{STEP}.undo": LETTER}
    assert warnings(load(write(tmp_path, _files(_changed(changes))))) == []
