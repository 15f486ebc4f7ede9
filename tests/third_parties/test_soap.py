"""The demo's registration of residence, unchanged, against a SOAP service on the npm package."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from flows.composite_services.undoing.cancel import cancel
from flows.environment import choose
from models.environment.composites import Composite
from models.environment.loader import Environment, load
from tests.environments import environment as small_environment
from tests.flows.composite_services.bodies import Body
from tests.flows.composite_services.carried import Scene
from tests.flows.composite_services.small import names
from tests.third_parties.registry import STAY
from tests.third_parties.servers import HERE, soap_of_npm

DATA = {
    "applicant_iin": "900101300017", "kato": "711110000", "address": "Street 1, house 2",
    "mother_iin": "900101300017", "born_on": "2026-03-01", "old_street": "Street 9",
}  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("soap") / "log"
    with soap_of_npm(HERE / "residence.wsdl", log) as found:
        yield found


def definition() -> Composite:
    """The demo's step for the residence, and a wait so that it can be withdrawn."""
    demo = load(choose("demo")).composites["move_house"]
    whole = demo.model_dump(by_alias=True, exclude_defaults=True)
    residence = {**whole["steps"]["residence"], "requires": []}
    stay = {**STAY, "requires": ["residence"]}
    fields = [each for each in whole["form"]["fields"] if "known" not in each]
    form = {**whole["form"], "fields": fields}
    steps = {"residence": residence, "stay": stay}
    return Composite.model_validate({**whole, "form": form, "steps": steps})


def environment(folder: Path, address: str) -> Environment:
    system: dict[str, Any] = {
        "names": names("The migration service"),
        "owner": "somebody",
        "contact": "duty officer",
        "connector": "soap",
        "connection": {"url": f"{address}/residence", "timeouts": {"connect": 10, "read": 30}},
    }
    return small_environment(
        folder,
        environment={"composite_services": {"office": "office 1", "lease": "1m", "threads": 2}},
        systems={"systems": {"migration_service": system}},
    )


@pytest.fixture
def scene(engine: Engine, tmp_path: Path, address: str) -> Scene:
    return Scene(engine, environment(tmp_path / "environment", address), Body(), definition())


def _begun(scene: Scene, **changes: str) -> Scene:
    scene.begin()
    scene.execute(
        "UPDATE composite_applications SET data = CAST(:data AS jsonb)",
        data=json.dumps(DATA | changes),
    )
    return scene


def test_registered_and_taken_back(scene: Scene, address: str) -> None:
    made = _begun(scene)
    assert made.carry()["residence"] == "done"
    [given] = made.values("SELECT reference FROM composite_steps WHERE step = 'residence'")
    with made.engine.begin() as connection:
        cancel(
            connection, made.environment, made.number, reason="They stay where they are",
            actor="person:test", moment=made.at,
        )  # fmt: skip
    assert made.carry(timedelta(minutes=1))["residence"] == "undone"
    asked = requests.get(f"{address}/asked", timeout=30).json()
    assert [each["operation"] for each in asked] == ["RegisterResidence", "CancelRegistration"]
    assert asked[0]["address"] == DATA["address"]
    assert asked[1]["registrationId"] == given


def test_a_refusal_reaches_the_applicant(scene: Scene) -> None:
    made = _begun(scene, address="nowhere")
    assert made.carry()["residence"] == "refused"
    [refusal] = made.values("SELECT refusal FROM composite_steps WHERE step = 'residence'")
    assert refusal == {"reason": "There is no such address", "grounds": "rule 4"}
