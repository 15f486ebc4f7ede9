"""One application explained: its time in pieces, the sums, what stopped its clock, what was odd."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.delays.clocks.odd import SENTENCES
from flows.delays.clocks.split import split
from flows.delays.clocks.timeline import TIMELINE
from models.clocks import SHARES
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.masking import Masker


@dataclass(frozen=True)
class Explained:
    """Where the working time of an application went, as of a moment; seconds.

    `shares` add up to `whole`. `pieces` have since, until, party, event, stage, seconds and
    finding_id; `stops` the times in which the clock stood still, with the finding where an outage
    stopped it; `odd` what was wrong with its events, in words.
    """

    application: dict[str, Any]
    whole: int
    shares: dict[str, int]
    pieces: list[dict[str, Any]]
    stops: list[dict[str, Any]]
    outages: list[dict[str, Any]]
    odd: list[str]


def explain(
    connection: Connection,
    environment: Environment,
    number: str,
    system: str | None,
    moment: datetime,
) -> Explained:
    """Split one application as of the moment; nothing is written.

    Raises:
        ConfigurationError: no such application by then, or two systems use the number.
    """
    row = _found(connection, number, system, moment)
    connection.execute(text("DROP TABLE IF EXISTS explained"))
    connection.execute(
        text("""
            CREATE TEMP TABLE explained ON COMMIT DROP AS
            SELECT * FROM applications WHERE system = :system AND number = :number
        """),
        {"system": row["system"], "number": number},
    )
    split(connection, environment, "explained", moment)
    whole = connection.execute(text("SELECT * FROM split_now")).mappings().one()
    masker = Masker(environment.settings.identifiers)
    pieces = connection.execute(
        text(f"""
            SELECT since, until, party, event, stage, seconds, finding_id
            FROM {TIMELINE} t WHERE seconds > 0 OR event <> 'received' ORDER BY since
        """)
    ).mappings()
    return Explained(
        application=row,
        whole=whole["whole"],
        shares={name: whole[name] for name in SHARES},
        pieces=[
            {**piece, "stage": piece["stage"] and masker.mask(piece["stage"])} for piece in pieces
        ],
        stops=_rows(connection, _STOPS, row),
        outages=_rows(connection, _OUTAGES, {"ids": whole["findings"] or []}),
        odd=[SENTENCES[code] for code in whole["odd"] or []],
    )


_STOPS = """
    SELECT stopped_at, restarted_at, reason, finding_id FROM clock_stops
    WHERE system = :system AND number = :number ORDER BY stopped_at
"""
_OUTAGES = """
    SELECT id, system, sentence, began_at, ended_at FROM findings WHERE id = ANY(:ids) ORDER BY id
"""


def _rows(connection: Connection, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), values).mappings()]


def _found(
    connection: Connection, number: str, system: str | None, moment: datetime
) -> dict[str, Any]:
    query = """
        SELECT system, number, service, channel, region, office, received_at, registered_on,
            due_at, inner_due_at, completed_at, timeliness
        FROM applications
        WHERE number = :number AND received_at <= :moment
          AND (CAST(:system AS text) IS NULL OR system = :system)
        ORDER BY system
    """
    values = {"number": number, "system": system, "moment": moment}
    rows = _rows(connection, query, values)
    if len(rows) == 1:
        return rows[0]
    tried = f"Explaining the application {number}"
    if rows:
        systems = ", ".join(row["system"] for row in rows)
        raise ConfigurationError(tried, f"{systems} use this number", "Say which with --system")
    raise ConfigurationError(
        tried, "no application of this number was received by then", "Check it; was it pulled?"
    )
