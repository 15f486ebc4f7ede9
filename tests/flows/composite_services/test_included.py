"""The included composite services, from the form to the end, over real sockets to the bodies."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.as_applications import sync
from flows.composite_services.assistance.cases import resolve
from flows.composite_services.engine.carry import Carried, carry
from flows.composite_services.intake.apply import Way, apply
from models import trail
from models.database import Database
from models.environment.loader import Environment
from tests.flows.composite_services.demo_bodies import Bodies, house, running, synced

WAY = Way("person:test", "en", "command", channel="portal")
DATA: dict[str, Any] = {
    "mother_iin": "850101400011",
    "born_on": "2026-11-18",
    "sex": "female",
    "child_name": "Әлия",
    "medical_certificate": "MC-2026-0001",
    "iban": "KZ86125KZT5004100100"[:18] + "11",
    "phone": "+77010000000",
}


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bodies]:
    with running(tmp_path_factory.mktemp("bodies")) as found:
        yield found


@pytest.fixture(scope="module")
def environment(bodies: Bodies, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    assert bodies.control, "their addresses are in the variables that the files name"
    return house(tmp_path_factory.mktemp("house"))


@pytest.fixture
def engine(database: Database, environment: Environment) -> Engine:
    engine = database.engine()
    synced(engine, environment)
    return engine


def _to_the_end(
    engine: Engine, environment: Environment, number: str, end: str = "ended"
) -> Carried:
    """Carry it on until it has ended; what waits is asked for when its time comes."""
    until = time.monotonic() + 120
    while (carried := carry(engine, environment, number, within=5)).state != end:
        assert time.monotonic() < until, _steps(engine)
        with engine.begin() as connection:  # nobody wants to wait half a minute
            connection.execute(
                text("UPDATE composite_steps SET next_at = :now WHERE state = 'waiting'"),
                {"now": datetime.now(UTC)},
            )
    return carried


def _steps(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM composite_steps ORDER BY position"))
        return {row["step"]: dict(row) for row in rows.mappings()}


def test_from_the_form_to_the_end(engine: Engine, environment: Environment, bodies: Bodies) -> None:
    started = apply(engine, environment, "birth_of_child", DATA, WAY, datetime.now(UTC))
    carried = _to_the_end(engine, environment, started.number)
    assert (carried.outcome, carried.sentence) == ("done", "All is done")
    steps = _steps(engine)
    assert [each["state"] for each in steps.values()] == ["done"] * 4
    child = steps["registration"]["result"]["child_iin"]
    [act] = [
        each
        for each in bodies.ledger("civil_registry")
        if each["key"] == steps["registration"]["key"]
    ]
    assert act["what"]["childIin"] == child
    [allowance] = [
        each
        for each in bodies.ledger("social_protection")
        if each["key"] == steps["allowance"]["key"]
    ]
    assert allowance["what"]["childIin"] == child
    with engine.begin() as connection:
        sync(connection, environment, datetime.now(UTC))
        rows = connection.execute(
            text("SELECT service, sub_type, result, due_at FROM applications ORDER BY service")
        ).all()
        assert trail.verify(connection).ok
    assert [(row.service, row.result) for row in rows] == [
        ("00100001", "issued"),
        ("00200002", "issued"),
        ("00300003", "issued"),
    ]
    assert all(row.due_at is not None for row in rows)


REFUSALS = [
    ({"medical_certificate": "MC-00"}, "refused", "registration", "never issued"),
    ({"iban": "KZ86125KZT5004100100"}, "partly", "allowance", "closed"),
]


@pytest.mark.parametrize(("data", "outcome", "step", "reason"), REFUSALS)
def test_refusals_are_outcomes(
    engine: Engine,
    environment: Environment,
    data: dict[str, str],
    outcome: str,
    step: str,
    reason: str,
) -> None:
    started = apply(engine, environment, "birth_of_child", DATA | data, WAY, datetime.now(UTC))
    assert _to_the_end(engine, environment, started.number).outcome == outcome
    refused = _steps(engine)[step]
    assert reason in refused["refusal"]["reason"]
    assert refused["refusal"]["grounds"]


def test_a_lost_answer_makes_no_second_act(
    engine: Engine, environment: Environment, bodies: Bodies
) -> None:
    bodies.fail("civil_registry", kind="lose_answer", count=1)
    started = apply(engine, environment, "birth_of_child", DATA, WAY, datetime.now(UTC))
    assert _to_the_end(engine, environment, started.number).outcome == "done"
    key = _steps(engine)["registration"]["key"]
    assert [each["key"] for each in bodies.ledger("civil_registry")].count(key) == 1


MOVE = {
    "applicant_iin": "850101400011",
    "kato": "751110000",
    "address": "Абай 10",
    "clinic": "C-1",
    "has_pupil": True,
    "pupil_iin": "850101400011",
    "school": "S-1",
    "has_benefits": True,
    "phone": "+77010000000",
}


def _resolve(engine: Engine, environment: Environment, answers: dict[str, Any]) -> None:
    with engine.begin() as connection:
        case = connection.execute(
            text("SELECT id FROM assistance_cases WHERE kind = 'task' AND state = 'open'")
        ).scalar_one()
        resolve(
            connection,
            environment,
            case,
            how="done",
            resolution="examined",
            answers=answers,
            actor="person:clerk",
            moment=datetime.now(UTC),
        )


def test_moving_house_side_by_side(
    engine: Engine, environment: Environment, bodies: Bodies
) -> None:
    started = apply(engine, environment, "move_house", MOVE, WAY, datetime.now(UTC))
    _to_the_end(engine, environment, started.number, "person")
    _resolve(engine, environment, {"moved": True, "paid_from": "2026-11-22"})
    assert _to_the_end(engine, environment, started.number).outcome == "done"
    steps = _steps(engine)
    assert {each["state"] for each in steps.values()} == {"done"}
    [residence] = bodies.ledger("migration_service")
    assert residence["what"]["kato"] == MOVE["kato"]
    assert residence["what"]["from"], "what the state knew was not asked for"
    assert steps["clinic"]["result"]["attachment"]


def test_opening_a_business(engine: Engine, environment: Environment, bodies: Bodies) -> None:
    form = {
        "founder_iin": "850101400011",
        "company_name": "Тереңдік",
        "address": "Абай 1",
        "activity": "47110",
        "regime": "general",
        "licensed": False,
        "phone": "+77010000000",
    }
    started = apply(engine, environment, "open_business", form, WAY, datetime.now(UTC))
    _to_the_end(engine, environment, started.number, "person")
    assert bodies.ledger("business_register") == [], "nothing before the decision"
    _resolve(engine, environment, {"decision": "allow"})
    assert _to_the_end(engine, environment, started.number).outcome == "done"
    states = {name: each["state"] for name, each in _steps(engine).items()}
    assert states.pop("licence") == "skipped"
    assert set(states.values()) == {"done"}
    operations = [each["operation"] for each in bodies.ledger("business_register")]
    assert operations == ["company", "tax_registration"]
    with engine.begin() as connection:
        sync(connection, environment, datetime.now(UTC))
        sql = "SELECT service, organisation, due_at > received_at FROM applications ORDER BY 1"
        applied = connection.execute(text(sql)).all()
    assert [tuple(each) for each in applied] == [
        ("00801025", "BUSINESS", True),
        ("00904037", "TAX", True),
    ]
