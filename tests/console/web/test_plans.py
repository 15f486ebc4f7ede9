"""Lists of very many applications read what they show, whatever is asked for, and not all."""

from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import Engine, text

from console.web.database import LazyDatabase
from console.web.lists import SIZE
from console.web.pages.applications.listed import _query
from console.web.pages.delays.rows import Asked, State
from models.database import Database
from tests.flows.failures.waiting.outage import Outage

MANY = 20_000
# Of each hundred two are at risk, and one is overdue; one region in ten has but a few of them.
_APPLICATIONS = """
    INSERT INTO applications (system, number, service, region, source, pull_id, received_at,
        due_at, timeliness)
    SELECT 'office', 'N-' || n, 'S-' || n % 500, 'R-' || n % 7, 'office.applications', 1,
        now() - interval '1 minute' * (n * 7919 % 20000), now() + interval '1 minute' * (n % 3000),
        CASE n % 100 WHEN 0 THEN 'overdue' WHEN 1 THEN 'at_risk' WHEN 2 THEN 'at_risk'
            ELSE 'on_time' END
    FROM generate_series(1, CAST(:many AS bigint)) n
"""
NONE = {"region": None, "state": "", "service": ""}
STATES: tuple[State, ...] = ("overdue", "at_risk")


@pytest.fixture
def reader(outage: Outage, synced: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """What pages read with, over many applications."""
    monkeypatch.setenv("TEREZE_DATABASE_URL", synced.url.render_as_string(hide_password=False))
    with outage.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(_APPLICATIONS), {"many": MANY})
        connection.execute(text("VACUUM ANALYZE applications"))
    engine = LazyDatabase(outage.environment).reader()
    yield engine
    engine.dispose()


def looked_through(reader: Engine, query: str, values: Mapping[str, object]) -> int:
    """Rows of applications that were read to answer the first page, as the server tells it."""
    explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {query} LIMIT {SIZE + 1}"
    with reader.connect() as connection:
        for _ in range(8):  # after the fifth, psycopg prepares it, and the server may plan for all
            found = connection.execute(text(explain), values).scalar_one()
    return sum(_of_applications(found[0]["Plan"]))


def _of_applications(plan: Mapping[str, object]) -> Iterator[int]:
    if plan.get("Relation Name") == "applications":
        rows, loops = plan["Actual Rows"], plan["Actual Loops"]
        yield round((float(str(rows)) + float(str(plan.get("Rows Removed by Filter", 0))))
                    * int(str(loops)))  # fmt: skip
    inner = plan.get("Plans", [])
    assert isinstance(inner, list)
    for each in inner:
        yield from _of_applications(each)


def test_the_newest_are_read_and_no_others(reader: Engine) -> None:
    for asked, most in [
        ({}, 100),
        ({"region": "R-3"}, 1_000),
        ({"state": "overdue"}, 300),
        ({"state": "at_risk", "region": "R-3"}, 100),
        ({"state": "overdue", "region": "R-99"}, 10),
    ]:
        values = {**NONE, **asked}
        given = {name: value for name, value in values.items() if value}
        assert looked_through(reader, _query(False, values), given) <= most, asked


def test_what_is_behind_is_read_by_its_term(reader: Engine) -> None:
    for state in STATES:
        for region, most in [(None, 100), ("R-3", 100), ("R-99", 10)]:
            asked = Asked(state, region)
            given = {name: value for name, value in asked.values().items() if value}
            assert looked_through(reader, asked.sql, given) <= most, (state, region)


def test_counts_leave_cores_to_pages_and_plan_for_what_is_asked(
    outage: Outage, synced: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEREZE_DATABASE_URL", synced.url.render_as_string(hide_password=False))
    lazy = LazyDatabase(outage.environment)
    for engine in (lazy.engine(), lazy.reader()):
        with engine.connect() as connection:
            for name, value in [("plan_cache_mode", "force_custom_plan"),
                                ("max_parallel_workers_per_gather", "0")]:  # fmt: skip
                assert connection.scalar(text(f"SHOW {name}")) == value
        engine.dispose()
