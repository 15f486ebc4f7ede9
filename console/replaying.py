"""Do one step of a replay, and say what it brought."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, text

from console.pulling import pull_one
from flows.failures.exchanges.reading import read_one
from flows.failures.waiting.replay import Step
from flows.ingest.release import release
from flows.ingest.summary import sentence
from models.environment.loader import Environment


@dataclass(frozen=True)
class Done:
    """What a step brought; `well` is false where a person has to look."""

    step: Step
    well: bool
    sentence: str


def done_again(engine: Engine, environment: Environment, step: Step, actor: str) -> Done:
    """Do the step now; a pull that fails is told, not raised.

    Raises:
        ConfigurationError: a secret is missing, or a source is not declared any more.
        CouldNotRun: the database went away, or the source is being pulled right now.
    """
    if step.do == "pull":
        report = pull_one(engine, environment, step.source, actor)
        return Done(step, report.state == "succeeded", sentence(report))
    if step.do == "read":
        came = read_one(engine, environment, step.source, datetime.now(UTC))
        return Done(step, came.problem is None, came.problem or f"new exchanges {came.fresh:,}")
    left = _still_held(engine, step)
    if not left:
        return Done(step, True, "what was pulled since has superseded them")
    let_go = release(engine, environment, ids=left, actor=actor)
    words = f"stored {let_go.stored:,}, still held {let_go.still_held:,}"
    return Done(step, let_go.still_held == 0, words)


def _still_held(engine: Engine, step: Step) -> list[int]:
    query = "SELECT id FROM quarantine WHERE id = ANY(:ids) AND state = 'held' ORDER BY id"
    with engine.connect() as connection:
        return list(connection.execute(text(query), {"ids": list(step.rows)}).scalars())
