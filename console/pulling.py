"""One pull by hand: its progress on a terminal, its record in Prefect."""

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from console.printing import err
from console.recording import Outcome, recorded
from flows.ingest.pull import pull
from flows.ingest.report import PullReport
from flows.ingest.summary import sentence
from models.environment.loader import Environment
from models.errors import ConfigurationError

Advance = Callable[[int, int | None], None]
OUTCOMES: dict[str, Outcome] = {"succeeded": "COMPLETED", "failed": "FAILED", "busy": "CANCELLED"}


def named(environment: Environment, source: str) -> str:
    """The name itself, if the environment has such a source.

    Raises:
        ConfigurationError: it has none; says which it has.
    """
    if source in environment.sources:
        return source
    near = difflib.get_close_matches(source, environment.sources, n=1)
    guess = f"Did you mean {near[0]}? " if near else ""
    raise ConfigurationError(
        f"Looking for the source {source!r}",
        f"the environment {environment.name} has no such source",
        f"{guess}It has: {', '.join(sorted(environment.sources)) or 'none'}",
    )


def pull_one(
    engine: Engine,
    environment: Environment,
    source: str,
    actor: str,
    *,
    since: str | None = None,
    until: str | None = None,
) -> PullReport:
    """Pull one source; its failure is in the report, not raised."""
    with (
        recorded(engine, environment, "ingest", source, by=actor) as run,
        progress(source) as advance,
    ):
        report = pull(
            engine,
            environment,
            source,
            actor=actor,
            since=since,
            until=until,
            progress=advance,
        )
        run.says(sentence(report), OUTCOMES[report.state])
    return report


@contextmanager
def progress(title: str) -> Iterator[Advance | None]:
    """A bar on standard error where that is a terminal, else nothing."""
    if not err.is_terminal:
        yield None
        return
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
