"""Against Prism on a document that others published: Mojaloop's, of paying through its scheme.

The document is read from its authors' package as it is. Its schemas have too few examples for
whole answers, so Prism makes answers up from them: the same ones for the same seed.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from flows.composite_services.intake.apply import Way, apply
from flows.environment import open_environment
from models.environment.loader import Environment
from tests.environments import files, write
from tests.flows.composite_services.begun import AT
from tests.flows.composite_services.bodies import Body
from tests.flows.composite_services.carried import Scene
from tests.flows.composite_services.small import names
from tests.third_parties.servers import HERE, prism, published

DOCUMENT = "@mojaloop/api-snippets/docs/sdk-scheme-adapter-outbound-v2_1_0-openapi3-snippets.yaml"
DEFINITION = HERE / "payment_of_allowance.yaml"
PAID, BROKEN_OFF = "516", "20"
"""Seeds: the transfer waits and is then committed; the transfer is aborted."""
FORM = {
    "mother_iin": "850101400011",
    "bank": "halyk",
    "iban": "KZ86125KZT5004100111",
    "amount": "149416",
    "pay_by": "2026-03-20",
}
WAY = Way("person:test", "en", "command", channel="portal")


@pytest.fixture(scope="module")
def paying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with _scheme(tmp_path_factory.mktemp("prism"), PAID) as address:
        yield address


def _scheme(folder: Path, seed: str) -> AbstractContextManager[str]:
    return prism(published(DOCUMENT), folder / "log", "--dynamic", "--seed", seed)


def _environment(folder: Path, address: str) -> Environment:
    settings = {"composite_services": {"office": "office 1", "lease": "1m", "threads": 2}}
    system = {
        "names": names("The payments scheme"),
        "owner": "somebody",
        "contact": "duty officer",
        "connector": "rest",
        "connection": {"url": address},
    }
    write(folder, files(environment=settings, systems={"systems": {"payments": system}}))
    (folder / "composites").mkdir()
    shutil.copy(DEFINITION, folder / "composites")
    return open_environment(folder)


@pytest.fixture
def applied(engine: Engine, tmp_path: Path) -> Callable[..., Scene]:
    def make(address: str, **changes: Any) -> Scene:
        environment = _environment(tmp_path / "environment", address)
        started = apply(engine, environment, DEFINITION.stem, FORM | changes, WAY, AT)
        definition = environment.composites[DEFINITION.stem]
        made = Scene(engine, environment, Body(), definition, started.number)
        [made.application] = made.values("SELECT id FROM composite_applications")
        return made

    return make


def test_the_allowance_is_paid(applied: Callable[..., Scene], paying: str) -> None:
    made = applied(paying)
    assert made.carry() == {"": "waiting", "quote": "done", "payment": "waiting"}
    states = made.carry(timedelta(minutes=1))
    assert states == {"": "ended/done", "quote": "done", "payment": "done"}
    assert made.outcomes() == [
        ("quote", "call", "done"),
        ("payment", "call", "waits"),
        ("payment", "ask", "done"),
    ]
    [key, proof] = made.values(
        "SELECT unnest(ARRAY[key, result->>'proof']) FROM composite_steps WHERE step = 'payment'"
    )
    assert len(proof) == 43, "the seal of whoever took the money, as the document has it"
    [_, sent, asked] = made.values("SELECT asked FROM composite_attempts ORDER BY id")
    assert f'"transferId":"{UUID(key)}"' in sent
    assert f"GET /transfers/{key}" in asked


def test_a_payment_that_the_scheme_breaks_off(
    applied: Callable[..., Scene], tmp_path: Path
) -> None:
    with _scheme(tmp_path, BROKEN_OFF) as address:
        made = applied(address)
        assert made.carry() == {"": "ended/refused", "quote": "done", "payment": "refused"}
    [why] = made.values("SELECT refusal->>'reason' FROM composite_steps WHERE step = 'payment'")
    assert why == "The scheme broke the payment off"


@pytest.mark.parametrize(
    ("field", "wrong", "named"),
    [
        ("amount", "149416.50", "quotesPostRequest.amount.amount must match pattern"),
        ("bank", "h" * 33, "fspId must NOT have more than 32 characters"),
    ],
    ids=["an amount that ends in a nought", "a name that is too long"],
)
def test_what_does_not_fit_the_document_stops_for_a_person(
    applied: Callable[..., Scene], paying: str, field: str, wrong: str, named: str
) -> None:
    made = applied(paying, **{field: wrong})
    for _ in range(4):
        states = made.carry(timedelta(seconds=2))
    assert states == {"": "person", "quote": "person", "payment": "pending"}
    answers = made.values("SELECT code, answered FROM composite_attempts ORDER BY id")
    assert [code for code, _ in answers] == ["422"] * 3, "as often as the definition says"
    assert all(named in answered for _, answered in answers)
    cases = made.values("SELECT office, todo FROM assistance_cases WHERE state = 'open'")
    assert cases == [("office 1", "Деректемелерді тексеріңіз")], "in the offices' language"
