"""Values: whatever comes is read or refused, and PostgreSQL reads back what was meant."""

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.ingest.values import parser, shown
from models.datasets import SQL_TYPES, Kind
from models.environment.sources import FieldMap

ALMATY = "Asia/Almaty"
FORMATS = [None, "%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z", "epoch_seconds", "epoch_milliseconds"]
ANY_TEXT = st.text(st.characters(codec=None), max_size=30)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
TIMES = st.datetimes().map(str) | st.datetimes(timezones=st.timezones()).map(datetime.isoformat)
VALUES = (
    JSON
    | TIMES
    | st.dates().map(date.isoformat)
    | st.from_regex(r"[+-]?\d{1,25}", fullmatch=True)
    | st.from_regex(r"\d{1,12}d( \d{1,3}h)?", fullmatch=True)
    | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d(:\d\d(\.\d+)?)?", fullmatch=True)
)


def read(kind: Kind, value: Any, **mapped: Any) -> str:
    return parser(kind, FieldMap.model_validate({"from": "x", **mapped}), ALMATY, "kk")(value)


@pytest.fixture(scope="module")
def server(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(SQL_TYPES)), VALUES, st.sampled_from(FORMATS))
@example("time", "2024-01-01T00:00:00+20:00", None)
@example("time", "2024-01-01T00:00:00+05:00:00.5", None)
@example("time", "0001-01-01", None)
@example("duration", "9" * 20 + "d", None)
@example("names", {"k\x00": "name"}, None)
@example("names", {"kk": 5}, None)
@example("text", "\ud800", None)
@example("list", ["a,b", '"', "\\", "{}", ""], None)
@example("integer", "٣", None)
@example("time", True, "epoch_seconds")
def test_what_is_accepted_postgresql_takes(
    server: psycopg.Connection[Any], kind: Kind, value: Any, format_: str | None
) -> None:
    options = {"format": format_} if kind == "time" else {}
    with contextlib.suppress(ValueError):  # anything else that is raised is a fault
        text = read(kind, value, **options)
        server.execute(f"SELECT CAST(%s AS {SQL_TYPES[kind]})".encode(), [text])


def back(server: psycopg.Connection[Any], kind: Kind, text: str) -> Any:
    row = server.execute(f"SELECT CAST(%s AS {SQL_TYPES[kind]})".encode(), [text]).fetchone()
    assert row is not None
    return row[0]


@settings(max_examples=100, deadline=None)
@given(st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)), st.booleans())
def test_a_time_is_the_same_moment(
    server: psycopg.Connection[Any], moment: datetime, written_with_a_zone: bool
) -> None:
    zoned = moment.replace(tzinfo=ZoneInfo(ALMATY))
    written = (zoned if written_with_a_zone else moment).isoformat()
    assert back(server, "time", read("time", written)) == zoned.astimezone(UTC)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text(max_size=8).map(str.strip).filter(lambda t: t and "\x00" not in t), max_size=4)
)
def test_a_list_is_the_same_list(server: psycopg.Connection[Any], items: list[str]) -> None:
    assert back(server, "list", read("list", items)) == items


@given(st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1))
def test_an_integer_is_the_same(number: int) -> None:
    assert read("integer", number) == read("integer", str(number)) == str(number)


@pytest.mark.parametrize(
    ("kind", "value", "mapped", "text"),
    [
        ("text", "  a b ", {}, "a b"),
        ("text", 17, {}, "17"),
        ("boolean", "Yes", {}, "true"),
        ("boolean", 0, {}, "false"),
        ("date", "31.01.2026", {"format": "%d.%m.%Y"}, "2026-01-31"),
        ("time", "2024-02-29T23:00:00", {}, "2024-02-29T23:00:00+06:00"),
        ("time", "2024-03-01T01:00:00", {}, "2024-03-01T01:00:00+05:00"),
        ("time", "2026-01-01 10:00", {"timezone": "UTC"}, "2026-01-01T10:00:00+00:00"),
        ("time", 1767225600, {"format": "epoch_seconds"}, "2026-01-01T00:00:00+00:00"),
        ("time", "1767225600500", {"format": "epoch_milliseconds"},
         "2026-01-01T00:00:00.500000+00:00"),
        ("time", "01.02.2026 10:00", {"format": "%d.%m.%Y %H:%M"}, "2026-02-01T10:00:00+05:00"),
        ("names", "Атауы", {}, '{"kk":"Атауы"}'),
        ("names", {"ru": " Имя ", "en": None, "kk": ""}, {}, '{"ru":"Имя"}'),
        ("list", "a; b;;c", {}, '{"a","b","c"}'),
        ("duration", "1d 1h", {}, "90000 seconds"),
        ("text", "да", {"map": {"да": "yes"}}, "yes"),
        ("boolean", 1, {"map": {"1": "no"}}, "false"),
    ],
)  # fmt: skip
def test_readings(kind: Kind, value: Any, mapped: dict[str, Any], text: str) -> None:
    assert read(kind, value, **mapped) == text


@pytest.mark.parametrize(
    ("kind", "value", "mapped", "words"),
    [
        ("text", 1.5, {}, "is not a text"),
        ("text", True, {}, "is not a text"),
        ("text", "a\x00b", {}, "NUL"),
        ("boolean", "maybe", {}, "neither true nor false"),
        ("boolean", 2, {}, "neither true nor false"),
        ("integer", "1.0", {}, "not a whole number"),
        ("integer", 2**63, {}, "not a whole number"),
        ("integer", True, {}, "is not a text"),
        ("date", "30.02.2026", {"format": "%d.%m.%Y"}, "written like %d.%m.%Y"),
        ("time", "31.01.2026", {}, "not an ISO 8601 time"),
        ("time", 20260131, {}, "not an ISO 8601 time"),
        ("time", "2026-01-01T00:00:00+17:00", {}, "no time zone on earth"),
        ("time", "soon", {"format": "epoch_seconds"}, "counted since 1970"),
        ("time", 1e300, {"format": "epoch_seconds"}, "counted since 1970"),
        ("time", False, {"format": "epoch_seconds"}, "counted since 1970"),
        ("names", {"kk": " "}, {}, "no name"),
        ("names", {"kk": ["a"]}, {}, "not a text"),
        ("list", [1.5], {}, "not a text"),
        ("duration", "5", {}, "written like"),
        ("text", "нет", {"map": {"да": "yes"}}, "not one of the values that `map` names"),
    ],
)  # fmt: skip
def test_refusals(kind: Kind, value: Any, mapped: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(kind, value, **mapped)


def test_a_map_must_fit_its_column() -> None:
    with pytest.raises(ValueError, match="neither true nor false"):
        read("boolean", "x", map={"x": "perhaps"})


@given(st.text(st.characters(codec=None)))
def test_shown_is_short_and_can_be_written(text: str) -> None:
    assert len(shown(text)) < 400
    assert "\n" not in shown(text)
    shown(text).encode()


def test_shown_never_shows_a_part_of_an_identifier() -> None:
    assert "85010130" not in shown("x" * 30 + " 850101300123")
    assert json.dumps(shown("a\tb")) == "\"'a b'\""


def test_longest_durations() -> None:
    assert read("duration", "36525d") == f"{timedelta(days=36_525).total_seconds():.0f} seconds"
