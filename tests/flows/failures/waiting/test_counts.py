"""Who waits: whose applications, how many people, and how many will be late by when."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from flows.failures.waiting.reach import reach
from models.errors import CouldNotRun
from tests.flows.delays.world import moment
from tests.flows.failures.waiting.outage import OTHER, SERVICE, Outage


def by(found: object) -> dict[str, int]:
    return {each.code: each.breaches for each in found.by}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("system", "systems", "services"),
    [
        ("gateway", ("gateway", "office"), (OTHER,)),
        ("office", ("office",), ()),
        ("registry", ("registry",), ()),
        ("tereze", (), ()),
    ],
)
def test_reach(
    outage: Outage, system: str, systems: tuple[str, ...], services: tuple[str, ...]
) -> None:
    found = reach(outage.environment, system)
    assert (found.systems, found.services) == (systems, services)


def test_reach_ends_where_systems_depend_on_each_other(outage: Outage) -> None:
    systems = outage.environment.systems
    circle = {
        **systems,
        "gateway": systems["gateway"].model_copy(update={"depends_on": ["office", "registry"]}),
    }
    env = type(outage.environment)(**{**vars(outage.environment), "systems": circle})
    assert reach(env, "registry").systems == ("registry", "gateway", "office")


def test_those_behind_it_wait_and_nobody_else(outage: Outage) -> None:
    outage.applied("1", "06-02 10:00")
    outage.applied("2", "06-02 10:00", system="registry")
    outage.applied("3", "06-02 10:00", system="registry", service=OTHER)
    outage.applied("4", "06-02 10:00")
    outage.completed("4", "06-02 11:00")
    assert {each.number for each in outage.waiting("gateway", "06-02 12:00").first} == {"1", "3"}
    assert {each.number for each in outage.waiting("office", "06-02 12:00").first} == {"1"}
    assert outage.waiting("office", "06-02 10:30").applications == 2, "completed only later"
    assert outage.waiting("office", "06-02 09:59").applications == 0, "not received yet"
    assert outage.waiting("tereze", "06-02 12:00").applications == 0


def test_people_are_counted_once_and_the_nameless_one_by_one(outage: Outage) -> None:
    for number, applicant, region in (
        ("1", "900101300017", "71"),
        ("2", "900101300017", "71"),
        ("3", "900101300017", None),
        ("4", None, None),
        ("5", None, None),
    ):
        outage.applied(number, "06-02 10:00", applicant=applicant, region=region)
    found = outage.waiting("office", "06-02 12:00")
    assert (found.applications, found.people) == (5, 3)
    groups = [(each.service, each.region, each.applications, each.people) for each in found.groups]
    assert groups == [(SERVICE, None, 3, 3), (SERVICE, "71", 2, 1)]
    assert found.oldest == moment("06-02 10:00")


def test_breaches_to_come_are_counted_by_their_due_date(outage: Outage) -> None:
    """The term is two working days: received on Friday, due on Tuesday at six."""
    outage.applied("overdue", "05-28 10:00")  # due on Friday, 05-30
    outage.applied("today", "05-30 10:00")  # due on Tuesday, 06-03
    outage.applied("tomorrow", "06-02 10:00")
    outage.applied("three working days", "06-04 10:00")  # Friday is a holiday: due on 06-09
    outage.applied("a week", "06-05 10:00")  # due on 06-10
    outage.applied("no term", "06-02 10:00", service="99999999")
    outage.applied("stands still", "06-02 10:00")
    outage.event("stands still", "stopped", "06-02 11:00")
    found = outage.waiting("office", "06-03 12:00")
    assert (found.overdue, found.unknown, found.stopped, found.unsure) == (1, 1, 1, 0)
    assert by(found) == {"today": 1, "tomorrow": 2, "working_days": 2, "week": 2}
    later = outage.waiting("office", "06-05 12:00")
    assert by(later) == {"today": 0, "tomorrow": 0, "working_days": 2, "week": 2}
    assert later.overdue == 3
    clocks = {each.number: each.clock for each in found.first}
    assert clocks == {
        "overdue": "overdue",
        "today": "running",
        "tomorrow": "running",
        "no term": "unknown",
        "stands still": "stopped",
    }
    assert [each.number for each in found.first][:3] == ["overdue", "today", "tomorrow"]


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        # Wednesday at noon; Friday is a holiday
        ("06-04 12:00", ["06-04 18:00", "06-06 00:00", "06-10 18:00", "06-12 00:00"]),
        # the same day after closing: its own end
        ("06-04 18:00", ["06-05 00:00", "06-06 00:00", "06-10 18:00", "06-12 00:00"]),
        # Saturday: its end, then Sunday's, then Wednesday's close
        ("06-07 12:00", ["06-08 00:00", "06-09 00:00", "06-11 18:00", "06-15 00:00"]),
    ],
)
def test_horizons_are_those_of_the_calendar(outage: Outage, at: str, ends: list[str]) -> None:
    found = [each.until for each in outage.waiting("office", at).by]
    assert found == [moment(end) for end in ends]


def test_around_long_holidays_a_week_may_come_before_three_working_days(outage: Outage) -> None:
    found = outage.waiting("office", "03-20 12:00")
    assert sorted(each.until for each in found.by) == [each.until for each in found.by]
    assert {each.code for each in found.by} == {"today", "tomorrow", "working_days", "week"}


def test_nothing_is_concluded_from_what_was_not_looked_at(outage: Outage) -> None:
    """It was due at six, and nobody looked since five: it may have been done in time."""
    outage.change(applications={"stale_after": "1h"})
    outage.applied("1", "05-30 10:00")
    outage.looked(moment("06-03 17:00"))
    found = outage.waiting("office", "06-04 10:00")
    assert (found.overdue, found.unsure) == (0, 1)
    assert found.as_of == moment("06-03 17:00")
    assert found.not_looked_at == (
        "office was not looked at from 2025-06-03 17:00 to 2025-06-04 10:00"
        " (no good pull of office.applications)",
    )
    outage.looked(None)
    assert outage.waiting("office", "06-04 10:00").as_of is None
    outage.looked(moment("06-04 10:00"))
    fresh = outage.waiting("office", "06-04 10:00")
    assert (fresh.overdue, fresh.unsure, fresh.as_of) == (1, 0, moment("06-04 10:00"))
    assert fresh.not_looked_at == ()


def test_two_counts_in_one_transaction(outage: Outage) -> None:
    from flows.failures.waiting.counts import waiting

    outage.applied("1", "06-02 10:00")
    with outage.engine.begin() as connection:
        for system, applications in (("gateway", 1), ("office", 1), ("registry", 0)):
            found = waiting(connection, outage.environment, system, moment("06-02 12:00"))
            assert found.applications == applications


def test_beyond_the_calendar_is_an_error(outage: Outage) -> None:
    far = datetime.fromisoformat("2199-01-01T00:00:00+05:00")
    from flows.failures.waiting.counts import waiting

    with (
        outage.engine.begin() as connection,
        pytest.raises(CouldNotRun, match=r"does not reach.*register sync"),
    ):
        waiting(connection, outage.environment, "office", far)


def test_people_are_told_apart_in_each_group_and_in_all(outage: Outage) -> None:
    """A hundred made applications of fourteen people and some nameless, counted by hand."""
    rows = [
        {
            "number": str(n),
            "service": (SERVICE, OTHER)[n * 7 % 3 % 2],
            "region": ("71", "75", None)[n * 5 % 7 % 3],
            "applicant": None if n % 11 == 0 else f"{n * 13 % 14:012d}",
            "at": moment("06-02 10:00"),
        }
        for n in range(100)
    ]
    with outage.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO applications (system, number, service, region, applicant, received_at,
                    source, pull_id)
                VALUES ('office', :number, :service, :region, :applicant, :at, 'x', 1)
            """),
            rows,
        )
    people: dict[tuple[Any, Any], set[str]] = {}
    for row in rows:
        group = people.setdefault((row["service"], row["region"]), set())
        group.add(str(row["applicant"] or f"nameless {row['number']}"))
    found = outage.waiting("office", "06-02 12:00")
    told = {(each.service, each.region): each.people for each in found.groups}
    assert told == {group: len(names) for group, names in people.items()}
    assert found.people == len(set().union(*people.values())) == 14 + 10
    assert sum(each.applications for each in found.groups) == found.applications == 100
