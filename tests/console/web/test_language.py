"""Dates as people read them, in each language."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from console.web.language import Speaker

MOMENT = datetime(2026, 3, 4, 23, 5, tzinfo=UTC)
ASTANA = ZoneInfo("Asia/Almaty")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "5 Mar 2026, 04:05"),
        ("ru", "05.03.2026, 04:05"),
        ("kk", "05.03.2026, 04:05"),
        ("de", "05.03.2026, 04:05"),
        ("es", "5/3/2026, 04:05"),
        ("zh", "2026/3/5, 04:05"),
    ],
)
def test_a_moment_has_its_whole_year_and_local_time(language: str, said: str) -> None:
    assert Speaker(language, ASTANA).moment(MOMENT, "short") == said


def test_a_day_of_a_moment_is_the_local_one() -> None:
    assert Speaker("en", ASTANA).day(MOMENT) == Speaker("en", ASTANA).day(date(2026, 3, 5))


def test_no_moment_is_a_dash() -> None:
    assert Speaker("en", ASTANA).moment(None) == Speaker("ru", ASTANA).day(None) == "–"
