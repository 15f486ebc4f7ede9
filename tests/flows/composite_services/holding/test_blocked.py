"""Which systems are held, because of what, and what tells when it is over."""

from datetime import timedelta

from sqlalchemy import Engine

from flows.composite_services.holding.blocked import Held, blocked
from flows.composite_services.holding.circuits import note
from models.environment.loader import Environment
from tests.flows.composite_services.holding.conftest import NOON, down

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def held(engine: Engine, house: Environment, after: timedelta = timedelta(0)) -> dict[str, Held]:
    with engine.connect() as connection:
        return dict(blocked(connection, house, NOON + after))


def opened(engine: Engine, house: Environment, system: str) -> None:
    with engine.begin() as connection:
        note(connection, house, NOON, {}, {system: 3})


def test_nothing_is_held_where_nothing_fails(engine: Engine, house: Environment) -> None:
    assert held(engine, house) == {}


def test_a_window_of_maintenance_tells_its_end(engine: Engine, house: Environment) -> None:
    night = 14 * HOUR + 30 * MINUTE  # 02:30 in Almaty
    begins = NOON + 14 * HOUR
    expected = Held("maintenance", "nightly", begins, begins + 2 * HOUR, "maintenance")
    assert held(engine, house, night) == {"nightly": expected}
    assert held(engine, house, 16 * HOUR) == {}


def test_a_confirmed_finding_holds_and_so_do_systems_that_need_it(
    engine: Engine, house: Environment
) -> None:
    down(engine, "gateway", NOON - 10 * MINUTE)
    found = held(engine, house)
    assert found == {"gateway": found["gateway"], "acts": found["gateway"]}
    assert found["acts"].system == "gateway"


def test_a_finding_that_nobody_looks_at_any_more_holds_nothing(
    engine: Engine, house: Environment
) -> None:
    down(engine, "gateway", NOON - HOUR, looked=5 * MINUTE)
    assert held(engine, house) == {}


def test_an_open_circuit_holds_its_own_system_alone(engine: Engine, house: Environment) -> None:
    opened(engine, house, "gateway")
    assert held(engine, house) == {"gateway": Held("circuit_open", "gateway", NOON)}


def test_a_finding_is_told_before_a_circuit(engine: Engine, house: Environment) -> None:
    opened(engine, house, "gateway")
    down(engine, "gateway", NOON - HOUR)
    assert held(engine, house)["gateway"].reason == "system_down"


def test_the_promise_tells_the_end_and_after_it_the_past_does_then_nothing(
    engine: Engine, house: Environment
) -> None:
    for day, hours in (1, 1), (2, 3), (3, 9):
        began = NOON - timedelta(days=day)
        down(engine, "queue", began, began + hours * HOUR)
    opened(engine, house, "queue")
    told = [held(engine, house, after)["queue"] for after in (MINUTE, HOUR, 3 * HOUR)]
    assert [(each.expected_at, each.expected_by) for each in told] == [
        (NOON + HOUR, "objective"),
        (NOON + 3 * HOUR, "history"),
        (None, None),
    ]
