"""Durations and clock times, as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from models.environment.values import Clock, Cron, parse_duration


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90s", 90), ("10m", 600), ("1h 30m", 5400), ("5d", 432_000), (" 1d2h3m4s ", 93_784),
     ("0s", 0), ("36525d", 36_525 * 86_400)],
)  # fmt: skip
def test_durations(written: str, seconds: int) -> None:
    assert parse_duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written",
    ["", "90", 90, "s", "1.5h", "-1h", "30m 1h", "1w", None, [], "36526d", "9" * 30 + "d"],
)
def test_what_is_no_duration(written: object) -> None:
    with pytest.raises(ValueError, match="a duration is"):
        parse_duration(written)


@given(st.from_regex(r"(\d+d)?(\d+h)?(\d+m)?(\d+s)?", fullmatch=True))
def test_any_duration_is_read_or_refused(written: str) -> None:
    try:
        assert parse_duration(written) >= timedelta(0)
    except ValueError:
        return


@pytest.mark.parametrize("written", ["25:00", 540, "nine", None])
def test_what_is_no_time_of_day(written: object) -> None:
    with pytest.raises(ValidationError, match="a time of day is written in quotes"):
        TypeAdapter(Clock).validate_python(written)


@pytest.mark.parametrize("written", ["* * * *", "61 * * * *", "@hourly", "* * * * * *", ""])
def test_what_is_no_schedule(written: str) -> None:
    with pytest.raises(ValidationError, match="a cron line of five fields"):
        TypeAdapter(Cron).validate_python(written)
