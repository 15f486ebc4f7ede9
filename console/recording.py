"""A command run by hand is recorded as a flow run where `tereze up` runs here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from console.printing import err
from console.up.state import prefect_api
from deployments.prefect_api import PrefectAway, begin, finish, is_up
from models.environment.secrets import redact
from models.errors import TerezeError

PATIENCE = 0.2
"""Seconds to wait for a sign of a server that may just be starting."""
Outcome = Literal["COMPLETED", "FAILED", "CANCELLED"]


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
    flow: str, parameters: Mapping[str, str], later: list[Run] | None = None
) -> Iterator[Run]:
    """Record what happens inside as a run of `flow`; does nothing where no server is up.

    The record is a convenience: where Prefect does not take it, that is said and no more, or the
    run is put on the list `later`.
    """
    api = prefect_api()
    run = Run(flow, parameters)
    if api is not None and is_up(api, PATIENCE):
        with suppress(PrefectAway):  # tried again at the end, and told there
            run.identity = begin(api, flow, parameters)
    try:
        yield run
    except TerezeError as error:
        run.says(str(error), "FAILED")
        raise
    except BaseException:
        run.says("It was interrupted, or ended by a fault; see where it was started", "FAILED")
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
