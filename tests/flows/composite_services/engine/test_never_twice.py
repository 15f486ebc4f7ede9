"""Whatever dies between whichever two commits: a body does each step once, and nothing is lost.

The machine is driven commit by commit, by an invented clock, against a real body that loses
answers and cuts connections. Workers forget what they have taken, or come back with an answer
long after their lease has ended.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from flows.composite_services import history
from flows.composite_services.engine.answering import Tally, answer
from flows.composite_services.engine.calls import Answered, Callers, Intent, make
from flows.composite_services.engine.carrier import Carrier
from flows.composite_services.engine.lanes import Rooms
from flows.composite_services.engine.taking import plan, take
from models import trail
from models.database.engine import Database
from tests.flows.composite_services.carried import Scene, call
from tests.flows.composite_services.stage import Begin, stage

LEASE = timedelta(minutes=1)
FAULTS = st.sampled_from(["", "", "lose", "cut", "busy", "odd", "late"])
"""As the body's; `late` cuts the connection while the request goes on its way, to arrive later."""
PATIENT: dict[str, Any] = {"retry": {"attempts": 90, "first_wait": "2s", "longest_wait": "10s"}}


class Crashes(RuleBasedStateMachine):
    """Two steps in a row and one beside them, any of which may be forgotten at any moment."""

    begin: ClassVar[Begin]

    def __init__(self) -> None:
        super().__init__()
        steps = {"one": call(**PATIENT), "two": call("one", **PATIENT), "beside": call(**PATIENT)}
        self.it: Scene = self.begin(**steps)
        self.it.body.faults.clear()
        self.callers = Callers(self.it.environment, lambda _system, _call: None)
        self.taken: list[tuple[Any, Intent]] = []
        self.answered: list[Answered] = []
        self.on_its_way: list[tuple[Any, str]] = []

    def carrier(self) -> Carrier:
        """A worker that has just begun."""
        return Carrier(self.it.engine, self.it.environment, self.callers, lambda: self.it.at)

    @rule(room=st.integers(1, 3))
    def takes(self, room: int) -> None:
        """A worker takes what is due; the commit is done, and nothing has been sent yet."""
        rooms, only = Rooms(lambda _: room), self.it.application
        with self.it.engine.begin() as connection:
            intents, _ = take(self.carrier(), connection, self.it.at, rooms, only)
        self.taken += [(self.it.at, intent) for intent in intents]

    @precondition(lambda self: self.taken)
    @rule(fault=FAULTS, which=st.integers(0, 9))
    def calls(self, fault: str, which: int) -> None:
        """The call is made, if its lease is young enough; the answer is not written yet."""
        at, intent = self.taken.pop(which % len(self.taken))
        self.it.body.faults[:] = ["cut" if fault == "late" else fault]
        latest = 60.0 if self.it.at - at <= LEASE / 4 else -1.0
        self.answered.append(make(intent, self.callers, lambda: self.it.at, latest))
        sent = latest > 0 and intent.does == "call"
        if sent and fault == "late":
            self.on_its_way.append((at, intent.request.key))

    @precondition(lambda self: self.on_its_way)
    @rule()
    def arrives(self) -> None:
        """A request that was on its way comes to the body, which does it."""
        self.it.body.does(self.on_its_way.pop()[1], None)

    @precondition(lambda self: self.answered)
    @rule(count=st.integers(1, 3))
    def writes(self, count: int) -> None:
        """Some answers are written, perhaps long after their lease."""
        group, self.answered = self.answered[:count], self.answered[count:]
        with self.it.engine.begin() as connection:
            made = plan(self.carrier(), connection, self.it.at, Rooms(lambda _: 2))
            intents = answer(made, group, Tally())
        self.taken += [(self.it.at, intent) for intent in intents]

    @rule()
    def dies(self) -> None:
        """The worker is killed: what it had taken and what it had heard is gone."""
        self.taken.clear()
        self.answered.clear()

    @rule(seconds=st.sampled_from([1, 10, 61, 200]))
    def time_passes(self, seconds: int) -> None:
        """The clock goes on."""
        then = self.it.at + timedelta(seconds=seconds)
        for sent, key in [each for each in self.on_its_way if each[0] + LEASE <= then]:
            self.on_its_way.remove((sent, key))  # no call is out for longer than its lease
            self.it.body.does(key, None)
        self.it.at = then

    def teardown(self) -> None:
        """In the end all is done, each step once, and the history says the truth."""
        while self.answered:
            self.writes(3)
        while self.on_its_way:
            self.arrives()
        self.it.body.faults.clear()
        for _ in range(12):
            if self.it.carry(2 * LEASE)[""].startswith("ended"):
                break
        assert self.it.states()[""] == "ended/done"
        mine = [key for key in self.it.body.ledger if key.startswith(self.it.number)]
        assert sorted(mine) == [f"{self.it.number}/{name}" for name in ("beside", "one", "two")]
        assert mine.index(f"{self.it.number}/one") < mine.index(f"{self.it.number}/two")
        with self.it.engine.connect() as connection:
            assert trail.verify(connection).ok
            assert history.broken(connection) == []


@pytest.fixture
def begin(synced: Database, tmp_path: Path) -> Iterator[Begin]:
    with ExitStack() as stack:
        yield stack.enter_context(stage(synced, tmp_path))


def test_each_step_is_done_once_whatever_dies(begin: Begin) -> None:
    Crashes.begin = staticmethod(begin)
    run_state_machine_as_test(
        Crashes,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
