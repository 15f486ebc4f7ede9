"""What is new in each group of alerts, and how the group stands: all in SQL, by what changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.breaches import AT_RISK, OVERDUE
from flows.alerts.routes import SEVERITIES


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
    notice), silenced; `said_at` is null where nothing was said yet. `since` is when the first of
    what goes on began, `told` the receivers that know, `in_hand` who has said to work on it,
    `systems` those that its alerts come from and `cause` what its alerts themselves name as one.
    """

    key: str
    labels: Mapping[str, str]
    names: Mapping[str, str]
    said_at: datetime | None
    numbers: Mapping[str, int]
    items: tuple[Item, ...]
    cases: tuple[Case, ...] = field(default=())
    since: datetime | None = None
    told: tuple[str, ...] = ()
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
NEW = """
    (state = 'firing' AND notified_at IS NULL AND NOT ({waits})
     OR state = 'resolved' AND notified_at IS NOT NULL)
    AND NOT EXISTS (SELECT FROM alert_groups g
                    WHERE g.group_key = a.group_key AND g.said_at > CAST(:not_since AS timestamptz))
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
    SELECT g.group_key, g.labels, g.said_at,
        jsonb_build_object('organisation', o.names ->> :language, 'service', s.names ->> :language,
                           'region', r.names ->> :language) AS names,
        n.overdue, n.at_risk, n.other, n.waiting, n.silenced, n.since, n.in_hand, n.systems,
        n.cause, g.told
    FROM alert_groups g
    LEFT JOIN organisations o ON o.code = g.labels ->> 'organisation'
    LEFT JOIN services s ON s.code = g.labels ->> 'service'
    LEFT JOIN regions r ON r.code = g.labels ->> 'region'
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE told AND name = '{OVERDUE}') AS overdue,
            count(*) FILTER (WHERE told AND name = '{AT_RISK}') AS at_risk,
            count(*) FILTER (WHERE told AND name NOT IN ('{OVERDUE}', '{AT_RISK}')) AS other,
            count(*) FILTER (WHERE NOT told) AS silenced,
            count(DISTINCT coalesce(p.applicant, p.system || ' ' || p.number)) AS waiting,
            min(least(greatest(starts_at, '0001-01-02'), '9999-01-01'))
                FILTER (WHERE told) AS since,
            array_agg(DISTINCT assignee) FILTER (WHERE assignee IS NOT NULL) AS in_hand,
            array_agg(DISTINCT a.labels ->> 'system') FILTER (WHERE a.labels ? 'system')
                AS systems,
            min(annotations ->> 'cause') AS cause
        FROM (SELECT *, state <> 'silenced' AS told FROM alerts
              WHERE group_key = g.group_key AND state <> 'resolved') a
        LEFT JOIN applications p ON told AND p.system = a.labels ->> 'system'
                                AND p.number = a.labels ->> 'number'
    ) n
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
_CASES = f"""
    SELECT * FROM (
        SELECT fingerprint, group_key, name, labels ->> 'number' AS number, sentence,
            greatest(starts_at, '0001-01-02') AS starts_at,
            CASE WHEN name IN ('{OVERDUE}', '{AT_RISK}') AND d.due_at < '9999-01-01'
                THEN greatest(d.due_at, '0001-01-02') END AS due_at,
            row_number() OVER (PARTITION BY group_key ORDER BY name = '{AT_RISK}', starts_at,
                               fingerprint) AS place
        FROM alerts
        CROSS JOIN LATERAL (SELECT CASE WHEN name IN ('{OVERDUE}', '{AT_RISK}')
            THEN (annotations ->> 'due_at')::timestamptz END AS due_at) d
        WHERE state IN ('firing', 'acknowledged') AND starts_at < '9999-01-01'
            AND group_key IN (SELECT group_key FROM news)
    ) AS placed WHERE place <= :oldest ORDER BY group_key, place
"""
_TOLD = """
    UPDATE alerts a SET notified_at = CASE WHEN a.state = 'firing' THEN :now END
    FROM news n
    JOIN jsonb_to_recordset(CAST(:told AS jsonb))
         AS t(group_key text, name text, severity text, labels jsonb)
      ON t.group_key = n.group_key AND t.name = n.name AND t.severity = n.severity
     AND t.labels = n.labels
    WHERE a.fingerprint = n.fingerprint
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
    connection: Connection, language: str, oldest: int, which: str, values: Mapping[str, Any]
) -> list[Group]:
    """Every group with news, but those whose alerts are all silenced.

    `which` is the SQL of what is news of an alert `a`, `NEW` for instance, `values` its
    parameters. Leaves the temporary table `news`, with its alerts locked, for `mark_told`.
    """
    connection.execute(text("DROP TABLE IF EXISTS news"))
    connection.execute(text(_CHOSEN.format(which=which)), values)
    connection.execute(text("ANALYZE news"))
    items: dict[str, list[Item]] = {}
    for row in connection.execute(text(_ITEMS)).mappings():
        plain = {name: value for name, value in row.items() if name != "group_key"}
        items.setdefault(row["group_key"], []).append(Item(**plain))
    late = connection.execute(text(_CLOSED_LATE))
    closed_late = {row.group_key: int(row.closed_late) for row in late}
    cases: dict[str, list[Case]] = {}
    for row in connection.execute(text(_CASES), {"oldest": oldest}).mappings():
        plain = {name: row[name] for name in Case.__dataclass_fields__}
        cases.setdefault(row["group_key"], []).append(Case(**plain))
    rows = connection.execute(text(_GROUPS), {"language": language}).mappings()
    groups = [_group(dict(row), items, closed_late.get(row["group_key"], 0), cases) for row in rows]
    return [group for group in groups if group.active or not group.numbers["silenced"]]


def _group(
    row: dict[str, Any],
    items: dict[str, list[Item]],
    closed_late: int,
    cases: dict[str, list[Case]],
) -> Group:
    key = row["group_key"]
    counted = ("overdue", "at_risk", "other", "waiting", "silenced")
    return Group(
        key=key,
        labels=row["labels"],
        names={label: name for label, name in row["names"].items() if name},
        said_at=row["said_at"],
        numbers={**{name: row[name] for name in counted}, "closed_late": closed_late},
        items=tuple(items[key]),
        cases=tuple(cases.get(key, ())),
        since=row["since"],
        told=tuple(row["told"]),
        in_hand=tuple(row["in_hand"] or ()),
        systems=tuple(row["systems"] or ()),
        cause=row["cause"],
    )


def mark_told(connection: Connection, told: str, now: datetime) -> None:
    """Remember which news were told: `told` is a JSON list of group_key, name, severity, labels."""
    connection.execute(text(_TOLD), {"told": told, "now": now})


def mark_said(connection: Connection, groups: Sequence[Group], now: datetime) -> None:
    """Remember what was said of groups: their numbers, and up to which breach."""
    said = [
        {"key": each.key, "numbers": dict(each.numbers), "over": each.active == 0}
        for each in groups
    ]
    connection.execute(text(_SAID), {"now": now, "said": json.dumps(said)})
