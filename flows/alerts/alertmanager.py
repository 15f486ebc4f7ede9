"""Alerts as an Alertmanager takes them: its API v2, `POST /api/v2/alerts`.

One alert for each group, name and severity, with the labels of the group and the numbers as
annotations: an application's number is no label there, so that a storm stays a handful.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import requests
from sqlalchemy import Connection, text

from flows.alerts.house import House
from models.environment.secrets import SecretRef, redact

SECONDS = 10.0
KEPT = timedelta(days=1)
"""Until then it goes on without being said again; see `calls.REFRESH`."""

_GROUPS = """
    SELECT name, severity, g.labels, count(*) FILTER (WHERE state <> 'resolved') AS going_on,
           least(greatest(min(starts_at), '1970-01-01'), '9999-01-01') AS starts_at,
           max(ends_at) FILTER (WHERE state = 'resolved') AS ends_at,
           (array_agg(sentence ORDER BY state = 'resolved', starts_at))[1] AS sentence
    FROM alerts a JOIN alert_groups g USING (group_key)
    WHERE group_key = ANY(SELECT jsonb_array_elements_text(CAST(:groups AS jsonb)))
      AND (state IN ('firing', 'acknowledged')
           OR state = 'resolved' AND a.changed_at > CAST(:now AS timestamptz) - interval '1 day')
    GROUP BY name, severity, g.group_key, g.labels ORDER BY 1, 2
"""


def alerts_of(
    connection: Connection, house: House, row: dict[str, Any], now: datetime
) -> list[dict[str, Any]]:
    """The alerts of a notice, as the API takes them; of a notice without groups, itself."""
    if not row["groups"]:
        labels = {"alertname": f"Tereze_{row['kind']}", "severity": "info"}
        return [_alert(house, labels, row["body"], row, now, now + KEPT)]
    values = {"groups": json.dumps(row["groups"]), "now": now}
    found = []
    for each in connection.execute(text(_GROUPS), values):
        labels = {**each.labels, "alertname": each.name, "severity": each.severity}
        ends = now + KEPT if each.going_on else min(each.ends_at or now, now)
        alert = _alert(house, labels, each.sentence, row, min(each.starts_at, ends), ends)
        alert["annotations"]["count"] = str(each.going_on)
        alert["generatorURL"] = _link(house, each.name, row["receiver"])
        found.append(alert)
    return found


def _alert(
    house: House,
    labels: dict[str, str],
    sentence: str,
    row: dict[str, Any],
    starts: datetime,
    ends: datetime,
) -> dict[str, Any]:
    named = {**labels, "environment": house.settings.environment}
    return {
        "labels": {name: value for name, value in named.items() if value},
        "annotations": {"summary": row["title"], "description": row["body"], "first": sentence},
        "startsAt": starts.isoformat(),
        "endsAt": ends.isoformat(),
    }


def _link(house: House, name: str, receiver: str) -> str:
    link = house.runbook_of(name, house.tongue(receiver).language)
    return link if link.startswith(("http://", "https://")) else ""


def post(address: SecretRef, alerts: list[dict[str, Any]]) -> str | None:
    """Give it the alerts; answers why it did not take them, without secrets, or None.

    Raises:
        ConfigurationError: the address is not set.
    """
    url = address.resolve().rstrip("/") + "/api/v2/alerts"
    try:
        answer = requests.post(url, json=alerts, timeout=SECONDS)
    except requests.RequestException as error:
        return f"the Alertmanager could not be asked ({type(error).__name__})"
    if answer.ok:
        return None
    return redact(f"the Alertmanager answered {answer.status_code}: {answer.text.strip()}")
