"""Windows compared on our side."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.bounds import order_of, record_filter, value_in_window
from connectors.errors import WillNeverWork
from connectors.protocol import CursorValue, SourceContext, Window

CASES = [
    # value, since, until, inside
    ("2026-05-04", "2026-05-04", None, True),
    ("2026-05-03", "2026-05-04", None, False),
    ("2026-05-04", None, "2026-05-04", False),
    (9, "10", None, False),  # as text, 9 would come after 10
    ("10", 9, None, True),
    ("9.5", "9", "10", True),
    ("2026-05-04T10:00:00+05:00", "2026-05-04T05:00:01Z", None, False),  # a second earlier
    ("2026-05-04T10:00:00.5Z", "2026-05-04T10:00:00Z", None, True),  # as text: '.' < 'Z'
    ("2026-05-04 10:00", "2026-05-04T09:00", None, True),
    ("b", "a", "c", True),
    ("c", "a", "c", False),
    (None, "a", "c", True),  # nothing to compare: the expectations judge it
    ("", "a", "c", True),
    ("soon", "2026-05-04", None, True),
    (True, 5, None, True),
]


@pytest.mark.parametrize(("value", "since", "until", "inside"), CASES)
def test_in_window(
    value: object, since: CursorValue | None, until: CursorValue | None, inside: bool
) -> None:
    assert value_in_window(Window(since, until))(value) is inside


@given(st.integers(), st.integers())
def test_numbers_written_as_text_compare_as_numbers(one: int, other: int) -> None:
    inside = value_in_window(Window(since=str(other)))
    assert inside(str(one)) is (one >= other)


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(lambda t: t.replace(tzinfo=UTC)),
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(lambda t: t.replace(tzinfo=UTC)),
    st.integers(-12, 14),
)
def test_instants_compare_whatever_their_offset(
    one: datetime, other: datetime, offset: int
) -> None:
    written = one.astimezone(timezone(timedelta(hours=offset))).isoformat()
    assert value_in_window(Window(until=other.isoformat()))(written) is (one < other)


@given(st.text())
def test_any_text_has_an_order_or_none(text: str) -> None:
    assert (order_of(text) is None) == (text == "")


def test_a_bound_without_cursor_field_is_refused() -> None:
    context = SourceContext("a.b", "a", Path())
    assert record_filter(context, Window()) is None
    with pytest.raises(WillNeverWork, match=r"cursor: \{field"):
        record_filter(context, Window(since="2026-05-04"))
