"""What can be done in the background: the same as the commands do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine

from flows.runs import State
from models.environment.loader import Environment

Job = Literal["ingest", "release", "audit"]
Told = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Work:
    """One piece of work: on a source, or on nothing in particular (an empty subject).

    `ids` are held rows to release; without any, all of the source.
    """

    job: Job
    subject: str
    actor: str
    ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How it ended, in words without personal data."""

    state: State
    sentence: str


def _pull(engine: Engine, environment: Environment, work: Work, told: Told) -> Outcome:
    from flows.ingest.pull import pull
    from flows.ingest.summary import sentence

    report = pull(engine, environment, work.subject, actor=work.actor, progress=told)
    states: Mapping[str, State] = {
        "succeeded": "completed", "failed": "failed", "busy": "cancelled",
    }  # fmt: skip
    return Outcome(states[report.state], sentence(report))


def _release(engine: Engine, environment: Environment, work: Work, told: Told) -> Outcome:
    from flows.ingest.release import release

    source = None if work.ids else work.subject
    report = release(
        engine, environment, ids=work.ids, source=source, actor=work.actor, progress=told
    )
    return Outcome("completed", f"Stored {report.stored:,}; still held {report.still_held:,}")


def _verify(engine: Engine, environment: Environment, work: Work, told: Told) -> Outcome:  # noqa: ARG001  # all works are called alike
    from flows.verification import keep, verify

    with engine.connect() as connection:
        found = verify(connection, told)
    with engine.begin() as connection:
        keep(connection, found, work.actor)
    return Outcome("completed", found.sentence)


WORKS: Mapping[Job, Callable[[Engine, Environment, Work, Told], Outcome]] = {
    "ingest": _pull,
    "release": _release,
    "audit": _verify,
}
