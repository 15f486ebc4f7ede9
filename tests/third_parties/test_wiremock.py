"""Against WireMock, which breaks connections, answers rubbish and waits too long, as ordered."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from tests.flows.composite_services.carried import Scene
from tests.third_parties.registry import PATH, scene
from tests.third_parties.servers import wiremock

DONE = {"status": 200, "jsonBody": {"content": {"ID": "1", "FirstName": "Aru"}}}
JSON = {"headers": {"Content-Type": "application/json"}}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("wiremock")
    with wiremock(folder, folder / "log") as found:
        yield found


@pytest.fixture(autouse=True)
def _told(address: str) -> None:
    requests.post(f"{address}/__admin/reset", timeout=30).raise_for_status()
    _stub(address, "read", DONE)


def _stub(
    address: str, what: str, response: dict[str, Any], state: str = "", then: str = ""
) -> None:
    """Answer so; with `state` once in this state of the story, which goes on to `then`."""
    stub: dict[str, Any] = {
        "request": {"method": "POST", "urlPath": f"{PATH}/{what}"},
        "response": JSON | response,
    }
    if state:
        stub |= {"scenarioName": what, "requiredScenarioState": state, "newScenarioState": then}
    requests.post(f"{address}/__admin/mappings", json=stub, timeout=30).raise_for_status()


def _asked(address: str, what: str) -> int:
    wanted = {"method": "POST", "urlPath": f"{PATH}/{what}"}
    answer = requests.post(f"{address}/__admin/requests/count", json=wanted, timeout=30)
    return int(answer.json()["count"])


def _exists(address: str, yes: bool) -> None:
    _stub(address, "exists", {"status": 200, "jsonBody": {"answer": {"status": yes}}})


def _carried(made: Scene) -> dict[str, str]:
    """A body that has nothing of it is believed only once no call can be on its way any more."""
    for _ in range(14):
        states = made.carry(timedelta(seconds=5))
    return states


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "CONNECTION_RESET_BY_PEER"},
        {"fault": "EMPTY_RESPONSE"},
        {"fault": "RANDOM_DATA_THEN_CLOSE"},
        {"fault": "MALFORMED_RESPONSE_CHUNK", "status": 200},
        {"status": 200, "fixedDelayMilliseconds": 20_000, "jsonBody": DONE["jsonBody"]},
        {"status": 500},
        {"status": 200, "body": "<html>Sorry</html>"},
    ],
    ids=["reset", "empty", "random", "chunk", "slow", "500", "html"],
)
@pytest.mark.parametrize("worked", [True, False], ids=["it had worked", "it had not"])
def test_after_a_doubt_the_body_is_asked(
    engine: Engine, tmp_path: Path, address: str, key: str, fault: dict[str, Any], worked: bool
) -> None:
    _stub(address, "create", fault, "Started", "failed")
    _stub(address, "create", DONE, "failed", "failed")
    _exists(address, worked)
    states = _carried(scene(engine, tmp_path / "environment", address, key))
    assert (states["enter"], states["look"]) == ("done", "done")
    assert _asked(address, "create") == (1 if worked else 2)
    assert _asked(address, "exists") == (1 if worked else 2)


def test_a_busy_body_is_asked_again_and_has_done_nothing(
    engine: Engine, tmp_path: Path, address: str, key: str
) -> None:
    busy = {"status": 429, "headers": {"Retry-After": "1"}}
    _stub(address, "create", busy, "Started", "busy")
    _stub(address, "create", DONE, "busy", "busy")
    states = _carried(scene(engine, tmp_path / "environment", address, key))
    assert states["enter"] == "done"
    assert (_asked(address, "create"), _asked(address, "exists")) == (2, 0)


def test_a_body_that_can_tell_nothing_stops_for_a_person(
    engine: Engine, tmp_path: Path, address: str, key: str
) -> None:
    _stub(address, "create", {"fault": "EMPTY_RESPONSE"})
    _stub(address, "exists", {"status": 200, "jsonBody": {"answer": {}}})
    made = scene(engine, tmp_path / "environment", address, key)
    for _ in range(40):  # it fails, so it is asked ever more seldom
        states = made.carry(timedelta(minutes=20))
    assert states["enter"] == "person"
    assert _asked(address, "create") == 1
    assert made.values("SELECT count(*) FROM assistance_cases WHERE state = 'open'") == [1]
