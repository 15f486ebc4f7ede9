"""The land registry's own access to its database: create, fill, follow the clock."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.schema import CreateSchema

from sandbox.land_registry.table import NAMES, SCHEMA, Record, cadastre_requests

_STEP = 5_000
T = TypeVar("T")
OWN = "sandbox"  # the name of the body's own connections


class Store:
    """One database with the table in it; PostgreSQL has it in the schema `land_registry`."""

    def __init__(self, url: str) -> None:
        given = make_url(url)
        if given.get_backend_name() == "postgresql":
            given = given.set(drivername="postgresql+psycopg")
        self.engine: Engine = create_engine(given, connect_args=_named(given), pool_pre_ping=True)
        self.postgresql = self.engine.dialect.name == "postgresql"
        self.table: Table = cadastre_requests(SCHEMA if self.postgresql else None)

    @property
    def name(self) -> str:
        """The table's name for SQL text."""
        return str(self.table.fullname)

    def create(self) -> None:
        """Make the table anew, without rows."""
        with self.engine.begin() as connection:
            if self.postgresql:
                connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
                connection.execute(text(f"DROP TABLE IF EXISTS {self.name}_hidden"))
            self.table.drop(connection, checkfirst=True)
            self.table.create(connection)

    def fill(self, rows: Iterable[Record]) -> None:
        """Add many new rows at once."""
        with self.engine.begin() as connection:
            if self.postgresql:
                self._copy(connection, rows)
                return
            for some in _batches(rows):
                connection.execute(insert(self.table), some)

    def put(self, rows: Iterable[Record], anew: bool = False) -> None:
        """Add rows, or change those that are there; `anew` takes all others out.

        All in one transaction, so that a reader never sees the half of it.
        """
        dialect: Any = postgresql if self.postgresql else sqlite
        statement = dialect.insert(self.table)
        changes = {name: statement.excluded[name] for name in NAMES[1:]}
        statement = statement.on_conflict_do_update(index_elements=["request_no"], set_=changes)
        with self.engine.begin() as connection:
            if anew:
                connection.execute(self.table.delete())
            for some in _batches(rows):
                connection.execute(statement, some)

    def last(self, count: int) -> list[Record]:
        """The rows changed last."""
        columns = self.table.c
        return self._some(count, columns.modified_at.desc(), columns.request_no.desc())

    def first(self, count: int) -> list[Record]:
        """The rows changed longest ago."""
        return self._some(count, self.table.c.modified_at, self.table.c.request_no)

    def count(self) -> int:
        """How many rows there are."""
        with self.engine.connect() as connection:
            return int(
                connection.execute(select(func.count()).select_from(self.table)).scalar_one()
            )

    def run(self, *statements: str) -> None:
        """Statements of a fault, in one transaction."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def _some(self, count: int, *order: Any) -> list[Record]:
        chosen = select(self.table).order_by(*order).limit(count)
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(chosen).mappings()]

    def _copy(self, connection: Connection, rows: Iterable[Record]) -> None:
        raw: Any = connection.connection.driver_connection
        order = f"COPY {self.name} ({', '.join(NAMES)}) FROM STDIN"
        with raw.cursor() as cursor, cursor.copy(order) as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))


def _named(url: URL) -> dict[str, str]:
    """The body's own connections carry a name, so that faults can spare them."""
    return {"application_name": OWN} if url.get_backend_name() == "postgresql" else {}


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while some := list(islice(left, _STEP)):
        yield some
