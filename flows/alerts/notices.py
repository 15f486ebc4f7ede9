"""A round of notices: few, each committed before it is sent, so that a crash loses none."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine

from flows.alerts import calls, dead_man, hand_overs, news, silences
from flows.alerts.fire import Firing, end_silences, fire, resolve
from flows.alerts.house import House
from flows.alerts.inhibited import Waits
from flows.alerts.news import Group
from flows.alerts.pending import Sent, send_pending
from flows.alerts.routes import UNROUTED
from flows.alerts.writing import Desk
from flows.hold import held
from models import trail

ACTOR = "flow:alerts"
LOCK = 7_391_520
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RoundReport:
    """What a round did: notices, but `groups` and `unrouted` (alerts nobody is told of).

    `waiting` are groups with news that were told of a moment ago; `calls` are escalations and
    reminders. `busy` says that another round was deciding, and this one only sent.
    """

    groups: int = 0
    created: int = 0
    sent: int = 0
    repeated: int = 0
    retrying: int = 0
    failed: int = 0
    unrouted: int = 0
    waiting: int = 0
    calls: int = 0
    busy: bool = False


def notify(engine: Engine, house: House, now: datetime) -> RoundReport:
    """Tell the receivers what is new in each group, and send again what was not sent.

    Nothing is told twice unless it changed; where nothing is new, nothing is sent. `now` is the
    moment that the notices speak of. However many rounds run at once, one decides, and one sends
    to each receiver.
    """
    with held(engine, LOCK, house.settings.environment) as ours:
        report = _decided(engine, house, now) if ours else RoundReport(busy=True)
    sent: Sent = send_pending(engine, house, now)
    return replace(
        report,
        sent=sent.sent,
        repeated=sent.repeated,
        retrying=sent.retrying,
        failed=sent.failed,
    )


def _decided(engine: Engine, house: House, now: datetime) -> RoundReport:
    """Write the notices that are due, in one transaction."""
    with engine.begin() as connection:
        unsilenced = end_silences(connection, now, ACTOR)
        silences.apply(connection, now, ACTOR)
        desk = Desk(connection, house, now)
        waits = Waits.of(house, now)
        waits.prepare(connection)
        which = news.NEW.format(waits=waits.sql)
        since = {"not_since": now - house.alerts.notices.interval}
        groups = desk.read(which, {**waits.values, **since})
        unrouted = _report_unrouted(desk, groups)
        told, waiting = desk.tell(groups)
        calls_made = calls.make(desk, waits)
        hand_overs.tell(desk)
        dead_man.sign(desk)
        if told or unsilenced or calls_made:
            _record(connection, house, told, len(desk.created), unsilenced)
    return RoundReport(
        groups=told,
        created=len(desk.created),
        unrouted=unrouted,
        waiting=waiting,
        calls=calls_made,
    )


def _record(
    connection: Connection, house: House, groups: int, notices: int, unsilenced: int
) -> None:
    trail.record(
        connection,
        actor=ACTOR,
        action="alerts.told",
        subject=house.settings.environment,
        details={"groups": groups, "notices": notices, "unsilenced": unsilenced},
    )


def _report_unrouted(desk: Desk, groups: list[Group]) -> int:
    """Say in the log and by an alert of its own that alerts have nobody to be told to."""
    labels = {"environment": desk.house.settings.environment}
    lost = [item for group in groups for item in group.items if not desk.receivers(item)]
    others = [item for item in lost if item.name != UNROUTED]  # it must not keep itself going
    if others:
        names = ", ".join(sorted({item.name for item in others}))
        count = sum(item.begun + item.ended for item in others)
        sentence = f"No route leads {names} to a receiver; add one to alerts.yaml"
        log.warning("%d alerts reach nobody. %s", count, sentence)
        since = min(item.since for item in others)
        fire(desk.connection, Firing(UNROUTED, "warning", labels, labels, since, sentence), ACTOR)
        return count
    words = "Every alert has a receiver"
    resolve(desk.connection, UNROUTED, labels, desk.now, "routed", words, ACTOR)
    return 0
