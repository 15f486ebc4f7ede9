"""From a source's records to columns: names, paths, constants, and what does not fit."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ingest.mapping import Mapping
from models.environment.settings import Settings
from models.environment.sources import Source
from models.errors import ConfigurationError

SETTINGS = Settings(
    environment="test", title="t", timezone="Asia/Almaty", languages=["kk"], calendar="c"
)


def mapping(**fields: Any) -> Mapping:
    declared = {"number": "id", "service": "s", "received_at": "at"} | fields
    return Mapping(
        Source.model_validate(
            {"source": "a.b", "system": "a", "connector": "rest", "dataset": "applications",
             "fields": declared}
        ),
        SETTINGS,
    )  # fmt: skip


RECORD = {"id": 7, "s": "00100101", "at": "2026-01-01T10:00:00"}


def value(target: str, origin: Any, record: dict[str, Any]) -> tuple[str | None, list[str]]:
    mapped = mapping(**{target: origin}).apply([RECORD, RECORD | record])
    assert 0 not in mapped.problems or target in mapped.problems[0][0]
    return mapped.columns[target][1], mapped.problems.get(1, [])


@pytest.mark.parametrize(
    ("origin", "record", "found"),
    [
        ("office", {"office": " O1 "}, "O1"),
        ("office", {"office": ""}, None),
        ("office", {"office": "  "}, None),
        ("office", {"office": None}, None),
        ("office", {}, None),
        ("place.office", {"place": {"office": "O1"}}, "O1"),
        ("place.office", {"place.office": "O2", "place": {"office": "O1"}}, "O2"),
        ("place.office", {"place": None}, None),
        ("places[0].code", {"places": [{"code": "O1"}, {"code": "O2"}]}, "O1"),
        ("a || b", {"b": "O3"}, "O3"),
        ('"Office (code)"', {"Office (code)": "O4"}, "O4"),
        ({"value": "O5"}, {}, "O5"),
        ({"from": "o", "map": {"1": "O1"}}, {"o": 1}, "O1"),
    ],
)
def test_where_a_value_comes_from(origin: Any, record: dict[str, Any], found: str | None) -> None:
    assert value("office", origin, record) == (found, [])


@pytest.mark.parametrize(
    ("origin", "record", "words"),
    [
        ("office", {"office": ["O1"]}, "office: .* is not a text"),
        ("place.office", {"place": {"office": {"x": 1}}}, "is not a text"),
        ("max(marks)", {"marks": ["a", 1]}, "cannot be followed"),
        ({"from": "o", "map": {"1": "O1"}}, {"o": "2"}, "that `map` names"),
    ],
)
def test_what_does_not_fit_is_null_and_a_problem(
    origin: Any, record: dict[str, Any], words: str
) -> None:
    found, (problem,) = value("office", origin, record)
    assert found is None
    assert re.search(words, problem)


@pytest.mark.parametrize("path", ["a.b[", "nosuch(a)", "length()", "Office (code"])
def test_what_is_no_path_is_told_at_start(path: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a JMESPath"):
        mapping(office=path)


def test_every_problem_of_a_row_is_told() -> None:
    mapped = mapping(completed_at="done").apply([RECORD | {"at": "soon", "done": "later"}])
    assert [words.split(":")[0] for words in mapped.problems[0]] == ["received_at", "completed_at"]


def test_the_names_that_are_taken() -> None:
    taken = mapping(office="place.office || other", region="Region.old").origins
    assert taken({"place"})["office"] == {"place", "other"}
    assert taken({"Region.old"})["region"] == {"Region.old"}
    assert taken(set())["number"] == {"id"}


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "s", "at", "p"), JSON))))
def test_any_page_gives_whole_columns(page: list[dict[str, Any]]) -> None:
    mapped = mapping(office="p.q[0]", applicant="sort(p)").apply(page)
    assert {len(column) for column in mapped.columns.values()} == {len(page)}
    assert set(mapped.problems) <= set(range(len(page)))
