"""Whose time it was, summed by body, service, region, channel or month."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection, text

from flows.delays.clocks.split import split
from models.clocks import SHARES
from models.environment.loader import Environment

By = Literal["body", "service", "region", "channel", "month"]
BY: tuple[By, ...] = get_args(By)

# What was completed in the period is in the ledger; what is open is split now.
_OPEN = """(
    SELECT a.* FROM applications a
    WHERE a.received_at <= :moment AND (a.completed_at IS NULL OR a.completed_at > :moment))"""

_THEIRS = "(CAST(:region AS text) IS NULL OR a.region = :region)"

_ALL = f"""
    SELECT c.system, c.number, c.whole, {", ".join(f"c.{name}" for name in SHARES)}, c.parties,
        c.seconds, c.odd
    FROM clocks c JOIN applications a USING (system, number)
    WHERE a.completed_at >= :since AND a.completed_at <= :moment AND {_THEIRS}
    UNION ALL
    SELECT system, number, s.whole, {", ".join(f"s.{name}" for name in SHARES)}, s.parties,
        s.seconds, s.odd
    FROM split_now s JOIN applications a USING (system, number) WHERE NOT s.done AND {_THEIRS}
"""

# Of a body its own part counts, of everything else what all had in it.
_BY_BODY = f"""
    SELECT p.party AS name, count(DISTINCT (t.system, t.number)) AS applications,
        sum(p.seconds)::bigint AS whole, {
    ", ".join(
        f"sum(p.seconds) FILTER (WHERE p.party LIKE '{name}%')::bigint AS {name}" for name in SHARES
    )
}
    FROM ({_ALL}) t CROSS JOIN LATERAL unnest(t.parties, t.seconds) AS p (party, seconds)
    GROUP BY p.party
"""
_NAMES = {
    "service": "a.service",
    "region": "coalesce(a.region, 'unknown')",
    "channel": "coalesce(a.channel, 'unknown')",
    "month": "to_char(coalesce(a.completed_at, :moment) AT TIME ZONE :timezone, 'YYYY-MM')",
}


@dataclass(frozen=True)
class Part:
    """Working seconds of one body, service, region, channel or month, by whose they were."""

    name: str
    applications: int
    whole: int
    shares: dict[str, int]


def parts(
    connection: Connection,
    environment: Environment,
    by: By,
    moment: datetime,
    since: datetime,
    region: str | None = None,
) -> list[Part]:
    """Applications completed from `since` to `moment`, and those open then, most time first.

    Of one region where it is given.

    By `body` each party has its own part: bodies, offices, the applicant, Tereze, outages, and
    what is unknown. Otherwise each row is split among all of them. Open ones count up to the
    moment, and in its month.
    """
    query = _BY_BODY if by == "body" else _by(_NAMES[by])
    values = {
        "moment": moment,
        "since": since,
        "region": region,
        "timezone": environment.settings.timezone,
    }
    _split_open(connection, environment, moment)
    rows = connection.execute(text(f"{query} ORDER BY whole DESC, name"), values).mappings()
    return [
        Part(
            row["name"],
            row["applications"],
            row["whole"],
            {name: row[name] or 0 for name in SHARES},
        )
        for row in rows
    ]


def odd(
    connection: Connection, environment: Environment, moment: datetime, since: datetime
) -> dict[str, int]:
    """Applications with something wrong in their events, by code (`clocks.odd.SENTENCES`)."""
    _split_open(connection, environment, moment)
    query = f"SELECT code, count(*) FROM ({_ALL}) t, unnest(t.odd) AS code GROUP BY 1 ORDER BY 1"
    values = {"moment": moment, "since": since, "region": None}
    rows = connection.execute(text(query), values)
    return {code: int(number) for code, number in rows}


def _split_open(connection: Connection, environment: Environment, moment: datetime) -> None:
    split(connection, environment, _OPEN, moment)


def _by(name: str) -> str:
    sums = ", ".join(f"sum(t.{share})::bigint AS {share}" for share in SHARES)
    return f"""
        SELECT {name} AS name, count(*) AS applications, sum(t.whole)::bigint AS whole, {sums}
        FROM ({_ALL}) t JOIN applications a USING (system, number) GROUP BY 1
    """
