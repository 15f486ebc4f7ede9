"""What is planted: how much of each, in words that are not the register's, served and dropped."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sandbox.functions.dormant import dormant, dormant_codes
from sandbox.functions.planted import operation_name, planted, rows
from sandbox.functions.regulations import drop_regulations, numbers, regulation
from sandbox.history.families import CHAINS, linked
from sandbox.history.local_time import parse
from sandbox.history.profiles import STATE_CORPORATION
from sandbox.history.world import World
from sandbox.register.services import service_rows, services
from sandbox.register.words import SPHERES


def test_how_much_of_each() -> None:
    things = {(each.truth, each.thing) for each in planted()}
    assert Counter(truth for truth, _ in things) == {
        "hidden": 54,
        "renamed": 30,
        "internal": 40,
        "present": 60,
        "test": 8,
        "described_but_refused": 4,
    }
    assert len(set(dormant_codes())) == 25


def test_codes_are_unique_in_each_list() -> None:
    keys = [(each.place, each.code) for each in planted()]
    assert len(set(keys)) == len(keys)


def test_only_what_is_present_has_a_name_of_the_register() -> None:
    names = {str(row[f"name_{n}"]) for row in service_rows() for n in ("kk", "ru", "en")}
    for each in planted():
        if each.truth == "present":
            assert {each.ru, each.kk, each.en} & names
        elif each.truth != "renamed":
            assert not {each.ru, each.kk, each.en} & names - {""}


def test_renamed_ones_are_of_the_register() -> None:
    codes = {row["code"] for row in service_rows()}
    assert {each.thing for each in planted() if each.truth == "renamed"} <= codes
    assert set(dormant_codes()) <= codes


@pytest.mark.parametrize(
    ("english", "wanted"),
    [("Get a library ticket", "getLibraryTicket"), ("Hunter's card", "hunterSCard")],
)
def test_operation_names(english: str, wanted: str) -> None:
    assert operation_name(english) == wanted


def test_rows_carry_no_empty_text() -> None:
    for place in ("operation", "fee", "form"):
        for row in rows(place, "2026-03-01"):
            assert "" not in row.values()
            assert row["name_ru"] or row["name_kk"] or row["name_en"]


def test_regulations_number_their_functions(tmp_path: Path) -> None:
    drop_regulations(tmp_path)
    assert len(list(tmp_path.iterdir())) == len(SPHERES)
    listed = [code for sphere in SPHERES for code in numbers(sphere).values()]
    assert sorted(listed) == sorted(e.code for e in planted() if e.place == "regulation")
    for sphere in SPHERES:
        text = regulation(sphere)
        assert text.index("5. Функции:") < text.index("6. Руководство")


@pytest.fixture(scope="module")
def world() -> World:
    return World(STATE_CORPORATION, 1, 20_000, parse("2026-03-02T11:00:00"))


def test_nobody_applies_for_a_dormant_service(world: World) -> None:
    seen = set(world.columns(world.anchor).service.tolist())
    assert not seen & set(dormant())
    assert len(seen) > len(services()) - 25 - 12


def test_the_same_people_take_the_services_of_a_chain(world: World) -> None:
    columns = world.columns(world.anchor)
    by_name = {service.names[1]: place for place, service in enumerate(services())}
    first, second, third = (by_name[name] for name in CHAINS[0])
    people = [
        set(columns.identifier[columns.service == place].tolist())
        for place in (first, second, third)
    ]
    assert len(people[0] & people[1]) > 100
    assert len(people[0] & people[1] & people[2]) > 50


def test_nobody_takes_the_next_one_twice_for_the_same() -> None:
    service = np.array([0, 1, 1, 0, 1], dtype=np.int64)
    made = linked(np.random.default_rng(2), service, np.arange(5, dtype=np.int64))
    assert made[0] == 0
    assert len(set(made[[1, 2]].tolist())) == 2
