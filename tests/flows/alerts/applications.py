"""Applications and what the delays tick hands over about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from flows.alerts.breaches import Changed, from_judgement
from models.environment.settings import Settings
from tests.flows.alerts.conftest import NOW, run

SETTINGS = Settings(
    environment="test",
    title="Test",
    timezone="Asia/Almaty",
    languages=["en"],
    calendar="kz",
)
JUDGED = """
    CREATE TEMP TABLE judged_now (system text, number text, was text, became text, reason text,
        due_at timestamptz, completed_at timestamptz) ON COMMIT DROP
"""


def register(engine: Engine) -> None:
    run(
        engine,
        """INSERT INTO services (code, names, organisation)
           VALUES ('00101001', '{"en": "Birth certificate"}', 'justice')""",
    )
    run(
        engine,
        """INSERT INTO organisations (code, names)
           VALUES ('justice', '{"en": "Ministry of Justice"}')""",
    )
    run(engine, """INSERT INTO regions (code, names) VALUES ('75', '{"en": "Almaty"}')""")


def apply(engine: Engine, number: str, **columns: Any) -> None:
    row = {
        "number": number,
        "service": "00101001",
        "region": "75",
        "organisation": None,
        "applicant": None,
        "received_at": datetime(2026, 3, 1, 5, tzinfo=NOW.tzinfo),
        "at_risk_at": None,
    } | columns
    run(
        engine,
        """INSERT INTO applications (system, number, service, region, organisation, applicant,
               received_at, at_risk_at, source, pull_id)
           VALUES ('front', :number, :service, :region, :organisation, :applicant,
               :received_at, :at_risk_at, 'test', 1)""",
        **row,
    )


def judge(
    engine: Engine,
    *rows: tuple[str, str, datetime | None, datetime | None],
    as_of: datetime = NOW,
) -> Changed:
    """Hand over (number, became, due_at, completed_at) in one transaction, as the tick does."""
    with engine.begin() as connection:
        connection.execute(text(JUDGED))
        for number, became, due_at, completed_at in rows:
            _judged(connection, number, became, due_at, completed_at)
        return from_judgement(connection, SETTINGS, as_of)


def _judged(
    connection: Connection,
    number: str,
    became: str,
    due_at: datetime | None,
    completed_at: datetime | None,
) -> None:
    connection.execute(
        text(
            "INSERT INTO judged_now VALUES ('front', :number, 'open', :became, '', :due_at,"
            " :completed_at)"
        ),
        {"number": number, "became": became, "due_at": due_at, "completed_at": completed_at},
    )
