"""What is sent, and how answers are read."""

from datetime import UTC, datetime
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.composite_services.mapping import (
    Misfit,
    context_of,
    holds,
    inputs,
    read_answer,
    value,
    with_answer,
)
from models.environment.composite_steps import Answers, CallStep
from tests.flows.composite_services.small import composite

APPLICATION: dict[str, Any] = {
    "number": "OA-2026-000001-1",
    "data": {"mother_iin": "850101400016", "born_on": "2026-03-02"},
    "facts": {"days_since_birth": 2},
    "received_at": datetime(2026, 3, 4, 9, tzinfo=UTC),
    "language": "kk",
    "office": None,
    "region": "75",
    "channel": "portal",
}
DONE = {"state": "done", "result": {"child_iin": "260302500013"}, "reference": "7", "refusal": None}


def _context(**steps: Any) -> dict[str, Any]:
    return context_of(APPLICATION, steps, composite())


def _step(name: str) -> CallStep:
    step = composite().steps[name]
    assert isinstance(step, CallStep)
    return step


def test_known_fields_follow_from_results() -> None:
    assert _context()["form"]["child_iin"] is None
    assert _context(birth=DONE)["form"]["child_iin"] == "260302500013"
    assert "child_iin" not in APPLICATION["data"]


def test_context_names_what_expressions_may_read() -> None:
    context = _context(birth=DONE)
    assert value("application.received_at", context) == "2026-03-04T09:00:00+00:00"
    assert value("facts.days_since_birth", context) == 2
    assert holds("steps.birth.state == 'done' && application.region == '75'", context)
    assert not holds("steps.birth.refusal", context)


def test_inputs_leave_out_what_the_applicant_left_empty() -> None:
    sent = inputs(_step("birth"), _context())
    assert sent == {"mother": "850101400016", "day": "2026-03-02"}
    assert list(sent) == ["mother", "day"], "in the order of the definition"


def test_inputs_have_the_key() -> None:
    sent = inputs(_step("allowance"), _context(birth=DONE), key="k1")
    assert sent == {"child": "260302500013", "key": "k1"}


@pytest.mark.parametrize(
    ("expression", "misfit"),
    [
        ("steps.birth.result.nothing", True),
        ("steps.other.result.child_iin", True),
        ("steps.birth.result.nothing || `null`", False),
        ("form.note", False),
    ],
)
def test_inputs_need_results(expression: str, misfit: bool) -> None:
    step = _step("birth").model_copy(update={"input": {"x": expression}})
    if not misfit:
        assert inputs(step, _context(birth=DONE)) == {}
        return
    with pytest.raises(Misfit, match="`x` cannot be sent"):
        inputs(step, _context(birth=DONE))


ANSWERS: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("OK", {"iin": "1", "act": "2"}, "done", {"result": {"child_iin": "1", "act": "2"}}),
    ("OK", {"iin": "1"}, "done", {"result": {"child_iin": "1", "act": None}}),
    ("OK", {"act": "2"}, "misfit", {"difference": "lacks `child_iin` (`answer.iin`)"}),
    ("OK", None, "misfit", {}),
    ("OK", "text", "misfit", {}),
    (
        "REFUSED",
        {"reason": "No certificate", "grounds": "Article 9"},
        "refused",
        {"refusal": {"reason": "No certificate", "grounds": "Article 9"}},
    ),
    ("REFUSED", {"reason": "x"}, "refused", {"refusal": {"reason": "x", "grounds": None}}),
    ("REFUSED", {"grounds": "x"}, "misfit", {"difference": "no reason"}),
    ("500", {"iin": "1"}, "failed", {"difference": "not one that means done"}),
    ("", None, "failed", {}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "document", "kind", "what"), ANSWERS)
def test_answers(code: str, document: Any, kind: str, what: dict[str, Any]) -> None:
    read = read_answer(_step("birth").answers, with_answer(_context(), document, code))
    assert read.kind == kind
    for name, expected in what.items():
        found = getattr(read, name)
        assert expected in found if name == "difference" else expected == found


def test_a_reference_is_a_text() -> None:
    read = read_answer(_step("birth").answers, with_answer({}, {"iin": "1", "number": 9}, "OK"))
    assert read.reference == "9"


def test_the_order_in_which_answers_are_tried() -> None:
    everything = Answers.model_validate(
        {
            "done": "answer.a",
            "absent": "answer.b",
            "waits": "answer.c",
            "refused": {"when": "answer.d", "reason": "'no'"},
        }
    )
    document = {"a": True}
    for kind, name in (("done", "a"), ("absent", "b"), ("waits", "c"), ("refused", "d")):
        document[name] = True
        assert read_answer(everything, with_answer({}, document)).kind == kind


def test_a_difference_never_quotes_the_answer() -> None:
    answers = Answers.model_validate({"done": "contains(answer, 'x')"})
    read = read_answer(answers, with_answer({}, 850101400016))
    assert read.kind == "misfit"
    assert read.difference is not None
    assert "8501" not in read.difference


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["iin", "act", "state", "reason", "number"]), inner)
    ),
    max_leaves=6,
)


@given(document=_JSON, code=st.sampled_from(["OK", "REFUSED", "?"]))
def test_whatever_is_answered_is_read(document: Any, code: str) -> None:
    read = read_answer(_step("birth").answers, with_answer({}, document, code))
    if read.kind == "done":
        assert read.result["child_iin"] is not None
    elif read.kind == "refused":
        assert read.refusal is not None
        assert read.refusal["reason"]
    else:
        assert read.difference


NAMES = st.sampled_from(["a", "b", "c"])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
)


@given(st.lists(NAMES, min_size=1, max_size=4), st.dictionaries(NAMES, DOCUMENTS, max_size=3))
def test_a_path_leads_to_what_jmespath_finds(names: list[str], document: dict[str, Any]) -> None:
    path = ".".join(names)
    assert value(path, document) == jmespath.search(path, document)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ('"a b".c', 1),
        ("a[0].b", 2),
        ("a[].b", [2]),
        ("(d.e).f", 3),
        ("d.*.f", [3]),
        ("d.{x: e}", {"x": {"f": 3}}),
        ("d.g || a[0]", {"b": 2}),
        ("length(a)", 1),
        ("d.e.f.g", None),
    ],
)
def test_other_expressions_are_what_jmespath_says(expression: str, found: Any) -> None:
    document = {"a b": {"c": 1}, "a": [{"b": 2}], "d": {"e": {"f": 3}}}
    assert value(expression, document) == found
