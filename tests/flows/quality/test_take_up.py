"""Digital take-up, by hand and on the services of a real government."""

import csv

import pytest

from flows.quality.take_up import TakeUp, Volume, digital_take_up, without_digital
from tests.shared import shared

LARGEST_WITHOUT = [
    ("Jobsearch reviews (signing on)", 38_830_000),
    ("Adviser interventions (jobsearch advice)", 23_390_000),
    ("State Pension: claims maintained", 11_530_000),
    ("Social Fund Grants and Loans", 4_830_000),
    ("Prison appointment bookings", 4_600_000),
    ("Disability Living Allowance (DLA): claims maintained", 3_260_000),
    ("Pension Credit: claims maintained", 2_550_000),
    ("Incapacity Benefit/ Employment and Support Allowance (ESA): claims maintained", 2_510_000),
    ("Attendance Allowance: claims maintained", 1_710_000),
    ("Jobseeker's Allowance (JSA): claims maintained", 1_490_000),
]


def _number(cell: str) -> int | None:
    return int(float(cell)) if cell else None


def _quarter(name: str) -> list[Volume]:
    with shared("channels/uk_services_2013.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [
            Volume(
                row["Name of service"],
                _number(row[f"{name}: volume"]),
                _number(row[f"{name}: digital volume"]),
            )
            for row in csv.DictReader(stream)
        ]


def test_a_governments_services() -> None:
    found = digital_take_up(_quarter("2013 Q1"))
    assert found == TakeUp(reporting=88, uses=163_374_365, digital=44_362_008)
    assert found.share == pytest.approx(0.2715, abs=5e-5)


def test_its_largest_services_that_nobody_uses_digitally() -> None:
    found = without_digital(_quarter("2013 Q1"))
    assert [(each.name, each.uses) for each in found] == LARGEST_WITHOUT


def test_who_reports_one_number_says_nothing() -> None:
    assert digital_take_up([Volume("a", 10, None), Volume("b", None, 4)]) == TakeUp(0, 0, 0)
    assert digital_take_up([]).share is None
    assert digital_take_up([Volume("a", 0, 0)]).share is None
    assert without_digital([Volume("a", None, 0), Volume("b", 0, 0), Volume("c", 3, None)]) == []


def test_two_services_count_by_their_uses_not_as_two_shares() -> None:
    found = digital_take_up([Volume("a", 90, 90), Volume("b", 10, 0)])
    assert found.share == pytest.approx(0.9)


@pytest.mark.parametrize(("uses", "digital"), [(3, 4), (3, -1), (-1, -1)])
def test_numbers_that_cannot_be(uses: int, digital: int) -> None:
    with pytest.raises(ValueError, match="digital uses of"):
        digital_take_up([Volume("a", uses, digital)])
