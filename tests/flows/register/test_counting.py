"""Stretches of receipts: each found by one moment, which says the rule and the day at once."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from flows.register.counting import bin_sql, origin_sql
from flows.register.in_force import resolve
from flows.register.sync import sync
from models.database import Database
from tests.environments import environment

SERVICES = {
    "days": {"term": 5, "unit": "working_days"},
    "more": {"term": 6, "unit": "working_days"},
    "rolled": {"term": 5, "unit": "calendar_days"},
    "quick": {"term": 30, "unit": "minutes"},
    "hours": {"term": 4, "unit": "working_hours"},
    "night": {"term": 5, "unit": "working_days", "after_hours": "same_day"},
}
_FOUND = f"""
    SELECT s.service, m.at, count(p.bin) FROM standards_in_force s
    CROSS JOIN (
        SELECT CAST(turn AS timestamptz) + n * interval '1 microsecond' AS at
        FROM unnest(CAST(:turns AS text[])) turn, generate_series(-20, 20) n
    ) m
    LEFT JOIN counted_spans p ON p.bin = {bin_sql("m.at", "s.origin")}
      AND m.at > p.after AND m.at <= p.till
    GROUP BY s.service, m.at HAVING count(p.bin) <> 1
"""
_SHARED = f"""
    SELECT p.bin FROM counted_spans p JOIN standards_in_force s
      ON {bin_sql("p.bin", "s.origin")} = p.bin
    GROUP BY p.bin HAVING count(DISTINCT s.rule) <> 1
"""


@pytest.fixture
def counted(database: Database, tmp_path: Path) -> Any:
    standards = [{"service": code, **rule} for code, rule in SERVICES.items()]
    services = {code: {"names": {"en": "x"}} for code in SERVICES}
    env = environment(tmp_path, register={"services": services, "standards": standards})
    with database.engine().begin() as connection:
        sync(connection, env, "test")
        for code in SERVICES:
            connection.execute(
                text("""
                    INSERT INTO applications (system, number, service, received_at, source, pull_id)
                    VALUES ('office', :code, :code, '2025-06-02 10:00+05', 'test', 1)
                """),
                {"code": code},
            )
        resolve(connection, env, "applications")
        yield connection


def test_a_receipt_finds_one_stretch_on_either_side_of_every_turn(counted: Connection) -> None:
    turns = [f"2025-06-03 {hour}+05" for hour in ("00:00", "05:00", "09:00", "14:00", "18:00")]
    assert counted.execute(text("SELECT count(*) FROM standards_in_force")).scalar() == 6
    assert counted.execute(text(_FOUND), {"turns": turns}).all() == []


def test_no_two_rules_share_a_moment(counted: Connection) -> None:
    assert counted.execute(text("SELECT count(DISTINCT bin) FROM counted_spans")).scalar()
    assert counted.execute(text(_SHARED)).all() == []


def test_the_last_number_of_a_rule_ends_before_the_next_grid(counted: Connection) -> None:
    last, first = origin_sql("1799999999", "3600"), origin_sql("0", "5400")
    assert counted.execute(text(f"SELECT {last} < {first}")).scalar()
    with pytest.raises(IntegrityError, match="few"):
        counted.execute(text("UPDATE counting_rules SET id = 1800000000 WHERE unit = 'minutes'"))
