import csv
import re
from collections import Counter
from typing import Any

import pytest

from sandbox.register.channels import channel_rows
from sandbox.register.offices import first_office, office_rows, offices
from sandbox.register.organisations import organisation_rows
from sandbox.register.regions import REGIONS, region_rows
from sandbox.register.services import service_rows
from sandbox.register.standards import UNITS, standard_rows
from tests.shared import shared


def test_746_services_with_codes_and_names_of_their_own() -> None:
    rows = service_rows()
    assert len(rows) == 746
    for field in ("code", "name_kk", "name_ru", "name_en"):
        assert len({row[field] for row in rows}) == 746, field
    assert all(re.fullmatch(r"\d{8}", str(row["code"])) for row in rows)
    bodies = {row["code"] for row in organisation_rows()}
    assert {row["organisation"] for row in rows} < bodies


def test_the_birth_of_a_child_has_the_terms_of_the_law() -> None:
    names = {row["code"]: row["name_ru"] for row in service_rows()}
    terms = {
        (names[row["service"]], row["sub_type"]): (row["term"], row["unit"])
        for row in standard_rows()
    }
    assert terms["Регистрация рождения ребенка", None] == (2, "working_days")
    assert terms["Регистрация рождения ребенка", "late"] == (7, "working_days")
    assert terms["Назначение пособия на рождение ребенка", None] == (7, "working_days")
    assert terms["Постановка на очередь в детский сад", None] == (30, "minutes")
    assert service_rows()[0]["sub_types"] == ["late"]


def test_328_offices_in_all_regions() -> None:
    rows = office_rows()
    assert len(rows) == 328 == len({row["code"] for row in rows})
    assert {row["region"] for row in rows} == {region.kato for region in REGIONS}
    assert 0 < sum(bool(row["six_day_week"]) for row in rows) < 328
    for region, (first, count) in enumerate(first_office()):
        assert {office.region for office in offices()[first : first + count]} == {region}


def test_five_channels_three_of_them_digital() -> None:
    assert [(row["code"], row["digital"]) for row in channel_rows()] == [
        ("portal", True),
        ("mobile", True),
        ("telegram", True),
        ("state_corporation", False),
        ("provider", False),
    ]


@pytest.mark.parametrize("day", ["2025-01-09", "2026-04-14", "2026-04-15", "2026-11-01"])
def test_one_general_standard_is_in_force_on_every_day(day: str) -> None:
    in_force: Counter[object] = Counter()
    special: Counter[tuple[Any, ...]] = Counter()
    for row in standard_rows():
        if not str(row["valid_from"]) <= day < str(row["valid_to"] or "9999"):
            continue
        if row["sub_type"] is None and row["channel"] is None:
            in_force[row["service"]] += 1
        else:
            special[row["service"], row["sub_type"], row["channel"]] += 1
    assert set(in_force.values()) == {1}
    assert len(in_force) == 746
    assert set(special.values()) == {1}


def test_standards_use_every_unit_and_some_have_a_second_version() -> None:
    rows = standard_rows()
    assert {row["unit"] for row in rows} == set(UNITS)
    changed = [row for row in rows if row["valid_to"] is not None]
    assert changed
    assert all(isinstance(row["term"], int) and row["term"] > 0 for row in rows)


def test_regions_are_those_of_the_classifier() -> None:
    with shared("kz/regions.csv").open(encoding="utf-8") as file:
        wanted = {(row["kato"], row["iso_3166_2"], row["name_ru"]) for row in csv.DictReader(file)}
    assert {(row["kato"], row["iso"], row["name_ru"]) for row in region_rows()} == wanted
