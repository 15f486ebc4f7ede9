"""Services that the same people take one after another: proposals for "one application".

Everything is counted in the database. A recipient is a keyed hash that is drawn anew for each
count and kept nowhere; what fewer recipients took than `bundles.recipients` asks for is not shown.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from models.environment.hidden_services import Bundles

MOST = 200
"""Bundles that are answered."""

_ROOM = "SET LOCAL work_mem = '256MB'"
"""Groups of a million recipients are made in memory; spilt to disk they take ten times as long."""

_PERIOD = """(CAST(:since AS timestamptz) IS NULL OR received_at >= :since)
    AND (CAST(:until AS timestamptz) IS NULL OR received_at < :until)"""
_EVERYBODY = f"""
    CREATE TEMP TABLE everybody ON COMMIT DROP AS
    SELECT hashtextextended(applicant, :salt) AS who, service, min(received_at) AS at,
        count(*) AS times, count(*) FILTER (WHERE c.digital IS FALSE) AS visits
    FROM applications a LEFT JOIN channels c ON c.code = a.channel
    WHERE applicant IS NOT NULL AND {_PERIOD}
    GROUP BY 1, 2
"""
# Who took one service only has no bundle, and who applied too often acts for others.
_TAKEN = """
    CREATE TEMP TABLE taken ON COMMIT DROP AS
    SELECT e.who, e.service, e.at, e.visits FROM everybody e JOIN (
        SELECT who FROM everybody GROUP BY who
        HAVING count(*) >= 2 AND sum(times) <= :at_most) several USING (who)
"""
_COUNTS = f"""
    SELECT (SELECT count(*) FROM (SELECT FROM everybody GROUP BY who) e) AS recipients,
        (SELECT count(*) FROM applications WHERE applicant IS NULL AND {_PERIOD}) AS nameless
"""
_ALONE = "SELECT service, count(*) AS recipients FROM everybody GROUP BY service"
_PAIRS = """
    CREATE TEMP TABLE pairs ON COMMIT DROP AS
    SELECT x.who, x.service AS one, y.service AS other
    FROM taken x JOIN taken y ON y.who = x.who AND y.service > x.service
        AND abs(extract(epoch FROM y.at - x.at)) <= :within
"""
_FREQUENT = """
    CREATE TEMP TABLE frequent ON COMMIT DROP AS
    SELECT one, other FROM pairs GROUP BY one, other HAVING count(*) >= :recipients
"""
_SETS = """
    CREATE TEMP TABLE sets_2 ON COMMIT DROP AS
    SELECT p.who, ARRAY[p.one, p.other] AS services, p.other AS last
    FROM pairs p JOIN frequent f USING (one, other)
"""
# One service more, near in time to each that is there, where enough took them all.
_LARGER = """
    CREATE TEMP TABLE sets_{size} ON COMMIT DROP AS
    WITH longer AS (
        SELECT s.who, s.services || p.other AS services, p.other AS last
        FROM sets_{before} s JOIN pairs p ON p.who = s.who AND p.one = s.last
        JOIN frequent f USING (one, other)
        WHERE (SELECT bool_and(EXISTS (SELECT FROM pairs q
            WHERE q.who = s.who AND q.one = o AND q.other = p.other)) FROM unnest(s.services) o)
    ), enough AS (
        SELECT services FROM longer GROUP BY services HAVING count(*) >= :recipients)
    SELECT l.* FROM longer l JOIN enough USING (services)
"""
_MEASURED = """
    WITH taken_by AS (
        SELECT s.services, s.who,
            array_agg(t.service ORDER BY t.at, t.service) AS in_order,
            extract(epoch FROM max(t.at) - min(t.at)) / 86400 AS days,
            sum(t.visits) AS visits
        FROM sets_{size} s JOIN taken t ON t.who = s.who AND t.service = ANY(s.services)
        GROUP BY s.services, s.who
    )
    SELECT services, count(*) AS recipients, percentile_cont(0.5) WITHIN GROUP (ORDER BY days)
            AS days, mode() WITHIN GROUP (ORDER BY in_order) AS in_order,
        sum(greatest(visits - 1, 0))::bigint AS visits_saved
    FROM taken_by GROUP BY services
"""
_ORDERED = """
    SELECT count(*) FILTER (WHERE in_order = CAST(:in_order AS text[]))::float / count(*)
    FROM (SELECT array_agg(t.service ORDER BY t.at, t.service) AS in_order
        FROM sets_{size} s JOIN taken t ON t.who = s.who AND t.service = ANY(s.services)
        WHERE s.services = CAST(:services AS text[]) GROUP BY s.who) o
"""


@dataclass(frozen=True)
class Bundle:
    """Services taken together; `services` in the order in which most took them.

    `support` is the share of all recipients, `lift` how many times as often as by chance,
    `in_this_order` the share of those who took it so. `days` is the median from the first to the
    last. `visits_saved` are visits to a front office that one application would have made
    needless, over the time that was looked at.
    """

    services: list[str]
    names: list[dict[str, str]]
    organisations: list[str]
    recipients: int
    support: float
    lift: float
    in_this_order: float
    days: float
    applications_saved: int
    visits_saved: int


@dataclass(frozen=True)
class Bundled:
    """What was found, and over how many recipients; the nameless applications were left out."""

    bundles: list[Bundle]
    recipients: int
    nameless: int
    since: datetime | None = None
    until: datetime | None = None
    dropped: list[str] = field(default_factory=list)


def bundles(
    connection: Connection,
    settings: Bundles,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Bundled:
    """The bundles of applications received from `since` to `until`, those that save most first.

    A bundle that is a part of a larger one with nearly the same recipients is left out.
    """
    values = {
        "salt": secrets.randbits(62),
        "since": since,
        "until": until,
        "within": settings.within.total_seconds(),
        "recipients": settings.recipients,
        "at_most": settings.at_most,
    }
    _prepare(connection, values)
    counts = connection.execute(text(_COUNTS), values).one()
    alone = {row[0]: int(row[1]) for row in connection.execute(text(_ALONE))}
    measured = list(_measured(connection, values, settings.largest))
    kept = _largest(
        [each for each in measured if _lift(each, alone, counts.recipients) >= settings.lift]
    )
    found = [_bundle(connection, each, alone, counts.recipients) for each in kept]
    found.sort(key=lambda each: (-each.visits_saved, -each.applications_saved, each.services))
    return Bundled(found[:MOST], counts.recipients, counts.nameless, since, until)


def _prepare(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(text("DROP TABLE IF EXISTS everybody, taken, pairs, frequent, sets_2"))
    connection.execute(text(_ROOM))
    for statement, table in ((_EVERYBODY, "everybody"), (_TAKEN, "taken"), (_PAIRS, "pairs")):
        connection.execute(text(statement), values)
        connection.execute(text(f"ANALYZE {table}"))
    connection.execute(text(_FREQUENT), values)
    connection.execute(text(_SETS))
    connection.execute(text("CREATE INDEX ON pairs (who, one, other)"))


def _measured(
    connection: Connection, values: dict[str, Any], largest: int
) -> Iterator[dict[str, Any]]:
    """The sets of each size until none is left, with what is counted about them."""
    for size in range(2, largest + 1):
        if size > 2:
            connection.execute(text(f"DROP TABLE IF EXISTS sets_{size}"))
            connection.execute(text(_LARGER.format(size=size, before=size - 1)), values)
        connection.execute(text(f"ANALYZE sets_{size}"))
        rows = connection.execute(text(_MEASURED.format(size=size))).mappings().all()
        if not rows:
            return
        yield from (dict(row) for row in rows)


def _lift(row: dict[str, Any], alone: dict[str, int], everybody: int) -> float:
    chance = 1.0
    for service in row["services"]:
        chance *= alone[service] / everybody
    return float(row["recipients"] / everybody / chance)


def _largest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without those that nearly only people took who took a larger one."""
    return [
        row
        for row in rows
        if not any(
            set(row["services"]) < set(other["services"])
            and other["recipients"] >= 0.8 * row["recipients"]
            for other in rows
        )
    ]


def _bundle(
    connection: Connection, row: dict[str, Any], alone: dict[str, int], everybody: int
) -> Bundle:
    order = row["in_order"]
    share = connection.execute(
        text(_ORDERED.format(size=len(order))), {"in_order": order, "services": row["services"]}
    ).scalar_one()
    known = {
        each.code: each
        for each in connection.execute(
            text("SELECT code, names, organisation FROM services WHERE code = ANY(:codes)"),
            {"codes": order},
        )
    }
    bodies = {known[code].organisation for code in order if code in known} - {None}
    return Bundle(
        services=order,
        names=[known[code].names if code in known else {} for code in order],
        organisations=sorted(bodies),
        recipients=row["recipients"],
        support=row["recipients"] / everybody,
        lift=_lift(row, alone, everybody),
        in_this_order=float(share),
        days=float(row["days"]),
        applications_saved=row["recipients"] * (len(order) - 1),
        visits_saved=row["visits_saved"],
    )
