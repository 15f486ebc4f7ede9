"""PostgreSQL: values, order, and what can go wrong."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.errors import ConnectorError, RetryLater, WillNeverWork, WrongAnswer
from connectors.protocol import Window
from connectors.sql.engine import make_engine
from tests.connectors.sql.conftest import Execute, connector, read
from tests.waiting import until

VALUES = [
    ("42::bigint", 42),
    ("1.5::float8", 1.5),
    ("true", True),
    ("NULL", None),
    ("'Өтініш 50 % :x'::text", "Өтініш 50 % :x"),
    ("12.340::numeric", "12.340"),
    ("timestamp '2026-05-04 10:15:00.5'", "2026-05-04T10:15:00.500000"),
    ("timestamptz '2026-05-04 10:15:00+05'", "2026-05-04T05:15:00+00:00"),
    ("date '2026-05-04'", "2026-05-04"),
    ("time '10:15'", "10:15:00"),
    ("interval '1 day 2 hours'", "P1DT2H"),
    ("'0b0e7a3c-5f3e-4d0e-9b0a-0123456789ab'::uuid", "0b0e7a3c-5f3e-4d0e-9b0a-0123456789ab"),
    ("'{\"a\": [1, null]}'::jsonb", {"a": [1, None]}),
    ("ARRAY[1, 2]", [1, 2]),
]


@pytest.mark.parametrize(("written", "value"), VALUES)
def test_values_are_plain(postgres_url: str, written: str, value: Any) -> None:
    source = connector(postgres_url, query=f"SELECT 1 AS id, {written} AS x")
    assert read(source) == [{"id": 1, "x": value}]


WRONG_VALUES = [
    (r"SELECT 1 AS id, '\x00'::bytea AS picture", "picture holds bytes"),
    ("SELECT 1 AS id, '10.0.0.1'::inet AS address", "address holds IPv4Address"),
    ("SELECT 1 AS id, 2 AS x, 3 AS x", "x is there twice"),
    ("SELECT 1 AS id UNION ALL SELECT 1", "id is empty, or the same in two rows"),
    ("SELECT NULL AS id", "id is empty, or the same in two rows"),
    ("SELECT 1 AS id, 'infinity'::timestamp AS x", "cannot give"),
]


@pytest.mark.parametrize(("query", "found"), WRONG_VALUES)
def test_what_cannot_be_read_names_the_column(postgres_url: str, query: str, found: str) -> None:
    with pytest.raises(WrongAnswer, match=found):
        read(connector(postgres_url, query=query))


@pytest.fixture
def table(execute: Execute) -> Execute:
    execute(
        "CREATE TABLE land.requests (id text PRIMARY KEY, at timestamptz, n numeric, x int)",
        "INSERT INTO land.requests SELECT to_char(i, 'FM0000'), "
        "CASE WHEN i % 10 = 0 THEN NULL ELSE timestamptz '2026-05-04 00:00Z' "
        "+ interval '1 minute' * (i / 4) END, i, i FROM generate_series(1, 40) i",
    )
    return execute


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("page_size", [1, 2, 3, 4, 39, 40, 41])
def test_every_page_size_reads_every_row_once(postgres_url: str, page_size: int) -> None:
    source = connector(postgres_url, "at", table="land.requests", page_size=page_size)
    found = read(source)
    assert sorted(record["id"] for record in found) == [f"{i:04d}" for i in range(1, 41)]
    assert [record["at"] for record in found[:4]] == [None] * 4  # no window excludes these
    assert [record["at"] for record in found[4:]] == sorted(record["at"] for record in found[4:])


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    "since", ["2026-05-04T00:05:00+00:00", "2026-05-04 05:05:00+05", "2026-05-04T00:05:00"]
)
def test_a_bound_may_be_written_as_the_database_knows_it(postgres_url: str, since: str) -> None:
    window = Window(since=since, until="2026-05-04T00:06:00+00:00")
    found = read(connector(postgres_url, "at", table="land.requests"), window)
    assert [r["id"] for r in found if r["at"]] == ["0021", "0022", "0023"]


@pytest.mark.usefixtures("table")
def test_a_number_as_cursor(postgres_url: str) -> None:
    source = connector(postgres_url, "n", table="land.requests", page_size=7)
    assert [r["n"] for r in read(source, Window(since=35, until="38"))] == ["35", "36", "37"]


@pytest.mark.usefixtures("table")
def test_columns_are_chosen_and_cursor_and_key_always_read(postgres_url: str) -> None:
    source = connector(postgres_url, "at", table="land.requests", columns=["x"])
    assert {tuple(record) for record in read(source)} == {("x", "id", "at")}


def test_a_row_that_moves_while_pages_are_read_comes_again_later(
    postgres_url: str, table: Execute
) -> None:
    source = connector(postgres_url, "at", table="land.requests", page_size=10)
    source.open()
    pages = source.pages(Window())
    first = [record["id"] for page in (next(pages), next(pages)) for record in page.records]
    table("UPDATE land.requests SET at = '2026-05-05' WHERE id IN ('0001', '0030', '0039')")
    rest = [record["id"] for page in pages for record in page.records]
    source.close()
    assert {*first, *rest} == {f"{i:04d}" for i in range(1, 41)}
    assert {"0001", "0039"} <= set(rest)


@pytest.mark.usefixtures("table")
def test_nothing_can_be_written(postgres_url: str) -> None:
    source = connector(postgres_url, query="SELECT 1 AS id, lo_creat(-1) AS x")
    with pytest.raises(WillNeverWork, match="read-only transaction"):
        read(source)
    engine = make_engine(source.connection, source.context.folder)
    with engine.connect() as connection, pytest.raises(sa.exc.InternalError, match="read-only"):
        connection.execute(sa.text("DELETE FROM land.requests"))
    engine.dispose()


def test_no_transaction_is_open_between_pages(postgres_url: str, table: Execute) -> None:
    source = connector(postgres_url, "at", table="land.requests", page_size=10)
    source.open()
    pages = source.pages(Window())
    next(pages)
    table("SET lock_timeout = '20s'", "ALTER TABLE land.requests ADD y int")
    assert len(next(pages).records) == 10
    source.close()


REFUSED: list[tuple[dict[str, Any], type[ConnectorError], str]] = [
    ({"table": "land.nothing"}, WillNeverWork, 'relation "land.nothing" does not exist'),
    ({"table": "land.requests", "columns": ["z"]}, WillNeverWork, 'column "z" does not exist'),
    ({"query": "SELECT 1 AS number"}, WillNeverWork, 'column "id" does not exist'),
    ({"query": "SELECT 1 AS id FROM"}, WillNeverWork, "syntax error"),
    ({"query": "SELECT 1/0 AS id"}, WrongAnswer, "division by zero"),
]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(("request_", "kind", "found"), REFUSED)
def test_what_is_refused_and_what_may_pass(
    postgres_url: str, request_: dict[str, Any], kind: type[ConnectorError], found: str
) -> None:
    with pytest.raises(kind, match=found):
        read(connector(postgres_url, **request_))


def test_a_query_that_takes_too_long_may_pass(postgres_url: str) -> None:
    short = {"statement_timeout": 1}
    source = connector(postgres_url, query="SELECT 1 AS id, pg_sleep(60)", connection=short)
    with pytest.raises(RetryLater, match="statement timeout"):
        read(source)


@pytest.mark.usefixtures("table")
def test_a_bound_that_is_no_time_says_so(postgres_url: str) -> None:
    with pytest.raises(WrongAnswer, match='"soon"'):
        read(connector(postgres_url, "at", table="land.requests"), Window(since="soon"))


PLACES = [
    ({"username": "nobody"}, WillNeverWork, 'role "nobody" does not exist'),
    ({"database": "nothing"}, WillNeverWork, 'database "nothing" does not exist'),
    ({"query": {"host": "/nowhere"}}, RetryLater, "does not answer"),
]


@pytest.mark.parametrize(("place", "kind", "found"), PLACES)
def test_log_in_and_place(
    postgres_url: str, place: dict[str, Any], kind: type[ConnectorError], found: str
) -> None:
    url = sa.make_url(postgres_url).set(**place).render_as_string()
    with pytest.raises(kind, match=found):
        read(connector(url, table="land.requests"))
    assert not connector(url, table="land.requests").health().ok


def test_a_wrong_password_needs_a_person_and_is_not_shown(
    postgres_url: str, execute: Execute, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute("DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN PASSWORD 'right-one'")
    with sa.create_engine(postgres_url).connect() as connection:
        rules = connection.execute(sa.text("SHOW hba_file")).scalar_one()
    with open(rules, "r+") as file:  # noqa: PTH123 - a handle to read and write
        old = file.read()
        file.seek(0)
        file.write(f"local all reader scram-sha-256\n{old}")
    execute("SELECT pg_reload_conf()")
    url = sa.make_url(postgres_url).set(username="reader").render_as_string()
    until(lambda: not connector(url, query="SELECT 1 AS id").health().ok)
    monkeypatch.setenv("LAND_PASSWORD", "wrong-one")
    password: dict[str, Any] = {"connection": {"password": {"env": "LAND_PASSWORD"}}}
    with pytest.raises(WillNeverWork, match="authentication failed") as caught:
        read(connector(url, query="SELECT 1 AS id", **password))
    assert "wrong-one" not in f"{caught.value}{caught.value!r}{caught.value.__cause__}"
    monkeypatch.setenv("LAND_PASSWORD", "right-one")
    assert read(connector(url, query="SELECT 1 AS id", **password)) == [{"id": 1}]
    execute("DROP ROLE reader")


def test_a_connection_that_is_cut_may_be_tried_again(postgres_url: str) -> None:
    def cut() -> bool:
        with engine.connect() as connection:
            return connection.execute(sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE state = 'active' AND query LIKE 'SELECT%pg_sleep(60)%' "
                "AND pid <> pg_backend_pid()"
            )).first() is not None  # fmt: skip

    engine = sa.create_engine(postgres_url)
    cutting = threading.Thread(target=until, args=[cut])
    cutting.start()
    with pytest.raises(RetryLater, match="terminating connection"):
        read(connector(postgres_url, query="SELECT 1 AS id, pg_sleep(60)::text AS x"))
    cutting.join()
    engine.dispose()
