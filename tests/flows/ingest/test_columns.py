"""Reading a column at once answers what reading its values one by one does, or nothing."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ingest.columns import instants, latest, reader, texts
from flows.ingest.values import Parser, parser
from models.datasets import Kind
from models.environment.sources import FieldMap

PLAIN = FieldMap.model_validate({"from": "x"})
EQUAL = "2026-05-12T10:00:00+05:00"

SOME = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.integers(),
    st.sampled_from([EQUAL, "2026-05-12 10:00:00.5Z", "2026-02-30T00:00:00Z", "2026-05-12", " "]),
    st.datetimes(timezones=st.timezones() | st.none()).map(datetime.isoformat),
)


def parsed(kind: Kind) -> Parser:
    return parser(kind, PLAIN, "Asia/Almaty", "en")


def one_by_one(parse: Parser, values: list[Any]) -> list[str | None]:
    empty = (None, "")
    return [
        None if value in empty or not str(value).strip() else parse(value) or None
        for value in values
    ]


@given(st.lists(SOME))
def test_texts_are_read_as_one_by_one(values: list[Any]) -> None:
    found = texts(values)
    if found is not None:
        assert found == one_by_one(parsed("text"), values)


@given(st.lists(SOME))
def test_instants_are_the_same_moments(values: list[Any]) -> None:
    found = instants(values)
    if found is not None:
        expected = one_by_one(parsed("time"), values)
        moments = [
            [datetime.fromisoformat(text) if text else None for text in column]
            for column in (found, expected)
        ]
        assert moments[0] == moments[1]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([" a ", None, "", "  ", "б"], ["a", None, None, None, "б"]),
        (["a", 1], None),
        (["a\x00"], None),
        (["\ud800"], None),
    ],
)
def test_which_texts_need_no_closer_look(values: list[Any], found: Any) -> None:
    assert texts(values) == found


@pytest.mark.parametrize(
    "values",
    [[EQUAL, None, ""], ["2026-05-12 10:00:00Z"], ["2026-05-12T10:00:00.123456-15:59"]],
)
def test_which_times_need_no_closer_look(values: list[Any]) -> None:
    assert instants(values) == [value or None for value in values]


@pytest.mark.parametrize(
    "odd",
    [
        "2026-05-12T10:00:00",
        "2026-05-12T10:00+05:00",
        "2026-05-12T10:00:00+16:00",
        "2026-05-12T10:00:00+05:60",
        "2026-02-30T10:00:00+05:00",
        "2026-05-12T24:00:00+05:00",
        "0000-05-12T10:00:00+05:00",
        "2026-05-12T10:00:00.1234567+05:00",
        "2026-W20-2T10:00:00+05:00",
        "٢026-05-12T10:00:00+05:00",
        " 2026-05-12T10:00:00Z",
        1_778_562_000,
    ],
)
def test_one_odd_time_sends_the_column_back(odd: Any) -> None:
    assert instants([EQUAL, odd]) is None


def test_who_reads_a_column_at_once() -> None:
    mapped = FieldMap.model_validate({"from": "x", "map": {"a": "b"}})
    formatted = FieldMap.model_validate({"from": "x", "format": "%d.%m.%Y"})
    assert (reader("text", PLAIN), reader("time", PLAIN)) == (texts, instants)
    assert [reader("text", mapped), reader("time", formatted), reader("date", PLAIN)] == [None] * 3


@given(st.sets(st.datetimes().map(lambda d: d.isoformat(timespec="microseconds") + "+05:00")))
def test_the_latest_of_texts_is_the_latest_moment(values: set[str]) -> None:
    assert latest(values) == max(values, key=datetime.fromisoformat, default=None)


@pytest.mark.parametrize(
    "other",
    ["2026-05-12T10:00:00+06:00", "2026-05-12 10:00:00+05:00", "2026-05-12T05:00:00Z", "later"],
)
def test_times_that_are_written_differently_are_not_ordered_as_texts(other: str) -> None:
    assert latest({EQUAL, other}) is None
