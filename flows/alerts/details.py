"""What a notice of one group tells beside its numbers: its oldest cases, since when, who has it.

Only few groups are told of alone, however many have news; the others need no more than numbers.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, text

from flows.alerts.breaches import AT_RISK, OVERDUE
from flows.alerts.news import NAMED, Case, Group

_STANDING = """
    SELECT group_key, array_agg(DISTINCT assignee) FILTER (WHERE assignee IS NOT NULL) AS in_hand,
        min(least(greatest(starts_at, '0001-01-02'), '9999-01-01'))
            FILTER (WHERE state <> 'silenced') AS since,
        array_agg(DISTINCT labels ->> 'system') FILTER (WHERE labels ? 'system') AS systems,
        min(annotations ->> 'cause') AS cause
    FROM alerts
    WHERE group_key = ANY(:keys) AND state IN ('firing', 'acknowledged', 'silenced')
    GROUP BY group_key
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
            AND group_key = ANY(:keys)
    ) AS placed WHERE place <= :oldest ORDER BY group_key, place
"""


_NAMES = """
    SELECT 'organisation' AS label, code, names ->> :language AS name
    FROM organisations WHERE code = ANY(:codes) AND names ? :language
    UNION ALL SELECT 'service', code, names ->> :language
    FROM services WHERE code = ANY(:codes) AND names ? :language
    UNION ALL SELECT 'region', code, names ->> :language
    FROM regions WHERE code = ANY(:codes) AND names ? :language
"""


def named(connection: Connection, groups: Sequence[Group], language: str) -> list[Group]:
    """The same groups with the register's names in a language, where it has them."""
    codes = {group.labels[label] for group in groups for label in NAMED if label in group.labels}
    values = {"codes": sorted(codes), "language": language}
    rows = connection.execute(text(_NAMES), values)
    known = {(row.label, row.code): row.name for row in rows}
    return [
        replace(
            group,
            names={
                **group.names,
                **{
                    label: known[label, code]
                    for label, code in group.labels.items()
                    if (label, code) in known
                },
            },
        )
        for group in groups
    ]


def detailed(connection: Connection, groups: Sequence[Group], oldest: int) -> list[Group]:
    """The same groups with what is told of each alone; `oldest` cases of each at most."""
    if not groups:
        return []
    keys = [group.key for group in groups]
    standing = {row.group_key: row for row in connection.execute(text(_STANDING), {"keys": keys})}
    cases: dict[str, list[Case]] = {}
    values = {"keys": keys, "oldest": oldest}
    for row in connection.execute(text(_CASES), values).mappings():
        plain = {name: row[name] for name in Case.__dataclass_fields__}
        cases.setdefault(row["group_key"], []).append(Case(**plain))
    return [
        replace(
            group,
            cases=tuple(cases.get(group.key, ())),
            since=here.since if here else None,
            in_hand=tuple(here.in_hand or ()) if here else (),
            systems=tuple(here.systems or ()) if here else (),
            cause=here.cause if here else None,
        )
        for group, here in ((each, standing.get(each.key)) for each in groups)
    ]
