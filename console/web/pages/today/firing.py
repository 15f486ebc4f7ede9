"""What fires: alerts that are open, by name, the gravest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from console.web.site import Site
from models.alerts import GOES_ON

# What names no region concerns all of them.
_FIRING = f"""
    SELECT name, severity, count(*) AS alerts,
        count(*) FILTER (WHERE state = 'firing') AS firing, min(starts_at) AS oldest
    FROM alerts
    WHERE state {GOES_ON} AND (CAST(:region AS text) IS NULL
        OR coalesce(labels ->> 'region', '') IN ('', :region))
    GROUP BY name, severity
    ORDER BY array_position(ARRAY['critical', 'warning', 'info'], severity), 3 DESC, name
"""


def firing(site: Site, region: str | None) -> tuple[Sequence[Row[Any]], datetime]:
    """Open alerts by name: how many, how many of them nobody has in hand, and since when."""
    engine = site.engine

    def count() -> Sequence[Row[Any]]:
        with engine.begin() as connection:
            return connection.execute(text(_FIRING), {"region": region}).all()

    return site.shared.get(("firing", region), count)
