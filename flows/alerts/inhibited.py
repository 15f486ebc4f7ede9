"""Alerts that only say again that a system is down, or that our own network is away.

They fire as ever, and wait with their notice (Alertmanager: inhibited) until what explains them
is over and they go on all the same.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flows.failures.side import OWN_NETWORK
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
"""The SQL of whether the notice of an alert `a` waits; `values` has its parameters."""


def values(systems: Mapping[str, System], now: datetime) -> dict[str, Any]:
    """The parameters of `INHIBITED` as of a moment: which systems each system needs."""
    needed = {name: sorted(found) for name in systems if (found := needed_by(systems, name))}
    return {"needed": json.dumps(needed), "now": now, "tried_again": TRIED_AGAIN_WITHIN}
