"""A database for a test, and connectors that read it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.protocol import SourceContext, Window
from connectors.sql import SqlConnection, SqlConnector, SqlRequest

Execute = Callable[..., None]


@pytest.fixture
def execute(postgres_url: str) -> Iterator[Execute]:
    """Runs statements in PostgreSQL, with an empty schema `land` that goes with the test."""
    engine = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT")

    def run(*statements: str) -> None:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))

    run("DROP SCHEMA IF EXISTS land CASCADE", "CREATE SCHEMA land")
    yield run
    run("DROP SCHEMA IF EXISTS land CASCADE")
    engine.dispose()


def connector(
    url: str, cursor: str | None = None, folder: Path | None = None, **request: Any
) -> SqlConnector:
    connection = {"url": url, **request.pop("connection", {})}
    return SqlConnector(
        SqlConnection.model_validate(connection),
        SqlRequest.model_validate({"key": "id", **request}),
        SourceContext("land.requests", "land", folder or Path(), cursor),
    )


def read(source: SqlConnector, window: Window | None = None) -> list[Any]:
    source.open()
    try:
        return [record for page in source.pages(window or Window()) for record in page.records]
    finally:
        source.close()
