"""The console over a window with something of everything, and all that a walk finds there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.pictures.walk import Map, Visited, walk
from models.database import Database
from tests.console.web.conftest import Client
from tests.console.web.everywhere.furnished import Furnished
from tests.flows.composite_services.bodies import running

FOUND = 2
"""Addresses of each route that are looked at."""


@pytest.fixture
def outage(synced: Database, tmp_path: Path) -> Iterator[Furnished]:
    engine = synced.engine()
    with running() as body:
        yield Furnished(engine, tmp_path / "environment", body)
    engine.dispose()


def visited(client: Client) -> list[Visited]:
    """Every page that somebody comes by."""
    return list(walk(client.http, client.web.address, Map(), FOUND))


def addresses(pages: list[Visited]) -> dict[str, list[str]]:
    """The addresses of each route among them."""
    found: dict[str, list[str]] = {}
    for page in pages:
        found.setdefault(page.template, []).append(page.address)
    return found
