"""What the registry's stand-in does and refuses, and what its ledger says of it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sandbox.acts.ledger import Ledger
from sandbox.civil_registry.people import born, new_iin, person
from sandbox.civil_registry.registry import Registry
from sandbox.clock import Clock
from sandbox.identifiers import is_valid

AT = "2026-05-04T09:30:00+05:00"
MOTHER = "900101499904"
BIRTH = {"motherIin": MOTHER, "bornOn": "2026-05-01", "medicalCertificate": "MC-7", "sex": "F"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(Clock(800_000_000), tmp_path / "ledger.jsonl")
    yield ledger
    ledger.close()


@pytest.fixture
def registry(ledger: Ledger) -> Registry:
    return Registry(ledger)


def do(registry: Registry, service: str, key: str, /, **data: str) -> dict[str, Any]:
    return registry.do(service, key, data, AT).data


def register(registry: Registry, key: str, **data: str) -> dict[str, Any]:
    return do(registry, "CivilRegistry.RegisterBirth", key, **{**BIRTH, **data})


def state(registry: Registry, key: str) -> str:
    return str(do(registry, "CivilRegistry.Status", "new", key=key)["state"])


def test_a_birth_makes_an_act_and_an_identifier(registry: Registry, ledger: Ledger) -> None:
    done = register(registry, "k1")
    assert done["resultCode"] == "00000"
    assert done["actNumber"] == "2026-000001"
    assert is_valid(done["childIin"])
    assert born(done["childIin"]).isoformat() == "2026-05-01"
    assert [entry.operation for entry in ledger.entries("k1")] == ["CivilRegistry.RegisterBirth"]
    assert state(registry, "k1") == "done"


def test_registering_twice_makes_two_acts(registry: Registry, ledger: Ledger) -> None:
    first, second = register(registry, "k1"), register(registry, "k1")
    assert first["actNumber"] != second["actNumber"]
    assert first["childIin"] != second["childIin"]
    assert len(ledger.entries("k1")) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"medicalCertificate": "MC-00"}, "R101"),
        ({"motherIin": "900101499905"}, "R102"),
        ({"bornOn": "tomorrow"}, "R103"),
    ],
)
def test_refusals_have_reasons_and_grounds(
    registry: Registry, ledger: Ledger, data: dict[str, str], code: str
) -> None:
    refused = register(registry, "k1", **data)
    assert refused["resultCode"] == code
    assert all(refused[f"reason{language}"] for language in ("Ru", "Kk", "En"))
    assert refused["grounds"]
    assert ledger.entries("k1") == []
    assert state(registry, "k1") == "refused"


def test_an_act_is_annulled_once(registry: Registry, ledger: Ledger) -> None:
    number = register(registry, "k1")["actNumber"]
    annul = "CivilRegistry.AnnulBirth"
    assert do(registry, annul, "k1:undo", actNumber="2026-000009")["resultCode"] == "R201"
    assert do(registry, annul, "k1:undo", actNumber=number)["resultCode"] == "00000"
    assert do(registry, annul, "k1:undo", actNumber=number)["resultCode"] == "R202"
    assert len(ledger.entries(operation=annul)) == 1
    assert (state(registry, "k1"), state(registry, "k1:undo")) == ("done", "done")


def test_a_clinic_attaches_and_detaches(registry: Registry) -> None:
    attached = do(registry, "Clinics.Attach", "k2", iin=MOTHER, clinic="C-7")
    number = attached["attachmentNumber"]
    assert do(registry, "Clinics.Attach", "k3", iin=MOTHER, clinic="C-00")["resultCode"] == "R401"
    for code in ("00000", "R402"):
        detached = do(registry, "Clinics.Detach", "k2:undo", attachmentNumber=number)
        assert detached["resultCode"] == code


def test_a_body_that_was_switched_off_knows_what_it_did(tmp_path: Path) -> None:
    before = Ledger(Clock(800_000_000), tmp_path / "ledger.jsonl")
    number = register(Registry(before), "k1")["actNumber"]
    before.close()
    after = Ledger(Clock(800_000_100), tmp_path / "ledger.jsonl")
    assert state(Registry(after), "k1") == "done"
    assert register(Registry(after), "k2")["actNumber"] > number
    after.close()


def test_persons_are_always_the_same(registry: Registry) -> None:
    found = do(registry, "CivilRegistry.Person", "k1", iin=MOTHER)
    assert found["iin"] == MOTHER
    assert person(MOTHER) == person(MOTHER)
    assert found["lifeStatus"].keys() == {"code", "nameRu", "nameKz", "changeDate"}
    unknown = do(registry, "CivilRegistry.Person", "k1", iin="900101499905")
    assert unknown["resultCode"] == "R301"


def test_acts_are_listed_page_by_page(registry: Registry) -> None:
    for number in range(5):
        register(registry, f"k{number}")
    pages = [do(registry, "CivilRegistry.Acts", "", page=str(p), size="2") for p in (1, 2, 3)]
    assert [len(page["acts"]) for page in pages] == [2, 2, 1]
    assert {page["total"] for page in pages} == {5}


@pytest.mark.parametrize("sex", ["M", "F"])
@pytest.mark.parametrize("serial", range(9000, 9060, 7))
def test_new_identifiers_are_valid(sex: str, serial: int) -> None:
    day = date(2026, 2, 28)
    iin = new_iin(day, sex, serial)
    assert is_valid(iin)
    assert born(iin) == day
    assert (int(iin[6]) % 2 == 1) == (sex == "M")
