"""What is known around one alert: its group, who waits, why it may be, by which evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from console.web.access.rights import Person
from console.web.pages.systems.waits import Waits, waits
from console.web.sharing import StillCounting
from console.web.site import Site
from flows.alerts import causes
from flows.alerts.house import House
from flows.alerts.listing import Shown
from flows.alerts.news import Group
from flows.failures import reading
from models.alerts import GOES_ON
from models.errors import ConfigurationError

OLDEST = 5
_GROUP = f"""
    SELECT a.group_key AS key, coalesce(g.labels, '{{}}') AS labels, coalesce(g.told, '[]') AS told,
        g.said_at, n.*
    FROM alerts a LEFT JOIN alert_groups g ON g.group_key = a.group_key
    CROSS JOIN LATERAL (
        SELECT count(*) AS going_on, count(*) FILTER (WHERE state = 'firing') AS firing,
            count(*) FILTER (WHERE state = a.state AND fingerprint <> a.fingerprint) AS others
        FROM alerts WHERE group_key = a.group_key AND state {GOES_ON}
    ) n WHERE a.fingerprint = :fingerprint
"""
_OLDEST = f"""
    SELECT fingerprint, name, state, sentence, labels ->> 'number' AS number, starts_at,
        annotations ->> 'due_at' AS due_at
    FROM alerts WHERE group_key = :key AND state {GOES_ON}
    ORDER BY starts_at, fingerprint LIMIT :oldest
"""
_PEOPLE = f"""
    SELECT count(DISTINCT coalesce(p.applicant, p.system || ' ' || p.number)) AS people
    FROM alerts a JOIN applications p ON p.system = a.labels ->> 'system'
        AND p.number = a.labels ->> 'number'
    WHERE a.group_key = :key AND a.state {GOES_ON}
"""


@dataclass(frozen=True)
class Around:
    """`group` is what is told with the alert; `people` wait in it where it is of applications.

    `waits` is who waits because of the system that the alert is about, `why` what is known of
    systems that may explain it, `finding` what the watch found where the alert is of that.
    """

    group: Row[Any]
    oldest: Sequence[Row[Any]]
    people: int | None
    waits: Waits | None
    why: Mapping[str, Mapping[str, str]]
    finding: reading.Shown | None


def around(site: Site, person: Person, connection: Connection, found: Shown) -> Around:
    """Everything around it, as somebody may see it."""
    alert = found.alert
    group = connection.execute(text(_GROUP), {"fingerprint": alert.fingerprint}).one()
    of_one = "number" in alert.labels
    system = alert.labels.get("system")
    about = system if not of_one and system in site.environment.systems else None
    oldest = connection.execute(text(_OLDEST), {"key": group.key, "oldest": OLDEST}).all()
    return Around(
        group=group,
        oldest=oldest if group.going_on > 1 else [],
        people=_people(site, group.key) if of_one else None,
        waits=waits(site, person, about) if about else None,
        why=_why(site, group, system),
        finding=_finding(connection, found, site.environment.alerts.notices.runbooks),
    )


def _people(site: Site, key: str) -> int | None:
    """How many wait in the group; None while they are being counted."""
    engine = site.engine

    def count() -> int:
        with engine.begin() as connection:
            return int(connection.execute(text(_PEOPLE), {"key": key}).scalar_one())

    try:
        return site.shared.get(("people", key), count)[0]
    except StillCounting:
        return None


def _why(site: Site, group: Row[Any], system: str | None) -> Mapping[str, Mapping[str, str]]:
    """As notices say it: failures of the systems behind it, and what nobody could look at."""
    engine, house = site.engine, House.of(site.environment)
    told = Group(
        key=group.key,
        labels=group.labels,
        names={},
        said_at=group.said_at,
        numbers={},
        items=(),
        systems=(system,) if system else (),
    )

    def read() -> Mapping[str, Mapping[str, str]]:
        with engine.connect() as connection:  # it looks through all alerts
            return causes.facts_of(connection, house, [told])

    try:
        return site.shared.get(("why", group.key), read)[0]
    except StillCounting:  # the alert's page waits for nothing that is not its own
        return {}


def _finding(connection: Connection, found: Shown, runbooks: str) -> reading.Shown | None:
    number = str(found.annotations.get("finding", ""))
    if not number.isdecimal():
        return None
    try:
        return reading.shown(connection, int(number), runbooks)
    except ConfigurationError:  # it was let go of since; the alert has its own history
        return None
