"""Databases that are put right between tests instead of copied for each."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from tests.conftest import SCHEMA
from tests.kept import Kept, keeping


@pytest.fixture(scope="session")
def kept(postgres_url: str, template: URL) -> Iterator[Kept]:
    """With the newest schema, and nothing in it."""
    with keeping(postgres_url, template, SCHEMA) as made:
        yield made


@pytest.fixture(scope="session")
def kept_synced(postgres_url: str, synced_template: URL) -> Iterator[Kept]:
    """With the small environment's register and calendars in it."""
    with keeping(postgres_url, synced_template, SCHEMA) as made:
        yield made
