"""A command run by hand is recorded as a flow run where `tereze up` runs here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from console.printing import err
from models.environment.secrets import redact
from models.errors import TerezeError

Outcome = Literal["COMPLETED", "FAILED", "CANCELLED"]


@dataclass
class Run:
    """A run as Prefect will show it. Parameters and messages carry codes, never persons."""

    flow: str
    parameters: Mapping[str, str]
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    outcome: Outcome = "COMPLETED"
    message: str = ""

    def says(self, message: str, outcome: Outcome = "COMPLETED") -> None:
        """How it ended, in words."""
        self.message, self.outcome = message, outcome

    def end(self) -> "Run":
        """It ended now."""
        self.ended = datetime.now(UTC)
        return self


@contextmanager
def recorded(flow: str, parameters: Mapping[str, str]) -> Iterator[Run]:
    """Record what happens inside as a run of `flow`; does nothing where no server is up.

    The record is a convenience: where Prefect does not take it, that is said and no more.
    """
    from console.up.state import prefect_api

    run = Run(flow, parameters)
    try:
        yield run
    except TerezeError as error:
        run.says(str(error), "FAILED")
        raise
    finally:
        if (api := prefect_api()) is not None:
            write_down(api, run.end())


def write_down(api: str, run: Run) -> None:
    """Record a run that has ended; where Prefect does not take it, that is said and no more."""
    from deployments.prefect_api import Finished, PrefectAway, record

    finished = Finished(
        run.flow,
        dict(run.parameters),
        run.started,
        run.ended or datetime.now(UTC),
        run.outcome,
        redact(run.message),
    )
    try:
        record(api, finished)
    except PrefectAway as error:
        err.print(f"[yellow]Not recorded in Prefect: {error.found}[/]")
