"""What every command starts from: the chosen environment, its database, the way of printing."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from models.environment.loader import Environment


@dataclass
class Session:
    """The global options of one call of `tereze`."""

    environment_name: str | None = None
    json: bool = False
    _opened: "Environment | None" = None

    def environment(self) -> "Environment":
        """The chosen environment, checked.

        Raises:
            ConfigurationError: there is none, or its files are wrong.
        """
        from console.up.state import lend_variables
        from flows.environment import choose, open_environment

        if self._opened is None:
            lend_variables()
            self._opened = open_environment(choose(self.environment_name))
        return self._opened

    @contextmanager
    def database(self, *, sync_register: bool = True) -> Iterator[tuple["Engine", "Environment"]]:
        """The environment with its database, brought to the newest version and register.

        Raises:
            ConfigurationError: the environment's files or variables are wrong.
            CouldNotRun: the database does not answer.
        """
        from flows.prepare import prepared

        environment = self.environment()
        with prepared(environment, actor(), sync_register=sync_register) as engine:
            yield engine, environment


def current(context: typer.Context) -> Session:
    """The session of this call."""
    session = context.find_object(Session)
    assert session is not None, "the callback of the application sets it"
    return session


def actor() -> str:
    """Who runs this command, as the audit trail writes it."""
    try:
        return f"person:{getpass.getuser()}"
    except (OSError, KeyError):  # a container's user may have a number and no name
        return f"person:uid-{os.getuid()}"
