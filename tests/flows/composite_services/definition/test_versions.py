"""A changed file is a new version; what runs keeps the one that it began with."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.definition.versions import accepted, definition_of
from models.database import Database
from models.environment.composites import Composite
from models.errors import ConfigurationError, CouldNotRun
from tests.flows.composite_services.small import composite, names


def _accept(engine: Engine, definition: Composite) -> int:
    with engine.begin() as connection:
        return accepted(connection, {"small": definition}, "small", "test")


def test_a_definition_is_kept_whole_and_in_order(database: Database) -> None:
    engine = database.engine()
    assert _accept(engine, composite()) == 1
    with engine.connect() as connection:
        kept = definition_of(connection, "small", 1)
        assert kept == composite()
        assert list(kept.steps) == ["birth", "allowance"]
        assert definition_of(connection, "small", 1) is kept, "read once"


def test_versions_follow_the_file(database: Database) -> None:
    engine = database.engine()
    changed = composite(names=names("Another"))
    assert [_accept(engine, each) for each in (composite(), composite(), changed)] == [1, 1, 2]
    assert _accept(engine, composite()) == 1, "as it was once"
    with engine.connect() as connection:
        assert definition_of(connection, "small", 2).names == names("Another")
        assert definition_of(connection, "small", 1).names == names("A small one")
        entries = connection.execute(text("SELECT action FROM audit_entries")).scalars().all()
    assert entries == ["composite.accepted"] * 2


def test_many_at_once_make_one_version(database: Database) -> None:
    engine = database.engine()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: _accept(engine, composite()), range(12)))
    assert found == [1] * 12


def test_unknown(database: Database) -> None:
    engine = database.engine()
    with engine.begin() as connection:
        with pytest.raises(ConfigurationError, match="There are: small"):
            accepted(connection, {"small": composite()}, "smal", "test")
        with pytest.raises(CouldNotRun, match="no such version"):
            definition_of(connection, "small", 7)


def test_databases_do_not_mix(database: Database) -> None:
    engine = database.engine()
    _accept(engine, composite())
    with engine.connect() as connection:
        definition_of(connection, "small", 1)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM composite_definitions"))
    other = database.engine()
    with other.connect() as connection, pytest.raises(CouldNotRun):
        definition_of(connection, "small", 1)
