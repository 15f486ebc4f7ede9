"""A round of notices: few, each committed before it is sent, so that a crash loses none."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, text

from flows.alerts import inhibited, news
from flows.alerts.fire import Firing, end_silences, fire, resolve
from flows.alerts.news import Group, Item
from flows.alerts.pending import Sent, send_pending
from flows.alerts.routes import SEVERITIES, UNROUTED, receivers_for
from flows.alerts.words import Notice, Voice
from models import trail
from models.environment.alerts import Alerts
from models.environment.settings import Settings
from models.environment.systems import System
from models.masking import Masker

ACTOR = "flow:alerts"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RoundReport:
    """What a round did: notices, but `groups` and `unrouted` (alerts nobody is told of).

    `busy` says that another round was going and this one did nothing.
    """

    groups: int = 0
    created: int = 0
    sent: int = 0
    repeated: int = 0
    retrying: int = 0
    failed: int = 0
    unrouted: int = 0
    busy: bool = False


def notify(
    engine: Engine,
    alerts_config: Alerts,
    settings: Settings,
    now: datetime,
    home: Path,
    systems: Mapping[str, System] = MappingProxyType({}),
) -> RoundReport:
    """Tell the receivers what is new in each group, and send again what was not sent.

    Nothing is told twice unless it changed; where nothing is new, nothing is sent. `now` is the
    moment that the notices speak of, `home` the folder that receivers' files are relative to.
    `systems` say which needs which: what is explained by a system that is down waits.
    """
    with engine.connect() as guard:
        # Of the session, not of a transaction: gone with the process, however it ends.
        key = "hashtext('tereze notices ' || current_schema())"
        if not guard.execute(text(f"SELECT pg_try_advisory_lock({key})")).scalar_one():
            return RoundReport(busy=True)
        guard.commit()
        try:
            return _round(engine, alerts_config, settings, now, home, systems)
        finally:
            guard.execute(text(f"SELECT pg_advisory_unlock({key})"))
            guard.commit()


def _round(
    engine: Engine,
    config: Alerts,
    settings: Settings,
    now: datetime,
    home: Path,
    systems: Mapping[str, System],
) -> RoundReport:
    voice = Voice(
        ZoneInfo(settings.timezone), Masker(settings.identifiers), config.notices.runbooks, now
    )
    with engine.begin() as connection:
        unsilenced = end_silences(connection, now, ACTOR)
        waits = inhibited.values(systems, now)
        groups = news.read(connection, settings.languages[0], config.notices.oldest, waits)
        unrouted = _report_unrouted(connection, config, settings, groups, now)
        told, created = _write(connection, config, voice, groups)
        if created or unsilenced:
            details = {"groups": told, "notices": len(created), "unsilenced": unsilenced}
            trail.record(
                connection,
                actor=ACTOR,
                action="alerts.told",
                subject=settings.environment,
                details=details,
            )
    sent: Sent = send_pending(engine, config, created, now, home)
    return RoundReport(
        groups=told,
        created=len(created),
        sent=sent.sent,
        repeated=sent.repeated,
        retrying=sent.retrying,
        failed=sent.failed,
        unrouted=unrouted,
    )


def _receivers(config: Alerts, item: Item) -> tuple[str, ...]:
    return receivers_for(config, item.name, item.severity, item.labels)


def _write(
    connection: Connection, config: Alerts, voice: Voice, groups: Iterable[Group]
) -> tuple[int, list[int]]:
    """Write the notices as pending; answers how many groups are told of, and the notices' ids."""
    by_receiver: dict[str, list[Group]] = {}
    told: list[dict[str, Any]] = []
    for group in groups:
        told += [_key(group, item) for item in group.items if _receivers(config, item)]
        for receiver in sorted({to for item in group.items for to in _receivers(config, item)}):
            by_receiver.setdefault(receiver, []).append(group)
    ids = [
        _insert(connection, receiver, notice)
        for receiver, part in by_receiver.items()
        for notice in _notices(voice, part, config.notices.at_most)
    ]
    news.mark_told(connection, json.dumps(told), voice.now)
    spoken_of = {group.key: group for part in by_receiver.values() for group in part}
    for group in spoken_of.values():
        news.mark_said(connection, group, json.dumps(dict(group.numbers)), voice.now)
    return len(spoken_of), ids


def _key(group: Group, item: Item) -> dict[str, Any]:
    named = {"name": item.name, "severity": item.severity, "labels": dict(item.labels)}
    return {"group_key": group.key, **named}


def _notices(voice: Voice, groups: list[Group], at_most: int) -> list[Notice]:
    """The gravest and largest groups one by one; what is beyond the limit in one summary."""
    ordered = sorted(groups, key=lambda each: (_rank(each), -each.active, each.key))
    alone = ordered if len(ordered) <= at_most else ordered[: at_most - 1]
    rest = ordered[len(alone) :]
    return [voice.of_group(group) for group in alone] + ([voice.of_many(rest)] if rest else [])


def _rank(group: Group) -> int:
    return SEVERITIES.index(group.severity) if group.active else len(SEVERITIES)


def _insert(connection: Connection, receiver: str, notice: Notice) -> int:
    statement = text(
        "INSERT INTO notices (receiver, groups, kind, title, body, numbers, state)"
        " VALUES (:receiver, CAST(:groups AS jsonb), :kind, :title, :body,"
        " CAST(:numbers AS jsonb), 'pending') RETURNING id"
    )
    row = {
        "receiver": receiver,
        "groups": json.dumps(list(notice.groups)),
        "kind": notice.kind,
        "title": notice.title,
        "body": notice.body,
        "numbers": json.dumps(notice.numbers),
    }
    return int(connection.execute(statement, row).scalar_one())


def _report_unrouted(
    connection: Connection, config: Alerts, settings: Settings, groups: list[Group], now: datetime
) -> int:
    """Say in the log and by an alert of its own that alerts have nobody to be told to."""
    labels = {"environment": settings.environment}
    lost = [item for group in groups for item in group.items if not _receivers(config, item)]
    others = [item for item in lost if item.name != UNROUTED]  # it must not keep itself going
    if others:
        names = ", ".join(sorted({item.name for item in others}))
        count = sum(item.begun + item.ended for item in others)
        sentence = f"No route leads {names} to a receiver; add one to alerts.yaml"
        log.warning("%d alerts reach nobody. %s", count, sentence)
        since = min(item.since for item in others)
        fire(connection, Firing(UNROUTED, "warning", labels, labels, since, sentence), ACTOR)
        return count
    resolve(connection, UNROUTED, labels, now, "routed", "Every alert has a receiver", ACTOR)
    return 0
