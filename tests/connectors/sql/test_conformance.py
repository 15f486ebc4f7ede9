"""The SQL connector on several databases, as every connector has to be."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.protocol import SourceContext
from connectors.sql import SqlConnection, SqlConnector, SqlRequest
from models.environment.secrets import SecretRef
from tests.connectors.conformance import PAGE_SIZE, SECRET_VARIABLE, Conformance, Harness

MARIADB = "TEREZE_TEST_MARIADB_URL"


class SqlHarness(Harness):
    """A table; its times are of the database's type, but for SQLite's, which has none."""

    def __init__(self, url: str, folder: Path, request: dict[str, Any]) -> None:
        self.url = sa.make_url(url)
        self.request = request
        self.engine = sa.create_engine(url)
        # The embedded PostgreSQL trusts whatever password it is given; others do not.
        self.uses_secret = self.url.get_backend_name() == "postgresql"
        timed = self.url.get_backend_name() != "sqlite"
        self.table = sa.Table(
            "requests",
            sa.MetaData(),
            sa.Column("number", sa.Integer, primary_key=True),
            sa.Column("changed_at", sa.DateTime() if timed else sa.String(40), index=True),
            sa.Column("name", sa.String(100)),
        )
        self.timed = timed
        self.context = SourceContext("land.requests", "land", folder, "changed_at")
        self.fill([])

    def fill(self, records: Sequence[dict[str, Any]]) -> None:
        with self.engine.begin() as connection:
            self.table.drop(connection, checkfirst=True)
            self.table.create(connection)
            if records:
                connection.execute(self.table.insert(), [self._row(r) for r in records])
        self.engine.dispose()

    def _row(self, record: dict[str, Any]) -> dict[str, Any]:
        if not self.timed:
            return record
        return {**record, "changed_at": datetime.fromisoformat(record["changed_at"])}

    def connector(self, page_size: int = PAGE_SIZE) -> SqlConnector:
        url = self.url.set(password=None).render_as_string()
        password = SecretRef(env=SECRET_VARIABLE) if self.uses_secret else None
        connection = SqlConnection(url=url, password=password)
        request = SqlRequest(key="number", page_size=page_size, **self.request)
        return SqlConnector(connection, request, self.context)

    def break_down(self) -> None:
        with self.engine.begin() as connection:
            self.table.drop(connection)
        self.engine.dispose()


TABLE = {"table": "requests"}
QUERY = {"query": "SELECT * FROM requests WHERE name <> 'a:b %s'"}


class TestSqlite(Conformance):
    @pytest.fixture
    def harness(self, tmp_path: Path) -> SqlHarness:
        return SqlHarness(f"sqlite:///{tmp_path}/land.db", tmp_path, TABLE)


class TestPostgres(Conformance):
    @pytest.fixture(params=[TABLE, QUERY], ids=["table", "query"])
    def harness(
        self, request: pytest.FixtureRequest, postgres_url: str, tmp_path: Path
    ) -> SqlHarness:
        return SqlHarness(postgres_url, tmp_path, request.param)


@pytest.mark.skipif(MARIADB not in os.environ, reason=f"{MARIADB} names no MariaDB to test on")
class TestMariadb(Conformance):
    @pytest.fixture
    def harness(self, tmp_path: Path) -> SqlHarness:
        return SqlHarness(os.environ[MARIADB], tmp_path, TABLE)
