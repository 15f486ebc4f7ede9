"""What is new in each group of alerts, and how the group stands: all in SQL, by what changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.breaches import AT_RISK, OVERDUE
from flows.alerts.routes import SEVERITIES

NAMED = ("organisation", "service", "region")
"""Labels that the register has names of."""


@dataclass(frozen=True)
class Item:
    """News of alerts that are alike but for the application's number; `since` of the first."""

    name: str
    severity: str
    labels: Mapping[str, str]
    begun: int
    ended: int
    since: datetime


@dataclass(frozen=True)
class Case:
    """An alert that goes on; `number` where it is of an application, `due_at` if that is known."""

    fingerprint: str
    name: str
    number: str | None
    starts_at: datetime
    due_at: datetime | None
    sentence: str


@dataclass(frozen=True)
class Group:
    """A group with news: its names for people, its numbers now, its oldest cases.

    `numbers`: overdue, at_risk, other (alerts), waiting (people), closed_late (since the last
    notice), silenced; `said_at` is null where nothing was said yet; `told` are the receivers that
    know. What follows those is filled in only where the group is told of alone
    (`flows.alerts.details`): `since` is when the first of what goes on began, `in_hand` who has
    said to work on it, `systems` those that its alerts come from and `cause` what its alerts
    themselves name as one.
    """

    key: str
    labels: Mapping[str, str]
    names: Mapping[str, str]
    said_at: datetime | None
    numbers: Mapping[str, int]
    items: tuple[Item, ...]
    told: tuple[str, ...] = ()
    cases: tuple[Case, ...] = field(default=())
    since: datetime | None = None
    in_hand: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    cause: str | None = None

    @property
    def active(self) -> int:
        """How many of its alerts go on and are not silenced."""
        return self.numbers["overdue"] + self.numbers["at_risk"] + self.numbers["other"]

    @property
    def severity(self) -> str:
        """The gravest among its news."""
        return min((item.severity for item in self.items), key=SEVERITIES.index)


# Locked, so that what is told is exactly what is marked as told.
_CHOSEN = """
    CREATE TEMP TABLE news ON COMMIT DROP AS
    SELECT fingerprint, group_key, name, severity, labels - 'number' AS labels, state, changed_at
    FROM alerts a WHERE {which} FOR UPDATE OF a
"""
QUEUED = "a.fingerprint IN (SELECT fingerprint FROM alert_news)"
"""Only these can be news; see `models.alerts.ALERT_NEWS`."""
NEW = f"""
    {QUEUED}
    AND (state = 'firing' AND notified_at IS NULL AND NOT ({{waits}})
         OR state = 'resolved' AND notified_at IS NOT NULL)
    AND group_key NOT IN (SELECT group_key FROM alert_groups
                          WHERE said_at > CAST(:not_since AS timestamptz))
"""
"""Which alerts are news: what began and is told to nobody, what ended and was told of.

A group that was told of after `not_since` waits; so does what others explain.
"""
_ITEMS = """
    SELECT group_key, name, severity, labels, count(*) FILTER (WHERE state = 'firing') AS begun,
           count(*) FILTER (WHERE state = 'resolved') AS ended, min(changed_at) AS since
    FROM news GROUP BY group_key, name, severity, labels ORDER BY name, labels::text
"""
_GROUPS = f"""
    WITH going_on AS (
        SELECT a.group_key, count(*) FILTER (WHERE told AND a.name = '{OVERDUE}') AS overdue,
            count(*) FILTER (WHERE told AND a.name = '{AT_RISK}') AS at_risk,
            count(*) FILTER (WHERE told AND a.name NOT IN ('{OVERDUE}', '{AT_RISK}')) AS other,
            count(*) FILTER (WHERE NOT told) AS silenced,
            count(DISTINCT coalesce(p.applicant, p.system || ' ' || p.number)) AS waiting
        FROM (SELECT group_key, name, state <> 'silenced' AS told, labels ->> 'system' AS system,
                  labels ->> 'number' AS number
              FROM alerts WHERE state IN ('firing', 'acknowledged', 'silenced')
               AND group_key IN (SELECT group_key FROM news)) a
        LEFT JOIN applications p ON told AND p.system = a.system AND p.number = a.number
        GROUP BY a.group_key
    )
    SELECT g.group_key, g.labels, g.said_at, g.told, o.names ->> :language AS organisation,
        s.names ->> :language AS service, r.names ->> :language AS region,
        coalesce(n.overdue, 0) AS overdue, coalesce(n.at_risk, 0) AS at_risk,
        coalesce(n.other, 0) AS other, coalesce(n.silenced, 0) AS silenced,
        coalesce(n.waiting, 0) AS waiting
    FROM alert_groups g
    LEFT JOIN organisations o ON o.code = g.labels ->> 'organisation'
    LEFT JOIN services s ON s.code = g.labels ->> 'service'
    LEFT JOIN regions r ON r.code = g.labels ->> 'region'
    LEFT JOIN going_on n USING (group_key)
    WHERE g.group_key IN (SELECT group_key FROM news)
"""
_CLOSED_LATE = """
    SELECT g.group_key, count(DISTINCT (b.system, b.number)) AS closed_late
    FROM breaches b
    JOIN applications p ON p.system = b.system AND p.number = b.number
    LEFT JOIN services s ON s.code = p.service
    JOIN alert_groups g ON g.group_key = jsonb_build_object(
        'organisation', coalesce(p.organisation, s.organisation, ''),
        'service', p.service, 'region', coalesce(p.region, ''))::text
    WHERE b.state = 'closed_late' AND g.group_key IN (SELECT group_key FROM news)
      AND b.changed_at > coalesce((g.said ->> 'breaches_until')::timestamptz, '-infinity')
    GROUP BY g.group_key
"""
# Of a group all, or some of its items.
_TOLD = """
    UPDATE alerts a SET notified_at = CASE WHEN a.state = 'firing' THEN :now END
    FROM news n
    WHERE a.fingerprint = n.fingerprint AND (n.group_key = ANY(:groups)
        OR (n.group_key, n.name, n.severity, n.labels) IN (
            SELECT * FROM jsonb_to_recordset(CAST(:items AS jsonb))
                AS t (group_key text, name text, severity text, labels jsonb)))
"""
# Told, or in somebody's hands, or silenced. What still waits stays in the queue.
_SETTLED = """
    DELETE FROM alert_news q WHERE NOT EXISTS (
        SELECT FROM alerts a WHERE a.fingerprint = q.fingerprint
          AND (a.state = 'firing' AND a.notified_at IS NULL
               OR a.state = 'resolved' AND a.notified_at IS NOT NULL))
"""
_SAID = """
    UPDATE alert_groups g SET said_at = :now,
        said = s.numbers || jsonb_build_object('breaches_until', u.until),
        told = CASE WHEN s.over THEN '[]' ELSE told END
    FROM jsonb_to_recordset(CAST(:said AS jsonb)) AS s (key text, numbers jsonb, over boolean)
    CROSS JOIN (SELECT max(changed_at) AS until FROM breaches) u
    WHERE g.group_key = s.key
"""


def read(
    connection: Connection, language: str, which: str, values: Mapping[str, Any]
) -> list[Group]:
    """Every group with news, but those whose alerts are all silenced.

    `which` is the SQL of what is news of an alert `a`, `NEW` for instance, `values` its
    parameters. Leaves the temporary table `news`, with its alerts locked, for `mark_told`.
    """
    connection.execute(text("DROP TABLE IF EXISTS news"))
    connection.execute(text("ANALYZE alert_news"))  # empty a moment ago, or a storm
    connection.execute(text(_CHOSEN.format(which=which)), values)
    connection.execute(text("ANALYZE news (group_key)"))
    items: dict[str, list[Item]] = {}
    for row in connection.execute(text(_ITEMS)).mappings():
        plain = {name: value for name, value in row.items() if name != "group_key"}
        items.setdefault(row["group_key"], []).append(Item(**plain))
    late = connection.execute(text(_CLOSED_LATE))
    closed_late = {row.group_key: int(row.closed_late) for row in late}
    rows = connection.execute(text(_GROUPS), {"language": language}).mappings()
    groups = [
        _group(dict(row), items[row["group_key"]], closed_late.get(row["group_key"], 0))
        for row in rows
    ]
    return [group for group in groups if group.active or not group.numbers["silenced"]]


def _group(row: Mapping[str, Any], items: list[Item], closed_late: int) -> Group:
    counted = ("overdue", "at_risk", "other", "waiting", "silenced")
    return Group(
        key=row["group_key"],
        labels=row["labels"],
        names={label: row[label] for label in NAMED if row[label]},
        said_at=row["said_at"],
        numbers={**{name: row[name] for name in counted}, "closed_late": closed_late},
        items=tuple(items),
        told=tuple(row["told"]),
    )


def mark_told(
    connection: Connection,
    groups: Sequence[str],
    items: Sequence[Mapping[str, Any]],
    now: datetime,
) -> None:
    """Remember which news were told: all of `groups` (keys), and single `items`.

    An item is given by group_key, name, severity and labels.
    """
    values = {"groups": list(groups), "items": json.dumps(list(items)), "now": now}
    connection.execute(text(_TOLD), values)
    connection.execute(text(_SETTLED))


def mark_said(connection: Connection, groups: Sequence[Group], now: datetime) -> None:
    """Remember what was said of groups: their numbers, and up to which breach."""
    said = [
        {"key": each.key, "numbers": dict(each.numbers), "over": each.active == 0}
        for each in groups
    ]
    connection.execute(text(_SAID), {"now": now, "said": json.dumps(said)})
