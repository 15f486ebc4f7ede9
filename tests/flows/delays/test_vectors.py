"""All worked cases of Kazakhstan's rules, to the minute, through the real tables."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from flows.delays.clock_stops import rebuild
from flows.delays.recompute import recompute_all
from flows.register.sync import sync
from models.database import Database
from tests.environments import environment
from tests.shared import shared


def _standards(cases: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "service": f"case-{index}",
            "term": int(case["term"]),
            "unit": case["unit"],
            "calendar": "six_days" if case["week_days"] == "6" else "five_days",
        }
        for index, case in enumerate(cases)
    ]


def _insert(connection: Connection, index: int, case: dict[str, str]) -> None:
    connection.execute(
        text("""
            INSERT INTO applications
                (system, number, service, channel, received_at, source, pull_id)
            VALUES ('office', :number, :service, :channel, :received_at, 'test', 1)
        """),
        {
            "number": str(index),
            "service": f"case-{index}",
            "channel": case["channel"],
            "received_at": case["received_at"],
        },
    )
    for kind in ("stopped", "restarted"):
        if case[f"clock_{kind}_at"]:
            connection.execute(
                text("""
                    INSERT INTO application_events
                        (system, event, number, kind, at, source, pull_id)
                    VALUES ('office', :event, :number, :kind, :at, 'test', 1)
                """),
                {
                    "event": f"{index}-{kind}",
                    "number": str(index),
                    "kind": kind,
                    "at": case[f"clock_{kind}_at"],
                },
            )


def test_every_worked_case_to_the_minute(database: Database, tmp_path: Path) -> None:
    with shared("deadlines/kz_vectors.csv").open(encoding="utf-8") as stream:
        cases = list(csv.DictReader(stream))
    assert len(cases) == 26
    register = {"services": {f"case-{n}": {"names": {"en": "x"}} for n in range(26)}}
    env = environment(tmp_path, register=register | {"standards": _standards(cases)})
    with database.engine().begin() as connection:
        sync(connection, env, "test")
        for index, case in enumerate(cases):
            _insert(connection, index, case)
        rebuild(connection, "(SELECT DISTINCT system, number FROM application_events)")
        recompute_all(connection, env)
        rows = {
            row.number: row
            for row in connection.execute(
                text("""
                    SELECT number, registered_on, due_at,
                        (inner_due_at AT TIME ZONE 'Asia/Almaty')::date AS inner_on
                    FROM applications
                """)
            )
        }
    for index, case in enumerate(cases):
        row = rows[str(index)]
        assert row.registered_on.isoformat() == case["registered_on"], case["case"]
        assert row.due_at == datetime.fromisoformat(case["due_at"]), case["case"]
        inner = row.inner_on.isoformat() if row.inner_on else ""
        assert inner == case["result_to_office_by"], case["case"]
