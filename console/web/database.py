"""The database of the web application: looked for when it is needed, not at the start."""

from dataclasses import replace
from threading import Lock

from sqlalchemy import Engine

from models.database import locate
from models.environment.loader import Environment

CONNECT_WITHIN = 3
"""Seconds."""
AT_ONCE = 20
"""Requests that may use the database at once; more would only wait for each other."""
BESIDE = 10
"""Connections for what goes on beside them: long lists as CSV, numbers counted anew."""


class LazyDatabase:
    """One engine, made when the database first answers."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._engine: Engine | None = None
        self._lock = Lock()

    def engine(self) -> Engine:
        """The engine on the environment's schema; lost connections are replaced.

        Raises:
            CouldNotRun: no server answers.
            ConfigurationError: `TEREZE_DATABASE_URL` is wrong.
        """
        with self._lock:
            if self._engine is None:
                timezone = self._environment.settings.timezone
                database = replace(locate(self._environment.name), timezone=timezone)
                self._engine = database.engine(
                    hide_parameters=True,
                    pool_size=AT_ONCE,
                    max_overflow=BESIDE,
                    pool_timeout=CONNECT_WITHIN,
                    connect_args={"connect_timeout": CONNECT_WITHIN},
                )
            return self._engine
