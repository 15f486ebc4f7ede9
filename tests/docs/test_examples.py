"""The worked examples of due dates in the docs, computed."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML
from sqlalchemy import Connection, text

from flows.delays.clock_stops import rebuild
from flows.delays.recompute import recompute_all
from flows.register.sync import sync
from models.database import Database
from tests.docs.markdown import DOCS, code, named
from tests.environments import environment

ZONE = ZoneInfo("Asia/Almaty")


def local(cell: str) -> datetime:
    return datetime.fromisoformat(cell).replace(tzinfo=ZONE)


def insert(connection: Connection, number: str, received: str, stood_still: str) -> None:
    application = {"number": number, "at": local(received)}
    connection.execute(
        text("""
            INSERT INTO applications (system, number, service, received_at, source, pull_id)
            VALUES ('office', :number, :number, :at, 'test', 1)
        """),
        application,
    )
    moments = stood_still.split(" to ") if stood_still else []
    for kind, moment in zip(("stopped", "restarted"), moments, strict=bool(moments)):
        connection.execute(
            text("""
                INSERT INTO application_events
                    (system, event, number, kind, at, source, pull_id)
                VALUES ('office', :number || :kind, :number, :kind, :at, 'test', 1)
            """),
            {"number": number, "kind": kind, "at": local(moment)},
        )


def test_worked_examples_come_out_as_shown(database: Database, tmp_path: Path) -> None:
    rows = dict(named(DOCS / "services-and-standards.md", "examples"))["KZ"]
    assert len(rows) > 10
    standards: list[dict[str, Any]] = [
        {"service": str(place), **YAML(typ="safe").load(code(row[1]))}
        for place, row in enumerate(rows)
    ]
    services = {standard["service"]: {"names": {"en": "x"}} for standard in standards}
    register = {"services": services, "standards": standards}
    env = environment(tmp_path, register=register)
    with database.engine().begin() as connection:
        sync(connection, env, "test")
        for place, row in enumerate(rows):
            insert(connection, str(place), row[0], row[2])
        rebuild(connection, "(SELECT DISTINCT system, number FROM application_events)")
        recompute_all(connection, env)
        found = connection.execute(text("SELECT number, due_at FROM applications")).all()
    due = {row.number: row.due_at for row in found}
    for place, row in enumerate(rows):
        assert due[str(place)] == local(row[3]), row
