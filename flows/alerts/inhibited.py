"""Alerts that wait with their notice because others explain them (Alertmanager: inhibited).

Always those that only say again that a system is down, or that our own network is away; and
those that the rules of `inhibit` in alerts.yaml name. They fire as ever, and are told if they
go on once what explains them is over.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.house import House
from flows.alerts.matching import as_json, fits_sql
from flows.failures.side import OWN_NETWORK
from models.alerts import GOES_ON
from models.environment.alerts import Inhibit
from models.environment.dependencies import needed_by
from models.environment.systems import System

SAY_AGAIN = ("PullFailed", "BatchStopped", "SourceStale")

TRIED_AGAIN_WITHIN = timedelta(hours=1)
"""So long after the system is good again a pull has time to end the alert, unless one fails."""

_NAMES = ", ".join(f"'{name}'" for name in SAY_AGAIN)

# What a person has ended by hand explains nothing any more.
INHIBITED = f"""
    a.name IN ({_NAMES}) AND a.state = 'firing' AND EXISTS (
        SELECT FROM findings f
        WHERE f.confirmed_at IS NOT NULL
          AND (f.kind = 'down' AND (f.system = a.labels ->> 'system'
                                    OR CAST(:needed AS jsonb) -> (a.labels ->> 'system') ? f.system)
               OR f.kind = 'not_looked_at' AND f.reason = '{OWN_NETWORK}')
          AND CASE WHEN f.state = 'confirmed' THEN NOT EXISTS (
                  SELECT FROM alerts d
                  WHERE d.group_key = jsonb_build_object(
                        'system', f.system, 'alert', CASE f.kind WHEN 'down' THEN 'SystemDown'
                                             ELSE 'NotLookedAt' END)::text
                    AND d.state = 'resolved' AND d.annotations ->> 'finding' = f.id::text)
              ELSE f.ended_at > CAST(:now AS timestamptz) - CAST(:tried_again AS interval)
                  AND NOT EXISTS (
                  SELECT FROM source_states s JOIN pulls p ON p.source = s.source
                  WHERE s.system = a.labels ->> 'system'
                    AND s.source = coalesce(a.labels ->> 'source', s.source)
                    AND p.state = 'failed' AND p.started_at > f.ended_at)
              END
    )
"""
"""The SQL of whether the notice of an alert `a` waits; `Waits.values` has its parameters."""

# What each rule's sources have in the labels that are to be equal; few, however many alerts.
_SOURCES = f"""
    CREATE TEMP TABLE inhibiting ON COMMIT DROP AS
    SELECT DISTINCT r.n, e.same
    FROM jsonb_to_recordset(CAST(:rules AS jsonb)) AS r (n int, source jsonb, equal jsonb)
    JOIN alerts b ON b.state {GOES_ON} AND {fits_sql("r.source", "b")}
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(l, coalesce(b.labels ->> l, '')), '{{}}') AS same
        FROM jsonb_array_elements_text(r.equal) l
    ) e
"""
# As in Alertmanager, one that fits both sides of a rule waits for none of it.
_RULED = f"""
    a.state = 'firing' AND EXISTS (
        SELECT FROM jsonb_to_recordset(CAST(:rules AS jsonb))
            AS r (n int, source jsonb, target jsonb, equal jsonb)
        JOIN inhibiting i ON i.n = r.n
        WHERE {fits_sql("r.target", "a")} AND NOT {fits_sql("r.source", "a")}
          AND i.same = (
            SELECT coalesce(jsonb_object_agg(l, coalesce(a.labels ->> l, '')), '{{}}')
            FROM jsonb_array_elements_text(r.equal) l)
    )
"""


@dataclass(frozen=True)
class Waits:
    """What waits as of a moment: `sql` says so of an alert `a`, once `prepare` was called."""

    sql: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, house: House, now: datetime) -> "Waits":
        """By the systems and the rules of an environment."""
        sql = f"({INHIBITED}) OR ({_RULED})" if house.alerts.inhibit else INHIBITED
        return cls(sql, {**values(house.systems, now), "rules": _rules(house.alerts.inhibit)})

    def prepare(self, connection: Connection) -> None:
        """Work out what explains others, for the rest of the transaction."""
        if "inhibiting" in self.sql:
            connection.execute(text("DROP TABLE IF EXISTS inhibiting"))
            connection.execute(text(_SOURCES), {"rules": self.values["rules"]})


def _rules(rules: Sequence[Inhibit]) -> str:
    listed = [
        {
            "n": n,
            "source": as_json(rule.source),
            "target": as_json(rule.target),
            "equal": rule.equal,
        }
        for n, rule in enumerate(rules)
    ]
    return json.dumps(listed)


def values(systems: Mapping[str, System], now: datetime) -> dict[str, Any]:
    """The parameters of `INHIBITED` as of a moment: which systems each system needs."""
    needed = {name: sorted(found) for name in systems if (found := needed_by(systems, name))}
    return {"needed": json.dumps(needed), "now": now, "tried_again": TRIED_AGAIN_WITHIN}
