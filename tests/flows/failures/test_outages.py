"""Outages by the rules, and on a government's recorded probes."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.csv_files import Problems
from flows.failures.outages import Finding, Rules, find
from flows.failures.probes import Probe, read
from tests.shared import shared

START = datetime(2026, 5, 4, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def probes(pattern: str, endpoint: str = "api") -> list[Probe]:
    """One probe a minute: `.` good, `x` 503, `o` no answer; a space is a minute without."""
    reasons = {".": "200", "x": "503", "o": "down"}
    return [
        Probe(START + minute * MINUTE, endpoint, each == ".", reasons[each])
        for minute, each in enumerate(pattern)
        if each != " "
    ]


def brief(findings: list[Finding]) -> list[str]:
    """Each finding as kind, first and last minute, probes and reason."""
    return [
        f"{each.kind} {_minute(each.began_at)}-{_minute(each.ended_at)} {each.probes} {each.reason}"
        for each in findings
    ]


def _minute(moment: datetime | None) -> str:
    return "" if moment is None else str((moment - START) // MINUTE)


@pytest.mark.parametrize(
    ("pattern", "rules", "expected"),
    [
        ("....", Rules(1), []),
        (".x..", Rules(1), ["outage 1-2 1 503"]),
        (".x..", Rules(2), []),
        (".xx.", Rules(2), ["outage 1-3 2 503"]),
        (".x.x.x.", Rules(2), []),
        (".oox.", Rules(3), ["outage 1-4 3 down"]),
        ("xx", Rules(2), ["outage 0- 2 503"]),
        (".x", Rules(2), []),
        (".x.xx.", Rules(1), ["outage 1-2 1 503", "outage 3-5 2 503"]),
        (".x.xx.", Rules(1, MINUTE), ["outage 1-5 3 503"]),
        (".x.xx.", Rules(2, MINUTE), ["outage 3-5 2 503"]),
        (".x.oo.x", Rules(1, MINUTE), ["outage 1- 4 503"]),
        (".x..x.", Rules(1, MINUTE), ["outage 1-2 1 503", "outage 4-5 1 503"]),
        (".  .", Rules(1, gap=3 * MINUTE), []),
        (".  .", Rules(1, gap=2 * MINUTE), ["not_looked_at 0-3 0 no probe for 0:03:00"]),
        (".x   x.", Rules(2, gap=2 * MINUTE), ["not_looked_at 1-5 0 no probe for 0:04:00"]),
        (".x   x.", Rules(2), ["outage 1-6 2 503"]),
        (
            "xx   x.",
            Rules(2, gap=2 * MINUTE),
            ["outage 0-6 3 503", "not_looked_at 1-5 0 no probe for 0:04:00"],
        ),
    ],
)
def test_rules(pattern: str, rules: Rules, expected: list[str]) -> None:
    assert brief(find(probes(pattern), rules)) == expected


def test_each_endpoint_is_judged_alone() -> None:
    mixed = sorted(probes(".x.x.", "b") + probes("xx.", "a"), key=lambda probe: probe.time)
    found = find(mixed, Rules(2))
    assert [(each.endpoint, *brief([each])) for each in found] == [("a", "outage 0-2 2 503")]


def test_an_endpoint_that_is_probed_no_more_is_not_looked_at() -> None:
    found = find([*probes("..", "old"), *probes("." * 10, "new")], Rules(gap=5 * MINUTE))
    assert [(each.endpoint, *brief([each])) for each in found] == [
        ("old", "not_looked_at 1- 0 no probe since")
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("." * 30 + "    " + ".", ["not_looked_at 29-34 0 no probe for 0:05:00"]),
        ("." * 30 + "   " + ".", []),
        ("." * 10 + "    " + ".", []),  # too few to know what is usual
    ],
)
def test_a_gap_is_known_from_the_usual_pause(pattern: str, expected: list[str]) -> None:
    assert brief(find(probes(pattern), Rules())) == expected


@given(st.text("..x ", max_size=80), st.integers(1, 4))
def test_every_confirmed_run_of_failures_lies_in_one_outage(pattern: str, confirm: int) -> None:
    looks = probes(pattern)
    found = find(looks, Rules(confirm))
    runs = "".join("." if look.up else "x" for look in looks).split(".")
    assert [each.probes for each in found if each.kind == "outage"] == [
        len(run) for run in runs if len(run) >= confirm
    ]


def test_outages_of_a_government_are_those_recorded() -> None:
    problems = Problems()
    source = shared("probes/government_apis_2022_2023.csv")
    looks = read(source, problems, frozenset({"test-route"}))
    found = find(looks, Rules(confirm=1))
    with shared("probes/government_apis_outages.csv").open(encoding="utf-8") as stream:
        expected = [
            (row["endpoint"], *map(datetime.fromisoformat, (row["from"], row["to"])))
            for row in csv.DictReader(stream)
            if row["endpoint"] != "test-route"
        ]
    assert len(expected) == 96
    assert [(each.endpoint, each.began_at, each.ended_at) for each in found] == expected
    assert problems.count == 0
    # The record keeps changes of state only: no second look at an outage was written down.
    assert find(looks, Rules(confirm=2)) == []
