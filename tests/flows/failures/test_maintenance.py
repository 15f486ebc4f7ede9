"""Windows of maintenance: midnight, several at once, and clocks that change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter_range
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.failures.maintenance import Window, window
from models.environment.systems import Maintenance

ALMATY, BERLIN = "Asia/Almaty", "Europe/Berlin"


def _declared(*lines: tuple[str, str]) -> list[Maintenance]:
    return [
        Maintenance.model_validate({"schedule": schedule, "lasts": lasts})
        for schedule, lasts in lines
    ]


def _span(found: Window | None) -> str | None:
    if found is None:
        return None
    return f"{found.begins.astimezone(UTC):%d %H:%M} {found.ends.astimezone(UTC):%d %H:%M}"


NIGHT = ("0 23 * * *", "2h")
SUNDAY = ("0 2 * * 0", "3h")


@pytest.mark.parametrize(
    ("line", "zone", "moment", "expected"),
    [
        # Over midnight, in a zone without changes: 23:00 in Almaty is 18:00 in UTC.
        (NIGHT, ALMATY, "2026-05-04T22:59:59+05:00", None),
        (NIGHT, ALMATY, "2026-05-04T23:00:00+05:00", "04 18:00 04 20:00"),
        (NIGHT, ALMATY, "2026-05-05T00:30:00+05:00", "04 18:00 04 20:00"),
        (NIGHT, ALMATY, "2026-05-05T00:59:59+05:00", "04 18:00 04 20:00"),
        (NIGHT, ALMATY, "2026-05-05T01:00:00+05:00", None),
        # Kazakhstan moved its clocks by an hour for good: 2024-03-01 00:00 became 23:00.
        (NIGHT, ALMATY, "2024-02-29T23:30:00+06:00", "29 17:00 29 19:00"),
        (NIGHT, ALMATY, "2024-02-29T23:59:00+05:00", "29 17:00 29 19:00"),
        (NIGHT, ALMATY, "2024-03-01T00:01:00+05:00", None),
        # The night of spring in Berlin: 02:00 does not exist and is 03:00 (01:00 in UTC).
        (SUNDAY, BERLIN, "2026-03-29T00:59:59+00:00", None),
        (SUNDAY, BERLIN, "2026-03-29T01:00:00+00:00", "29 01:00 29 04:00"),
        (SUNDAY, BERLIN, "2026-03-29T03:59:59+00:00", "29 01:00 29 04:00"),
        (SUNDAY, BERLIN, "2026-03-29T04:00:00+00:00", None),
        # The night of autumn: 02:00 comes twice, and the first one counts (00:00 in UTC).
        (SUNDAY, BERLIN, "2026-10-24T23:59:59+00:00", None),
        (SUNDAY, BERLIN, "2026-10-25T00:00:00+00:00", "25 00:00 25 03:00"),
        (SUNDAY, BERLIN, "2026-10-25T01:10:00+00:00", "25 00:00 25 03:00"),
        (SUNDAY, BERLIN, "2026-10-25T03:00:00+00:00", None),
        # A window that began between the two times of the same name.
        (("45 2 * * *", "30m"), BERLIN, "2026-10-25T01:05:00+00:00", "25 00:45 25 01:15"),
        # Longer than a week between.
        (("0 0 1 * *", "5d"), ALMATY, "2026-05-05T12:00:00+05:00", "30 19:00 05 19:00"),
        # On end: the one that ends last.
        (("*/10 * * * *", "1h"), ALMATY, "2026-05-05T12:05:00+05:00", "05 07:00 05 08:00"),
    ],
)
def test_the_window_of_a_moment(
    line: tuple[str, str], zone: str, moment: str, expected: str | None
) -> None:
    assert _span(window(_declared(line), zone, datetime.fromisoformat(moment))) == expected


def test_of_several_the_one_that_ends_last() -> None:
    declared = _declared(("0 1 * * *", "4h"), ("0 2 * * *", "1h"), ("0 3 * * *", "9h"))
    moment = datetime(2026, 5, 4, 2, 30, tzinfo=ZoneInfo(ALMATY))
    found = window(declared, ALMATY, moment)
    assert found is not None
    assert found.ends.astimezone(moment.tzinfo).hour == 5
    assert window([], ALMATY, moment) is None


lines = st.sampled_from(["0 2 * * *", "30 1 * * *", "15 2 * * 0", "0 23 * * *", "*/45 * * * *"])
starts = st.datetimes(datetime(2026, 3, 27), datetime(2026, 4, 1)) | st.datetimes(
    datetime(2026, 10, 23), datetime(2026, 10, 28)
)


@settings(deadline=None)
@given(lines, st.integers(1, 400), starts, st.sampled_from([BERLIN, "America/New_York", ALMATY]))
def test_it_is_the_window_that_walking_all_beginnings_finds(
    line: str, minutes: int, start: datetime, zone: str
) -> None:
    moment, lasts = start.replace(tzinfo=UTC), timedelta(minutes=minutes)
    walls = croniter_range(start - timedelta(days=8), start + timedelta(days=1), line)
    begins = {each.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for each in walls}
    inside = [each for each in begins if each <= moment < each + lasts]
    found = window([Maintenance(schedule=line, lasts=lasts)], zone, moment)
    assert (found.begins if found else None) == max(inside, default=None)
