"""Alerts as people see them: a list, or everything about one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.inhibited import Waits
from flows.alerts.naming import find


@dataclass(frozen=True)
class Filter:
    """Which alerts to list: all of what is given must be so. The newest `limit` of them."""

    states: tuple[str, ...] = ("firing", "acknowledged", "silenced")
    name: str | None = None
    severity: str | None = None
    labels: dict[str, str] | None = None
    limit: int = 100


@dataclass(frozen=True)
class Listed:
    """An alert as it is listed; moments carry their time zone.

    `waits` says that no notice of it goes out while something else explains it.
    """

    fingerprint: str
    name: str
    severity: str
    state: str
    reason: str
    sentence: str
    labels: dict[str, str]
    starts_at: datetime
    ends_at: datetime | None
    silenced_until: datetime | None
    changed_at: datetime
    notified_at: datetime | None
    assignee: str | None
    waits: bool


@dataclass(frozen=True)
class Shown:
    """Everything about one alert: its changes and what people said, and the notices of it."""

    alert: Listed
    annotations: Mapping[str, Any]
    changes: list[dict[str, Any]]
    notices: list[dict[str, Any]] = field(default_factory=list)


_COLUMNS = """
    fingerprint, name, severity, state, reason, sentence, labels, starts_at, ends_at,
    silenced_until, changed_at, notified_at, assignee
"""
_LIST = """
    SELECT {columns}, ({waits}) AS waits
    FROM alerts a
    WHERE state = ANY(:states) AND (CAST(:name AS text) IS NULL OR name = :name)
      AND (CAST(:severity AS text) IS NULL OR severity = :severity)
      AND labels @> CAST(:labels AS jsonb)
      AND (CAST(:fingerprint AS text) IS NULL OR fingerprint = :fingerprint)
    ORDER BY starts_at DESC, fingerprint LIMIT :limit
"""
_CHANGES = """
    SELECT id, at, was, became, reason, sentence, actor FROM alert_changes
    WHERE fingerprint = :fingerprint ORDER BY id
"""
# The newest are enough to answer who was told; the log has all.
_NOTICES = """
    SELECT n.id, n.receiver, n.kind, n.title, n.state, n.created_at, n.sent_at, n.stands_for,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('at', t.at, 'outcome',
            coalesce(t.outcome, 'not known'), 'error', t.error) ORDER BY t.id), '[]')
         FROM notice_attempts t WHERE t.notice_id = n.id) AS attempts
    FROM notices n JOIN alerts a ON a.fingerprint = :fingerprint AND n.groups ? a.group_key
    WHERE n.created_at >= a.starts_at - interval '1 day'
    ORDER BY n.id DESC LIMIT 20
"""


def list_alerts(connection: Connection, wanted: Filter, waits: Waits) -> list[Listed]:
    """The alerts that fit, the newest first."""
    return _listed(connection, wanted, waits, None)


def _listed(
    connection: Connection, wanted: Filter, waits: Waits, fingerprint: str | None
) -> list[Listed]:
    row = {
        "states": list(wanted.states),
        "name": wanted.name,
        "severity": wanted.severity,
        "labels": json.dumps(wanted.labels or {}),
        "limit": wanted.limit,
        "fingerprint": fingerprint,
        **waits.values,
    }
    waits.prepare(connection)
    statement = text(_LIST.format(columns=_COLUMNS, waits=waits.sql))
    return [Listed(**each) for each in connection.execute(statement, row).mappings()]


def show(connection: Connection, prefix: str, waits: Waits) -> Shown:
    """Everything about the alert that is so named.

    Raises:
        CannotHandle: no alert, or more than one, is.
    """
    fingerprint, state = find(connection, prefix, lock=False)
    [alert] = _listed(connection, Filter(states=(state,)), waits, fingerprint)
    named = {"fingerprint": fingerprint}
    annotations = connection.execute(
        text("SELECT annotations FROM alerts WHERE fingerprint = :fingerprint"), named
    ).scalar_one()
    changes = connection.execute(text(_CHANGES), named).mappings()
    notices = connection.execute(text(_NOTICES), named).mappings()
    return Shown(alert, annotations, [dict(row) for row in changes], [dict(r) for r in notices])
