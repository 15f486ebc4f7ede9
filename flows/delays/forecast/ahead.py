"""Warn of breaches before they happen: for each body and service, never for a single case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from flows.alerts.fingerprint import fingerprint_sql
from flows.alerts.state import fire_all, move_all
from flows.delays.forecast.cases import GROUPINGS
from flows.delays.forecast.read import BODY_SQL, KEY_OF_SERVICE_AND_BODY
from flows.delays.looking import Look
from models.environment.loader import Environment
from models.errors import ConfigurationError

NAME = "BreachesAhead"
ACTOR = "flow:delays"

GOES_ON = 0.8
"""A warning ends below so large a part of what makes one begin, so that it does not flicker."""

_HORIZON = """
    SELECT closes_at FROM calendar_days
    WHERE calendar = :calendar AND working AND closes_at > :moment
    ORDER BY opens_at OFFSET :ahead LIMIT 1
"""
_GROUPS = f"""
    CREATE TEMP TABLE ahead_now ON COMMIT DROP AS
    SELECT body, service, count(chance) AS due, coalesce(sum(chance), 0) AS expected,
        count(*) - count(chance) AS unknown, coalesce(max(closed), 0) AS closed,
        max(as_of) AS as_of, bool_or(system = ANY(:stale)) AS stale,
        jsonb_build_object('organisation', body, 'service', service) AS labels
    FROM (
        SELECT g.body, a.service, f.system, f.chance, f.as_of, k.closed
        FROM forecasts f JOIN applications a ON a.system = f.system AND a.number = f.number
        LEFT JOIN services s ON s.code = a.service
        CROSS JOIN LATERAL (SELECT {BODY_SQL} AS body) g
        LEFT JOIN forecast_groups k ON k.grouping = {GROUPINGS.index("service_body")}
         AND k.mark = 0 AND k.key = {KEY_OF_SERVICE_AND_BODY}
        WHERE f.outcome IS NULL AND f.due_at <= :horizon
          -- What was not looked at since may be over, or not: it only holds its group.
          AND (f.due_at >= :moment OR f.system = ANY(:stale))
    ) f GROUP BY body, service
"""
_WANTED = """
    SELECT *, round(expected) AS lates,
        expected >= :cases AND expected >= :share * due AS begins,
        expected >= :goes_on * :cases AND expected >= :goes_on * :share * due AS goes_on
    FROM ahead_now WHERE NOT stale AND due > 0
"""
_FIRING = f"""
    SELECT a.* FROM alerts a WHERE a.name = '{NAME}' AND a.state <> 'resolved'
"""
_FIRE = f"""
    SELECT '{NAME}' AS name, 'warning' AS severity, w.labels, w.labels AS group_labels,
        coalesce(k.starts_at, CAST(:moment AS timestamptz)) AS starts_at,
        format('%s of %s due by %s will be late unless more are completed: %s were, in the last'
            ' 7 days', w.lates, w.due, CAST(:day AS text), w.closed) AS sentence,
        jsonb_build_object('expected', w.lates, 'due', w.due, 'unknown', w.unknown,
            'horizon', CAST(:horizon AS timestamptz), 'forecast_as_of', w.as_of) AS annotations
    FROM ({_WANTED}) w LEFT JOIN ({_FIRING}) k ON k.labels = w.labels
    WHERE w.begins OR (w.goes_on AND k.labels IS NOT NULL)
"""
# A group of which a system was not looked at is left as it is: nobody can see.
_ENDED = f"""
    SELECT k.fingerprint, 'resolved' AS became, 'fewer_ahead' AS reason,
        format('%s of %s due by %s are expected to be late', coalesce(w.lates, 0),
            coalesce(w.due, 0), CAST(:day AS text)) AS sentence,
        CAST(:moment AS timestamptz) AS ends_at, CAST(NULL AS timestamptz) AS silenced_until
    FROM ({_FIRING}) k LEFT JOIN ({_WANTED}) w ON w.labels = k.labels
    WHERE w.goes_on IS NOT TRUE
      AND NOT EXISTS (SELECT FROM ahead_now n WHERE n.labels = k.labels AND n.stale)
      AND k.fingerprint = {fingerprint_sql(f"'{NAME}'", "k.labels")}
"""


def horizon(connection: Connection, environment: Environment, moment: datetime) -> datetime:
    """The close of business up to which is warned, by the environment's calendar.

    Raises:
        ConfigurationError: the calendar ends before it.
    """
    settings = environment.settings
    values = {
        "calendar": settings.calendar,
        "moment": moment,
        "ahead": settings.delays.forecast.ahead,
    }
    found = connection.execute(text(_HORIZON), values).scalar()
    if found is None:
        raise ConfigurationError(
            f"Looking {settings.delays.forecast.ahead} working days ahead",
            f"the calendar {settings.calendar} has no such day after {moment:%Y-%m-%d}",
            "See that `calendar` in environment.yaml names a calendar with working days",
        )
    return found  # type: ignore[no-any-return]  # a column of the type timestamptz


def tell(
    connection: Connection, environment: Environment, moment: datetime, looks: Sequence[Look]
) -> int:
    """Fire and end the warnings, each with its numbers of now; answers how many bodies' services
    are warned of."""
    rules = environment.settings.delays.forecast
    until = horizon(connection, environment, moment)
    local = until.astimezone(ZoneInfo(environment.settings.timezone))
    values: dict[str, Any] = {
        "moment": moment,
        "horizon": until,
        "day": f"{local:%A %Y-%m-%d}",
        "stale": [look.system for look in looks if look.stale],
        "cases": rules.warn_cases,
        "share": rules.warn_share,
        "goes_on": GOES_ON,
    }
    connection.execute(text(_GROUPS), values)
    move_all(connection, _ENDED, values, ACTOR)
    fire_all(connection, _FIRE, values, ACTOR)
    query = text(f"SELECT count(*) FROM ({_FIRING}) k")
    return int(connection.execute(query).scalar_one())
