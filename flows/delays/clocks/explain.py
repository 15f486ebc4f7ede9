"""One application explained: its time in pieces, the sums, what stopped its clock, what was odd."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.delays.clocks.odd import SENTENCES
from flows.delays.clocks.parties import KINDS
from flows.delays.clocks.relations import values, with_sql
from flows.delays.clocks.split import split_sql
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
    given = {**values(environment, moment), "system": row["system"], "number": number}
    rows = _rows(connection, _EXPLAINED, given)
    pieces = [each for each in rows if each["since"] is not None]
    findings = sorted({each["finding_id"] for each in pieces} - {None})
    masker = Masker(environment.settings.identifiers)
    return Explained(
        application=row,
        whole=sum(each["seconds"] for each in pieces),
        shares=_shares(pieces),
        pieces=[
            {name: each[name] for name in _PIECE}
            | {"stage": each["stage"] and masker.mask(each["stage"])}
            for each in pieces
            if each["seconds"] > 0 or each["event"] != "received"
        ],
        stops=_rows(connection, _STOPS, row),
        outages=_rows(connection, _OUTAGES, {"ids": findings}) if findings else [],
        odd=[SENTENCES[code] for code in rows[0]["odd"] or []],
    )


def _shares(pieces: list[dict[str, Any]]) -> dict[str, int]:
    shares = dict.fromkeys(SHARES, 0)
    for piece in pieces:
        shares[_NAMES[piece["kind"]]] += piece["seconds"]
    return shares


_NAMES = {number: name for name, number in KINDS.items()}
_PIECE = ("since", "until", "party", "event", "stage", "seconds", "finding_id")
_ONE = "(SELECT * FROM applications WHERE system = :system AND number = :number)"

# In one statement, which makes nothing: the pieces, and in each row what was odd.
_EXPLAINED = f"""
    {with_sql(_ONE)}
    SELECT w.odd, t.kind, {", ".join(f"t.{name}" for name in _PIECE)}
    FROM ({split_sql(over=False)}) w LEFT JOIN {TIMELINE} t ON true
    ORDER BY t.since
"""
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
