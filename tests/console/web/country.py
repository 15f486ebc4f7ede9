"""A small country for pages of numbers: three regions, two services, two bodies."""

from datetime import UTC, datetime, timedelta
from itertools import count as count_up
from typing import Any

from sqlalchemy import text

from tests.flows.failures.waiting.outage import OTHER, REGISTER, SERVICE, Outage

ASTANA, ALMATY, AQMOLA = "71", "75", "11"
COUNTRY: dict[str, Any] = {
    "register": {
        **REGISTER,
        "services": {
            SERVICE: {"organisation": "JUSTICE"},
            OTHER: {"names": {"en": "An allowance", "ru": "Пособие"}, "organisation": "SOCIAL"},
        },
        "organisations": {
            **REGISTER["organisations"],
            "JUSTICE": {"names": {"en": "Ministry of Justice", "ru": "Минюст"}},
            "SOCIAL": {"names": {"en": "=Ministry of Labour"}},
        },
        "regions": {
            ASTANA: {"names": {"ru": "Астана", "kk": "Астана", "en": "Astana"}},
            ALMATY: {"names": {"ru": "Алматы", "kk": "Алматы", "en": "Almaty"}},
            AQMOLA: {"names": {"ru": "Акмолинская область", "en": "Aqmola <b>region</b>"}},
        },
        "channels": {"state_corporation": {"digital": False}},
    }
}
_NUMBERS = count_up(1)
_APPLICATION = """
    INSERT INTO applications (system, number, service, channel, region, received_at, completed_at,
        due_at, timeliness, standard_id, source, pull_id)
    SELECT 'office', :prefix || n, :service, :channel, :region, :at, :completed, :due, :timeliness,
        1, 'office.applications', 1 FROM generate_series(1, :count) n
"""


def applied(outage: Outage, count: int, region: str | None, timeliness: str, **values: Any) -> None:
    """So many applications, received three days ago and due a day ago, or tomorrow."""
    now = datetime.now(UTC)
    done = {"on_time": now - timedelta(days=2), "late": now - timedelta(hours=2)}
    open_ = timeliness in ("open", "at_risk")
    row = {
        "service": SERVICE,
        "channel": "portal",
        "at": now - timedelta(days=3),
        "completed": done.get(timeliness),
        "due": now + timedelta(days=1) if open_ else now - timedelta(days=1),
        "prefix": f"{region}-{next(_NUMBERS)}-",
        **values,
    }
    row |= {"count": count, "region": region, "timeliness": timeliness}
    with outage.engine.begin() as connection:
        connection.execute(text(_APPLICATION), row)


def country(outage: Outage) -> None:
    """Astana keeps 19 of 20 terms, Almaty 4 of 8; Aqmola has none that ended, and no portal."""
    outage.change(**COUNTRY)
    applied(outage, 19, ASTANA, "on_time")
    applied(outage, 1, ASTANA, "late", channel="state_corporation")
    applied(outage, 4, ALMATY, "on_time", service=OTHER, channel="state_corporation")
    applied(outage, 1, ALMATY, "late", service=OTHER)
    applied(outage, 3, ALMATY, "overdue")
    applied(outage, 2, ALMATY, "at_risk")
    applied(outage, 5, AQMOLA, "open", channel="state_corporation", service=OTHER)
    applied(outage, 1, None, "open", channel=None)
