"""A circuit opens after failures on end, is tried by one, and closes by a good answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.holding.circuits import note, tries
from models import trail
from models.environment.loader import Environment
from tests.flows.composite_services.holding.conftest import NOON

SECOND = timedelta(seconds=1)


class Circuit:
    """What happens to one system, told in the order in which it happens."""

    def __init__(self, engine: Engine, house: Environment) -> None:
        self.engine, self.house = engine, house
        self.alone = ["acts", "queue"]

    def after(self, seconds: int, good: int = 0, bad: int = 0, system: str = "acts") -> None:
        with self.engine.begin() as connection:
            told = {system: good} if good else {}, {system: bad} if bad else {}
            note(connection, self.house, NOON + seconds * SECOND, *told)

    def tried(self, seconds: int) -> list[str]:
        with self.engine.begin() as connection:
            return tries(connection, self.house, NOON + seconds * SECOND, self.alone)

    def row(self, column: str) -> object:
        with self.engine.connect() as connection:
            return connection.execute(
                text(f"SELECT {column} FROM composite_circuits WHERE system = 'acts'")
            ).scalar()


@pytest.fixture
def circuit(engine: Engine, house: Environment) -> Circuit:
    return Circuit(engine, house)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([(0, 1), (0, 1)], "closed"),
        ([(0, 1), (0, 1), (0, 1)], "open"),
        ([(0, 3)], "open"),
        ([(0, 2), (1, 0), (0, 2)], "closed"),
        ([(0, 2), (1, 5), (0, 1)], "closed"),
        ([(0, 3), (1, 0)], "closed"),
        ([(5, 0), (0, 4)], "open"),
    ],
)
def test_failures_on_end_open_it(
    circuit: Circuit, answers: list[tuple[int, int]], state: str
) -> None:
    for second, (good, bad) in enumerate(answers):
        circuit.after(second, good, bad)
    assert circuit.row("state") == state


def test_a_system_that_answers_costs_no_row(circuit: Circuit) -> None:
    circuit.after(0, good=100)
    assert circuit.row("state") is None


def test_the_wait_doubles_with_each_failed_try_up_to_the_longest(circuit: Circuit) -> None:
    circuit.after(0, bad=3)
    moment, waits = 0, []
    for _ in range(4):
        before = moment
        while not circuit.tried(moment):
            moment += 1
        waits.append(moment - before)
        circuit.after(moment, bad=1)
    assert waits == [30, 60, 120, 120]


def test_answers_that_were_out_before_it_opened_do_not_lengthen_the_wait(
    circuit: Circuit,
) -> None:
    circuit.after(0, bad=3)
    circuit.after(5, bad=4)
    assert circuit.row("try_at") == NOON + 30 * SECOND


def test_one_asks_and_nobody_else_until_the_lease_has_ended(circuit: Circuit) -> None:
    circuit.after(0, bad=3)
    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(circuit.tried, [31] * 8))
    assert sorted(claimed, reverse=True) == [["acts"], *[[]] * 7]
    assert circuit.tried(31 + 119) == []
    assert circuit.tried(31 + 120) == ["acts"]


def test_what_something_else_holds_too_is_not_tried(circuit: Circuit) -> None:
    circuit.after(0, bad=3)
    circuit.alone = ["queue"]
    assert circuit.tried(31) == []
    circuit.alone = ["acts"]
    assert circuit.tried(31) == ["acts"]


def test_a_good_try_closes_it_and_the_next_failures_count_anew(circuit: Circuit) -> None:
    circuit.after(0, bad=3)
    assert circuit.tried(31) == ["acts"]
    circuit.after(32, good=1)
    circuit.after(33, bad=2)
    assert (circuit.row("state"), circuit.row("failures"), circuit.row("tries")) == ("closed", 2, 0)
    assert circuit.tried(9999) == []


def test_opening_and_closing_are_in_the_trail_and_failures_between_are_not(
    circuit: Circuit, engine: Engine
) -> None:
    for second in range(5):
        circuit.after(second, bad=1)
    circuit.after(9, good=1)
    circuit.after(10, good=1)
    with engine.connect() as connection:
        entries = connection.execute(
            text("SELECT action, subject, details FROM audit_entries ORDER BY seq")
        ).all()
        assert trail.verify(connection).ok
    assert [(row.action, row.subject) for row in entries] == [
        ("circuit.opened", "system acts"),
        ("circuit.closed", "system acts"),
    ]
    assert datetime.fromisoformat(entries[1].details["open_since"]) == NOON + 2 * SECOND


def test_systems_are_counted_apart(circuit: Circuit, engine: Engine, house: Environment) -> None:
    with engine.begin() as connection:
        note(connection, house, NOON, {"queue": 2}, {"acts": 3, "queue": 9})
    assert circuit.row("state") == "open"
    with engine.connect() as connection:
        found = connection.execute(text("SELECT system FROM composite_circuits")).scalars().all()
    assert found == ["acts"]
