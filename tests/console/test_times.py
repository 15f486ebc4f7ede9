"""Moments as people give them."""

from datetime import datetime

import pytest

from console.times import moment
from models.errors import ConfigurationError


@pytest.mark.parametrize(
    ("given", "zone", "expected"),
    [
        ("2026-05-20T18:00", "Asia/Almaty", "2026-05-20T18:00:00+05:00"),
        ("2024-02-29T18:00", "Asia/Almaty", "2024-02-29T18:00:00+06:00"),
        ("2016-01-12 22:22", "America/New_York", "2016-01-12T22:22:00-05:00"),
        ("2026-05-20T18:00+00:00", "Asia/Almaty", "2026-05-20T18:00:00+00:00"),
        ("2026-05-20", "Asia/Almaty", "2026-05-20T00:00:00+05:00"),
    ],
)
def test_a_naive_time_is_local(given: str, zone: str, expected: str) -> None:
    found = moment(given, zone)
    assert found is not None
    assert found == datetime.fromisoformat(expected)
    assert found.isoformat() == expected


def test_none_stays_none() -> None:
    assert moment(None, "Asia/Almaty") is None


@pytest.mark.parametrize(
    ("given", "words"),
    [("tomorrow", "not an ISO 8601 time"), ("2026-03-08T02:30", "the clocks of")],
)
def test_what_is_no_time(given: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        moment(given, "America/New_York")
