"""Fire one alert, and resolve it: for whatever finds that something needs a person."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from flows.alerts.fingerprint import fingerprint
from flows.alerts.state import fire_all, move_all
from models.environment.alerts import AlertSeverity


@dataclass(frozen=True)
class Firing:
    """Something that needs a person.

    `labels` say which thing it is, and nothing that changes while it goes on: they make the
    fingerprint. `group` are the labels shared by alerts that are told in one notice.
    `starts_at` is when the thing began, not when it was found; `sentence` says it in words.
    """

    name: str
    severity: AlertSeverity
    labels: Mapping[str, str]
    group: Mapping[str, str]
    starts_at: datetime
    sentence: str
    annotations: Mapping[str, str] = field(default_factory=dict)


_ONE = """
    SELECT CAST(:name AS text) AS name, CAST(:severity AS text) AS severity,
           CAST(:labels AS jsonb) AS labels, CAST(:group AS jsonb) AS group_labels,
           CAST(:starts_at AS timestamptz) AS starts_at, CAST(:sentence AS text) AS sentence,
           CAST(:annotations AS jsonb) AS annotations
"""
_RESOLVED = """
    SELECT CAST(:fingerprint AS text) AS fingerprint, 'resolved' AS became,
           CAST(:reason AS text) AS reason, CAST(:sentence AS text) AS sentence,
           CAST(:at AS timestamptz) AS ends_at, CAST(NULL AS timestamptz) AS silenced_until
"""
_SILENCE_OVER = """
    SELECT fingerprint, 'firing' AS became, 'silence_over' AS reason, sentence,
           CAST(NULL AS timestamptz) AS ends_at, CAST(NULL AS timestamptz) AS silenced_until
    FROM alerts WHERE state = 'silenced' AND silenced_until <= :now
"""


def fire(connection: Connection, firing: Firing, actor: str) -> bool:
    """Fire it in the caller's transaction; answers whether it began now, or began again.

    However often it is called, an alert that goes on fires once. Personal identifiers in
    `sentence` and `annotations` are masked when a notice is written, not here.
    """
    row = {
        "name": firing.name,
        "severity": firing.severity,
        "labels": json.dumps(dict(firing.labels)),
        "group": json.dumps(dict(firing.group)),
        "starts_at": firing.starts_at,
        "sentence": firing.sentence,
        "annotations": json.dumps(dict(firing.annotations)),
    }
    return fire_all(connection, _ONE, row, actor) == 1


def resolve(
    connection: Connection,
    name: str,
    labels: Mapping[str, str],
    at: datetime,
    reason: str,
    sentence: str,
    actor: str,
) -> bool:
    """Resolve it in the caller's transaction; answers whether there was anything to resolve.

    `at` is when the thing ended, `reason` a code and `sentence` its words.
    """
    row = {
        "fingerprint": fingerprint(name, labels),
        "reason": reason,
        "sentence": sentence,
        "at": at,
    }
    return move_all(connection, _RESOLVED, row, actor) == 1


def end_silences(connection: Connection, now: datetime, actor: str) -> int:
    """Let alerts fire again whose silence is over; answers how many."""
    return move_all(connection, _SILENCE_OVER, {"now": now}, actor)
