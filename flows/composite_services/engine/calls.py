"""The calls themselves: what is to be sent, to whom, and what came back."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Protocol

from pydantic import ValidationError

from connectors.callers import caller_class
from connectors.calling import CallContext, Caller, Reply, Request
from connectors.calls import Call
from connectors.errors import ConnectorError
from flows.composite_services.engine.decisions import Does
from flows.composite_services.engine.places import places
from models.environment.loader import Environment
from models.errors import ConfigurationError, CouldNotRun, TerezeError

Clock = Callable[[], datetime]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Intent:
    """A call that is committed to be made. `attempt` is its row; `taken` on the monotonic clock.

    `sent_at` marks the sending: an answer that comes late counts only if nothing was sent since.
    """

    application: int
    step: str
    does: Does
    system: str
    lease: int
    attempt: int
    sent_at: datetime
    request: Request
    taken: float
    tries: bool = False


@dataclass(frozen=True)
class Answered:
    """What a call ended with: a reply, or the error; `at` by the worker's clock."""

    intent: Intent
    came: Reply | TerezeError
    at: datetime


class TooLate(ConnectorError):
    """The call was not made, because its lease could end before the call does."""


class HasCallers(Protocol):
    """Where callers are found by the system's name."""

    def of(self, system: str) -> Caller:
        """The system's caller, open."""
        ...

    def close(self) -> None:
        """Close all of them."""
        ...


class Callers:
    """One open caller for each system, used by many threads. `told` hears of every call."""

    def __init__(self, environment: Environment, told: Callable[[str, Call], None]) -> None:
        self._environment = environment
        self._told = told
        self._open: dict[str, Caller] = {}
        self._lock = threading.Lock()

    def of(self, system: str) -> Caller:
        """The system's caller, opened at the first use.

        Raises:
            CouldNotRun: the environment no longer has the system.
            ConfigurationError: its connector makes no calls, its connection is wrong, or a
                secret is missing.
        """
        with self._lock:
            if system not in self._open:
                caller = self._made(system)
                caller.open()
                self._open[system] = caller
            return self._open[system]

    def _made(self, name: str) -> Caller:
        system = self._environment.systems.get(name)
        if system is None:
            raise CouldNotRun(
                f"Calling the system {name}",
                "the environment no longer has it",
                "An application under way needs it: put it back in systems.yaml",
            )
        wanted = caller_class(system.connector)
        try:
            connection = wanted.Connection.model_validate(system.connection)
        except ValidationError as error:
            raise ConfigurationError(
                f"Reading the connection of {name}", str(error), "Put systems.yaml right"
            ) from error
        folder = self._environment.folder
        return wanted(connection, CallContext(name, folder, lambda call: self._told(name, call)))

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            for caller in self._open.values():
                caller.close()
            self._open.clear()


def make(intent: Intent, callers: HasCallers, clock: Clock, latest: float) -> Answered:
    """Make the call. Nothing is sent when more than `latest` seconds of its lease are gone."""
    try:
        caller = callers.of(intent.system)
        if monotonic() - intent.taken > latest:
            raise TooLate(f"Calling {intent.system}", "too long in the queue", "It is taken again")
        came: Reply | TerezeError = caller.call(intent.request)
    except TerezeError as error:
        came = error
    except Exception as error:  # a fault of the caller: the body may have done it, so it is asked
        log.error("Calling %s, attempt %s: %s", intent.system, intent.attempt, places(error))
        came = CouldNotRun(f"Calling {intent.system}", type(error).__name__, "Read the log")
    return Answered(intent, came, clock())
