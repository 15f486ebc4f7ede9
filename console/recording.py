"""A command run by hand is a run of its job; Prefect shows it where `tereze up` runs here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine

from console.printing import err
from console.session import actor
from console.up.state import prefect_api
from deployments.jobs import reference
from deployments.prefect_api import PrefectAway, begin, finish, is_up
from flows import runs
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.errors import TerezeError

PATIENCE = 0.2
"""Seconds to wait for a sign of a server that may just be starting."""
Outcome = Literal["COMPLETED", "FAILED", "CANCELLED"]
_RECORDED: dict[Outcome, runs.State] = {
    "COMPLETED": "completed",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
}


@dataclass
class Run:
    """A run as Prefect will show it. Parameters and messages carry codes, never persons.

    `identity` is Prefect's id of it, once Prefect knows it.
    """

    flow: str
    parameters: Mapping[str, str]
    outcome: Outcome = "COMPLETED"
    message: str = ""
    identity: str | None = None

    def says(self, message: str, outcome: Outcome = "COMPLETED") -> None:
        """How it ended, in words."""
        self.message, self.outcome = message, outcome

    def write(self, api: str) -> None:
        """Record it whole, or its end where its beginning is recorded.

        Raises:
            PrefectAway: the server did not take it.
        """
        if self.identity is None:
            self.identity = begin(api, self.flow, self.parameters)
        finish(api, self.identity, self.outcome, redact(self.message))


@contextmanager
def recorded(
    engine: Engine,
    environment: Environment,
    flow: str,
    source: str | None = None,
    *,
    by: str | None = None,
    later: list[Run] | None = None,
) -> Iterator[Run]:
    """Record what happens inside as a run of `flow`: in the database, and in Prefect if it is up.

    `by` is who runs it, a person where nothing is said. Prefect's record is a convenience: where
    Prefect does not take it, that is said and no more, or the run is put on the list `later`.
    """
    parameters = {"environment": reference(environment.folder)}
    run = Run(flow, parameters if source is None else {**parameters, "source": source})
    ours = runs.Run(environment.name, flow, source or "", by or actor())
    with runs.recorded(engine, ours), _in_prefect(run, later):
        yield run
        ours.says(_RECORDED[run.outcome], run.message)


@contextmanager
def _in_prefect(run: Run, later: list[Run] | None) -> Iterator[None]:
    api = prefect_api()
    if api is not None and is_up(api, PATIENCE):
        with suppress(PrefectAway):  # tried again at the end, and told there
            run.identity = begin(api, run.flow, run.parameters)
    try:
        yield
    except TerezeError as error:
        run.says(str(error), "FAILED")
        raise
    except BaseException:
        run.says(runs.FAULT, "FAILED")
        raise
    finally:
        if api is not None:
            _write(run, api, later)


def _write(run: Run, api: str, later: list[Run] | None) -> None:
    if later is not None and run.identity is None:
        later.append(run)
        return
    try:
        run.write(api)
    except PrefectAway as error:
        if later is not None:
            later.append(run)
        else:
            err.print(f"[yellow]Not recorded in Prefect: {error.found}[/]")
