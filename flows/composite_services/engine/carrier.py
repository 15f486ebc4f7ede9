"""What carries applications: the database, the environment, the callers, a clock, and a name."""

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Connection, Engine

from flows.composite_services.engine.calls import Clock, HasCallers
from flows.composite_services.holding.blocked import Held, blocked
from flows.composite_services.holding.circuits import tries
from models.environment.loader import Environment
from models.errors import ConfigurationError

LOOK_EVERY = 1.0
"""Seconds for which it is known which systems are held."""


def worker_name() -> str:
    """This process among all workers: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def new_lease() -> int:
    """A number that nobody else has."""
    return secrets.randbits(62) + 1


@dataclass
class Carrier:
    """One worker's means. `clock` is the only source of moments, so that time can be invented."""

    engine: Engine
    environment: Environment
    callers: HasCallers
    clock: Clock
    name: str = field(default_factory=worker_name)
    _held: Mapping[str, Held] = field(default_factory=dict)
    _looked: float | None = None

    @property
    def lease(self) -> timedelta:
        """How long a call may be out."""
        return self.environment.settings.composite_services.lease

    @property
    def threads(self) -> int:
        """Calls at once, to a system that says nothing of it."""
        return self.environment.settings.composite_services.threads

    def at_once(self, system: str) -> int:
        """Calls at once to a system, also to one that the environment no longer has."""
        found = self.environment.systems.get(system)
        return self.threads if found is None or found.at_once is None else found.at_once

    def held(self, connection: Connection, moment: datetime) -> Mapping[str, Held]:
        """Which systems nothing is sent to; looked up once a second."""
        if self._looked is None or monotonic() - self._looked > LOOK_EVERY:
            self._held = blocked(connection, self.environment, moment)
            self._looked = monotonic()
        return self._held

    def forget_held(self) -> None:
        """Look again at the next occasion."""
        self._looked = None

    def tries(self, connection: Connection, moment: datetime) -> list[str]:
        """The held systems to which one step is sent as a try, claimed here."""
        open_ = [name for name, held in self._held.items() if held.reason == "circuit_open"]
        return tries(connection, self.environment, moment, open_) if open_ else []

    def reply_to(self, token: str | None) -> str | None:
        """The address for a call-back; None where none is awaited.

        Raises:
            ConfigurationError: nothing says where bodies can reach us.
        """
        if token is None:
            return None
        base = self.environment.settings.composite_services.call_backs
        if base is None:
            raise ConfigurationError(
                "Working out the address for a call-back",
                "nothing says where bodies can reach the web application",
                "Set `composite_services: {call_backs: http://window.example/call-backs}`",
            )
        return f"{base.rstrip('/')}/{token}"
