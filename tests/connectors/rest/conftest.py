"""A server for a test, and connectors that ask it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.calling import CallContext
from connectors.calls import Call
from connectors.protocol import SourceContext
from connectors.rest import RestConnection, RestConnector, RestRequest
from connectors.rest.calling import RestCaller
from tests.connectors.rest.asking import Make
from tests.connectors.rest.server import Server

QUICK = {"attempts": 3, "first_wait": 0.01, "max_wait": 0.5}


class Maker:
    """Makes open connectors of one server, and closes them."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self.made: list[RestConnector] = []

    def __call__(
        self, connection: dict[str, Any] | None = None, cursor: str | None = None, **request: Any
    ) -> RestConnector:
        options = {"url": self._server.url, "retry": QUICK, **(connection or {})}
        connector = RestConnector(
            RestConnection.model_validate(options),
            RestRequest.model_validate({"path": "/rows", **request}),
            SourceContext("office.rows", "office", self._folder, cursor),
        )
        connector.open()
        self.made.append(connector)
        return connector


@pytest.fixture
def make(server: Server, tmp_path: Path) -> Iterator[Maker]:
    maker = Maker(server, tmp_path)
    yield maker
    for connector in maker.made:
        connector.close()


@pytest.fixture
def told() -> list[Call]:
    return []


@pytest.fixture
def make_caller(server: Server, tmp_path: Path, told: list[Call]) -> Iterator[Make]:
    made: list[RestCaller] = []

    def new(**connection: Any) -> RestCaller:
        options = {"url": server.url, **connection}
        context = CallContext("education", tmp_path, told.append)
        made.append(RestCaller(RestConnection.model_validate(options), context))
        made[-1].open()
        return made[-1]

    yield new
    for caller in made:
        caller.close()
