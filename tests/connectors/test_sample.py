"""What a sample shows of a source."""

import pytest

from connectors.sample import describe_records, kind_of

KINDS = [
    (None, "empty"),
    ("", "empty"),
    (True, "boolean"),
    (5, "number"),
    (2.5, "number"),
    ("Алматы", "text"),
    ("20260504", "text"),
    ("2026-05-04", "time"),
    ("2026-05-04T10:15:00+05:00", "time"),
    ([1], "list"),
    ({"a": 1}, "object"),
]


@pytest.mark.parametrize(("value", "kind"), KINDS)
def test_kind_of(value: object, kind: str) -> None:
    assert kind_of(value) == kind


def test_mixed_and_empty_fields_are_told() -> None:
    records: list[dict[str, object]] = [
        {"a": 1, "b": None},
        {"a": 2, "b": ""},
        {"a": "three", "c": "x"},
    ]
    description = describe_records(records, ["3 announced"])
    assert description.fields == {"a": "number", "b": "empty", "c": "text"}
    assert description.sampled == 3
    assert description.notes == ("3 announced", "a: number in 2, text in 1")
