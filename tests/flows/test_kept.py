"""A database that many tests use is, for each of them, as the first one found it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import URL, text

from models.database import Database
from tests.conftest import SCHEMA
from tests.kept import Kept, keeping


@pytest.fixture
def own(postgres_url: str, synced_template: URL) -> Iterator[Kept]:
    with keeping(postgres_url, synced_template, SCHEMA) as made:
        yield made


def everything(database: Database) -> dict[str, Any]:
    """A digest of each table's rows, and where the sequences stand."""
    engine = database.engine()
    with engine.connect() as connection:
        names = connection.execute(text(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = current_schema()::regnamespace"
        )).scalars().all()  # fmt: skip
        found: dict[str, Any] = {
            name: connection.execute(text(
                f'SELECT count(*), md5(string_agg(t::text, \'|\' ORDER BY t::text)) FROM "{name}" t'
            )).one()
            for name in names
        }  # fmt: skip
        sequences = connection.execute(text("SELECT sequencename, last_value FROM pg_sequences"))
        found |= {each.sequencename: each.last_value for each in sequences}
    engine.dispose()
    return found


CHANGES = [
    "INSERT INTO applications (system, number, service, received_at, source, pull_id)"
    " SELECT 'office', n, '00100101', '2026-03-01', 'test', 1 FROM generate_series(1, 9) n",
    "DELETE FROM services",
    "UPDATE services SET code = code || 'x'",
    "DELETE FROM calendar_days WHERE day > (SELECT min(day) FROM calendar_days)",
    "TRUNCATE services CASCADE",
    "CREATE TABLE one_more (n int)",
    "ALTER TABLE applications DROP COLUMN channel CASCADE",
    "SELECT nextval(oid) FROM pg_class WHERE relkind = 'S' LIMIT 3",
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_test_changed_is_put_right(own: Kept, change: str) -> None:
    before = everything(own.clean())
    assert before["services"][0] > 0
    assert before["calendar_days"][0] > 0
    for _ in range(2):
        engine = own.clean().engine()
        with engine.begin() as connection:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text(change))
        engine.dispose()
        assert everything(own.clean()) == before


def test_what_a_test_left_open_holds_nobody_up(own: Kept) -> None:
    engine = own.clean().engine()
    with engine.connect() as left:
        left.execute(text("LOCK TABLE applications IN ACCESS EXCLUSIVE MODE"))
        assert everything(own.clean())
        left.invalidate()
    engine.dispose()


@pytest.mark.parametrize("change", ["SELECT 1", "DELETE FROM services", "CREATE TABLE more ()"])
def test_nothing_is_copied_for_a_row_or_a_new_table(own: Kept, change: str) -> None:
    first = own.clean()
    engine = first.engine()
    with engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text(change))
    engine.dispose()
    assert own.clean().url == first.url
