"""Who has the watch at every moment, and when nobody has it."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.environment.calendars import WEEKDAYS
from models.environment.on_call import Rota
from models.environment.rota import gaps, on_duty, watches

ALMATY = ZoneInfo("Asia/Almaty")
BOSTON = ZoneInfo("America/New_York")
OFFICE = ["mon", "tue", "wed", "thu", "fri"]
HOLIDAY = date(2026, 3, 9)  # a Monday


def rota(*shifts: dict[str, Any], **more: Any) -> Rota:
    return Rota.model_validate({"starts": "2026-03-02", "shifts": list(shifts), **more})


def shift(*people: str, hours: str = "00:00-00:00", **more: Any) -> dict[str, Any]:
    begins, ends = hours.split("-")
    return {"people": list(people), "from": begins, "to": ends, **more}


def works(day: date) -> bool:
    return day.weekday() < 5 and day != HOLIDAY


def at(here: Rota, moment: str, zone: ZoneInfo = ALMATY) -> str | None:
    local = datetime.fromisoformat(moment).replace(tzinfo=zone)
    return on_duty(here, local.astimezone(UTC), zone, works)


DAY_AND_NIGHT = rota(
    shift("a", "b", hours="09:00-18:00", only="working_days"),
    shift("n", hours="18:00-09:00", only="working_days"),
    shift("w", only="days_off"),
)


@pytest.mark.parametrize(
    ("moment", "person"),
    [
        ("2026-03-04 09:00", "a"),
        ("2026-03-04 17:59", "a"),
        ("2026-03-04 18:00", "n"),
        ("2026-03-05 08:59", "n"),
        ("2026-03-11 12:00", "b"),  # the second week
        ("2026-03-18 12:00", "a"),
        ("2026-02-25 12:00", "b"),  # before it starts, backwards
        ("2026-03-07 12:00", "w"),  # Saturday
        ("2026-03-07 03:00", "n"),  # Friday's night
        ("2026-03-09 12:00", "w"),  # a holiday
        (
            "2026-03-10 03:00",
            None,
        ),  # the holiday's Monday night has no shift, and Tuesday's not yet
    ],
)
def test_who_has_the_watch(moment: str, person: str | None) -> None:
    assert at(DAY_AND_NIGHT, moment) == person


def test_a_turn_may_be_a_day() -> None:
    daily = rota(shift("a", "b", "c"), turn="1d")
    assert [at(daily, f"2026-03-0{n} 12:00") for n in range(2, 7)] == ["a", "b", "c", "a", "b"]


def test_who_is_away_is_stood_for() -> None:
    away = [
        {"person": "a", "instead": "b", "from": "2026-03-04T12:00", "until": "2026-03-05T12:00"},
        {"person": "b", "instead": "c", "from": "2026-03-05T00:00", "until": "2026-03-06T00:00"},
    ]
    here = rota(shift("a"), away=away)
    times = ("2026-03-04 11:59", "2026-03-04 12:00", "2026-03-05 11:00", "2026-03-05 12:00")
    assert [at(here, each) for each in times] == ["a", "b", "c", "a"]


def test_where_all_are_away_nobody_has_it() -> None:
    span = {"from": "2026-03-04T00:00", "until": "2026-03-05T00:00"}
    away = [{"person": "a", "instead": "b", **span}, {"person": "b", "instead": "a", **span}]
    assert at(rota(shift("a", "b"), away=away), "2026-03-04 12:00") is None


@pytest.mark.parametrize(
    ("here", "found"),
    [
        (rota(shift("a")), []),
        (rota(shift("a", hours="09:00-18:00"), shift("b", hours="18:00-09:00")), []),
        (
            rota(shift("a", hours="09:00-18:00"), shift("b", hours="19:00-09:00")),
            ["every day 18:00-19:00"],
        ),
        (rota(shift("a", days=OFFICE)), ["sat sun 00:00-24:00"]),
        (
            rota(shift("a", days=OFFICE), shift("b", days=["sat"])),
            ["sun 00:00-24:00"],
        ),
        (
            rota(shift("a", only="working_days"), shift("b", days=["sat", "sun"])),
            ["mon tue wed thu fri 00:00-24:00 on days off"],
        ),
        # A Saturday that is worked by decree is covered by neither.
        (
            rota(shift("a", days=OFFICE), shift("b", days=["sat", "sun"], only="days_off")),
            ["sat sun 00:00-24:00 on working days"],
        ),
    ],
)
def test_gaps_are_found_for_every_kind_of_day(here: Rota, found: list[str]) -> None:
    assert gaps(here) == found


def test_the_night_after_a_day_off_is_a_gap() -> None:
    assert gaps(DAY_AND_NIGHT) == ["every day 00:00-09:00 on working days"]


def test_watches_follow_each_other_without_holes() -> None:
    begins = datetime(2026, 3, 6, 12, tzinfo=UTC)
    found = list(watches(DAY_AND_NIGHT, begins, begins + timedelta(days=4), ALMATY, works))
    assert [each.person for each in found] == ["a", "n", "w", None, "b"]
    assert found[0].begins == begins
    assert found[-1].ends == begins + timedelta(days=4)
    assert all(one.ends == two.begins for one, two in pairwise(found))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"turn": "36h"}, "whole days"),
        ({"turn": "0s"}, "whole days"),
        ({"shifts": []}, "at least 1"),
        (
            {"away": [{"person": "a", "instead": "a", "from": "2026-03-04T00:00",
                       "until": "2026-03-05T00:00"}]},
            "are the same",
        ),
        (
            {"away": [{"person": "a", "instead": "b", "from": "2026-03-04T00:00",
                       "until": "2026-03-04T00:00"}]},
            "later than from",
        ),
        (
            {"away": [{"person": "a", "instead": "b", "from": "2026-03-04T00:00+05:00",
                       "until": "2026-03-05T00:00+05:00"}]},
            "without an offset",
        ),
    ],
)  # fmt: skip
def test_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Rota.model_validate({"starts": "2026-03-02", "shifts": [shift("a")], **wrong})


CLOCKS = st.sampled_from(["00:00", "02:30", "06:00", "09:00", "18:00", "23:59"])
SHIFTS = st.builds(
    lambda people, begins, ends, days, only: shift(
        *people, hours=f"{begins}-{ends}", days=days, **({"only": only} if only else {})
    ),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3),
    CLOCKS,
    CLOCKS,
    st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True),
    st.sampled_from([None, "working_days", "days_off"]),
)


@given(
    st.lists(SHIFTS, min_size=1, max_size=4),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),
    st.sampled_from([ALMATY, BOSTON]),
)
def test_a_rota_without_gaps_has_somebody_always_and_only_one(
    shifts: list[dict[str, Any]], moment: datetime, zone: ZoneInfo
) -> None:
    here = rota(*shifts)
    person = on_duty(here, moment.replace(tzinfo=UTC), zone, works)
    if not gaps(here):
        assert person is not None
    assert person in (None, "a", "b", "c")


@given(
    st.lists(SHIFTS, min_size=1, max_size=3),
    st.datetimes(datetime(2026, 2, 1), datetime(2026, 11, 30)),
)
def test_watches_say_what_each_moment_says(shifts: list[dict[str, Any]], start: datetime) -> None:
    here = rota(*shifts, turn="2d")
    begins = start.replace(tzinfo=UTC)
    for watch in watches(here, begins, begins + timedelta(days=6), BOSTON, works):
        for moment in (watch.begins, watch.ends - timedelta(microseconds=1)):
            assert on_duty(here, moment, BOSTON, works) == watch.person
