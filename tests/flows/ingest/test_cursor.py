"""How far a source has been read."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.errors import WrongAnswer
from connectors.protocol import CursorValue
from flows.ingest.cursor import Progress, since
from models.environment.sources import Cursor
from models.errors import ConfigurationError


@pytest.mark.parametrize(
    ("start", "values", "end"),
    [
        (None, [], None),
        (None, [3, 10, 9], 10),
        (None, ["9", "10"], "10"),
        (20, [3, 10], 20),
        (None, ["2026-01-01T10:00:00+05:00", "2026-01-01T06:00:00+00:00"],
         "2026-01-01T06:00:00+00:00"),
        (None, ["2026-01-01T10:00:00", "2026-01-02T09:00:00"], "2026-01-02T09:00:00"),
        (None, ["b.csv", "a.csv"], "b.csv"),
        (None, [None, "", [], True], None),
        (None, [3, "broken", 4], 4),
        (3, ["broken", "worse", 4], 4),
        (5, ["broken", 4], 5),
        (None, ["broken", "2026-01-02T09:00:00"], "2026-01-02T09:00:00"),
    ],
)  # fmt: skip
def test_the_greatest(start: CursorValue | None, values: list[Any], end: Any) -> None:
    progress = Progress("at", start)
    for value in values:
        progress.add([{"at": value}, {}])
    assert progress.end() == end


@pytest.mark.parametrize(
    ("start", "value"),
    [("2026-01-01T10:00:00+05:00", 5), (5, "text"), ("2026-01-01", "2026-01-01T00:00:00Z")],
)
def test_a_field_written_in_another_way_has_no_order(start: CursorValue, value: Any) -> None:
    progress = Progress("at", start)
    progress.add([{"at": value}])
    with pytest.raises(WrongAnswer, match="has not moved"):
        progress.end()


def test_without_a_field_there_is_no_progress() -> None:
    progress = Progress(None, None)
    progress.add([{"at": 1}])
    assert progress.end() is None


HOUR = Cursor(field="at", overlap=timedelta(hours=1))


@pytest.mark.parametrize(
    ("cursor", "stored", "expected"),
    [
        (None, None, None),
        (HOUR, None, None),
        (Cursor(field="at"), "2026-01-01T10:00:00+05:00", "2026-01-01T10:00:00+05:00"),
        (HOUR, "2026-01-01T10:00:00+05:00", "2026-01-01T09:00:00+05:00"),
        (Cursor(field="at"), 17, 17),
    ],
)
def test_from_where_to_read(
    cursor: Cursor | None, stored: CursorValue | None, expected: CursorValue | None
) -> None:
    assert since(cursor, stored) == expected


@pytest.mark.parametrize("stored", [17, "a.csv"])
def test_an_overlap_of_what_is_no_time(stored: CursorValue) -> None:
    with pytest.raises(ConfigurationError, match="Remove `overlap`"):
        since(HOUR, stored)
