"""The State Corporation's stand-in fails in three ways, is found, explained, and recovers."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from console.demo.round import ACTOR
from console.demo.sandbox import Sandbox
from console.printing import out
from flows.failures.contracts.look import look_at
from flows.failures.tick import tick
from flows.failures.verdict import Kind
from flows.failures.waiting.counts import Waiting, waiting
from flows.failures.waiting.finding import Known, finding, open_findings
from flows.failures.waiting.letter import letter
from flows.ingest.pull import pull
from models.environment.loader import Environment
from models.errors import CouldNotRun

SYSTEM, SOURCE = "state_corporation", "front_offices.applications"
TITLE = "One body fails, in three ways"
ROUNDS = 4
"""A failure is certain after two bad looks; so many have to be enough to show it, and its end."""

Read = Callable[[Engine, Environment], None]


def _nothing(_engine: Engine, _environment: Environment) -> None:
    """The round of the watch looks by itself."""


def _pull(engine: Engine, environment: Environment) -> None:
    pull(engine, environment, SOURCE, actor=ACTOR)


def _read_contracts(engine: Engine, environment: Environment) -> None:
    for contract in environment.systems[SYSTEM].contracts:
        look_at(engine, environment, SYSTEM, contract, datetime.now(UTC))


@dataclass(frozen=True)
class Case:
    """One way to fail: what the body is told, what it is found to be, who reads it meanwhile."""

    words: str
    order: Mapping[str, object]
    kind: Kind
    read: Read = _nothing


CASES = (
    Case(
        "answers HTTP 500 to whoever reads applications",
        {"kind": "500", "path": "/applications"},
        "down",
    ),
    Case(
        "answers 200, with the data of yesterday",
        {"kind": "yesterday", "path": "/applications"},
        "silent",
        _pull,
    ),
    Case(
        "drops a field from its answers and from the document that describes them",
        {"kind": "vanished_field", "path": "/applications"},
        "contract",
        _read_contracts,
    ),
)


@dataclass(frozen=True)
class Shown:
    """One failure from its beginning to its end; `rounds` of the watch until it was certain."""

    finding: int
    told: str
    kind: str
    sentence: str
    rounds: int
    waiting: Waiting
    letter: str
    seconds: float

    def as_json(self) -> dict[str, object]:
        """What `--json` prints; the letter as a whole."""
        return {
            "finding": self.finding,
            "told": self.told,
            "kind": self.kind,
            "sentence": self.sentence,
            "rounds": self.rounds,
            "waiting": {"applications": self.waiting.applications, "people": self.waiting.people},
            "letter": self.letter,
            "recovered_after_s": round(self.seconds, 1),
        }


def fail_and_recover(engine: Engine, environment: Environment, sandbox: Sandbox) -> Iterator[Shown]:
    """Tell the body to fail in each way, and watch it until it has recovered.

    Raises:
        CouldNotRun: a failure was not found, or its end was not.
    """
    for case in CASES:
        with _told(sandbox, case):
            found, rounds = _watched(engine, environment, case, "confirmed")
            now = datetime.now(UTC)
            with engine.begin() as connection:
                waits = waiting(connection, environment, SYSTEM, now)
                written = letter(connection, environment, found.id, now).text
        over, _ = _watched(engine, environment, case, "over", found)
        yield Shown(
            finding=found.id,
            told=case.words,
            kind=found.kind,
            sentence=found.sentence,
            rounds=rounds,
            waiting=waits,
            letter=written,
            seconds=over.lasted(now).total_seconds(),
        )


@contextmanager
def _told(sandbox: Sandbox, case: Case) -> Iterator[None]:
    """Let the body fail inside, and not after."""
    sandbox.order(case.order)
    try:
        yield
    finally:
        sandbox.make_none()


def _watched(
    engine: Engine,
    environment: Environment,
    case: Case,
    wanted: str,
    known: Known | None = None,
) -> tuple[Known, int]:
    """The finding, once its state is the wanted one, and after how many rounds that was."""
    for rounds in range(1, ROUNDS + 1):
        case.read(engine, environment)
        tick(engine, environment, actor=ACTOR)
        with engine.connect() as connection:
            found = finding(connection, known.id) if known else _newest(connection, case.kind)
        if found is not None and found.state == wanted:
            return found, rounds
    raise CouldNotRun(
        f"Showing that the {SYSTEM} {case.words}",
        f"no finding was {wanted} after {ROUNDS} rounds of the watch",
        "`tereze failures list --all` shows what was found",
    )


def _newest(connection: Connection, kind: str) -> Known | None:
    """The one of this kind that began last."""
    found = [each for each in open_findings(connection, [SYSTEM]) if each.kind == kind]
    return found[-1] if found else None


def show(shown: Shown) -> None:
    """Print one failure in a few lines."""
    waits = shown.waiting
    later = ", ".join(f"{each.breaches:,} by the end of {each.code}" for each in waits.by[:2])
    rounds = "1 round" if shown.rounds == 1 else f"{shown.rounds} rounds"
    lines = (
        ("found", f"{shown.kind}, certain after {rounds} of the watch"),
        ("because", shown.sentence),
        ("waiting", f"{waits.applications:,} applications of {waits.people:,} people"),
        ("breaches", f"{later}, if it lasts"),
        ("letter", f"{_subject(shown.letter)} (`tereze failures letter {shown.finding}`)"),
        ("over", f"{shown.seconds:.0f} s after it began: the watch saw that, too"),
    )
    out.print(f"\nThe State Corporation {shown.told}", markup=False)
    for name, words in lines:
        out.print(f"  {name:<9} {words}", markup=False, soft_wrap=True)


def _subject(text: str) -> str:
    """What a letter is about: the line after its head."""
    return text.split("\n\n")[1].strip()
