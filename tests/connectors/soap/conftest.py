"""Callers of a SOAP service on a server of the test's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.calling import CallContext
from connectors.calls import Call
from connectors.soap import SoapCaller, SoapConnection
from tests.connectors.rest.server import Server
from tests.connectors.soap.asking import Open


@pytest.fixture
def told() -> list[Call]:
    return []


@pytest.fixture
def make(server: Server, tmp_path: Path, told: list[Call]) -> Iterator[Open]:
    made: list[SoapCaller] = []

    def make(**connection: Any) -> SoapCaller:
        said = {
            "url": f"{server.url}/soap",
            "max_bytes": 100_000,
            **connection,
        }
        context = CallContext("migration", tmp_path, told.append)
        caller = SoapCaller(SoapConnection.model_validate(said), context)
        caller.open()
        made.append(caller)
        return caller

    yield make
    for caller in made:
        caller.close()
