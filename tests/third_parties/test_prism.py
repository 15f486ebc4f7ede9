"""Against Stoplight Prism, which knows GovStack's interface and refuses what does not fit it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.composite_services.undoing.cancel import cancel
from tests.third_parties.registry import scene
from tests.third_parties.servers import HERE, prism


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("prism") / "log"
    with prism(HERE / "digital_registries.yaml", log) as found:
        yield found


def test_from_the_entry_to_its_end(engine: Engine, tmp_path: Path, address: str, key: str) -> None:
    made = scene(engine, tmp_path / "environment", address, key)
    done = {"enter": "done", "look": "done"}
    assert made.carry() == {"": "waiting", **done, "stay": "waiting"}
    assert made.outcomes() == [("enter", "call", "done"), ("look", "call", "done")]
    assert made.values("SELECT result->>'name' FROM composite_steps WHERE step = 'look'") == ["Aru"]
    kept = made.values("SELECT asked || answered FROM composite_attempts")
    assert all("opensesame" not in each for each in kept)
    assert made.carry(timedelta(days=11)) == {"": "ended/done", **done, "stay": "done"}


def test_what_was_entered_is_taken_back(
    engine: Engine, tmp_path: Path, address: str, key: str
) -> None:
    made = scene(engine, tmp_path / "environment", address, key)
    made.carry()
    with engine.begin() as connection:
        cancel(
            connection, made.environment, made.number, reason="The family moves away",
            actor="person:test", moment=made.at,
        )  # fmt: skip
    states = made.carry(timedelta(minutes=1))
    assert (states[""], states["enter"]) == ("ended/cancelled", "undone")
    assert made.outcomes()[-1] == ("enter", "undo", "done")
    assert made.values("SELECT code FROM composite_attempts WHERE does = 'undo'") == ["204"]


def test_what_does_not_fit_the_interface_stops_for_a_person(
    engine: Engine, tmp_path: Path, address: str, key: str
) -> None:
    made = scene(engine, tmp_path / "environment", address, key)
    made.execute("""UPDATE composite_applications SET data = data || '{"mother_iin": 5}'""")
    for _ in range(10):
        states = made.carry(timedelta(seconds=10))
    assert states["enter"] == "person"
    assert set(made.values("SELECT code FROM composite_attempts")) == {"422"}
    [why] = made.values("SELECT missing FROM assistance_cases")
    assert why
