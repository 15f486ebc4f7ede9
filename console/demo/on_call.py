"""A quarter of an hour on call: escalated, acknowledged, silenced, resolved."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, text

from console.printing import out
from flows.alerts import silences
from flows.alerts.handle import Hand, acknowledge, resolve_by_hand
from flows.alerts.house import House
from flows.alerts.notices import notify
from models.environment.loader import Environment
from models.environment.matchers import parse_matcher
from models.errors import CouldNotRun
from models.masking import Masker

TITLE = "Nobody acknowledges, then somebody does"
ROTA = "desk"
SILENCED = "alertname=RowsQuarantined"

_TOLD_MOST = """
    SELECT n.title, a.group_key, a.fingerprint AS alert
    FROM notices n JOIN alerts a ON a.group_key = n.groups ->> 0 AND a.state = 'firing'
    WHERE n.kind = 'escalation' ORDER BY n.id, a.starts_at, a.fingerprint LIMIT 1
"""
_IN_HAND = """
    SELECT count(*) FROM alerts WHERE group_key = :group_key AND state = 'acknowledged'
"""
_TO_RESOLVE = """
    SELECT fingerprint, name, sentence FROM alerts
    WHERE state = 'firing' AND notified_at IS NOT NULL
    ORDER BY name LIKE 'Application%', starts_at, fingerprint LIMIT 1
"""
_ENDED = "SELECT title FROM notices WHERE kind = 'resolved' ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True)
class Night:
    """What happened, in the order in which it did."""

    person: str
    escalated: str
    escalations: int
    alert: str
    acknowledged: int
    silence: int
    silenced: int
    resolved: str
    sentence: str
    ended: str

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return dict(vars(self))


def show(engine: Engine, environment: Environment) -> Night:
    """Let a quarter of an hour pass in which nobody acknowledges, and do what people do then.

    Raises:
        CouldNotRun: nothing critical goes on, so there is nothing to show.
    """
    house = House.of(environment)
    now = datetime.now(UTC)
    notify(engine, house, now)
    later = now + house.alerts.escalation[0].after + timedelta(minutes=1)
    escalations = notify(engine, house, later).calls
    person = house.on_duty(ROTA, later) or "nobody"
    masker = Masker(environment.settings.identifiers)

    def hand(words: str) -> Hand:
        return Hand(f"person:{person}", words, masker, group=True)

    with engine.begin() as connection:
        told = connection.execute(text(_TOLD_MOST)).first()
        if told is None:
            raise _nothing()
        acknowledge(connection, told.alert, hand("I call the body"))
        values = {"group_key": told.group_key}
        in_hand = connection.execute(text(_IN_HAND), values).scalar_one()
        until = now + timedelta(days=1)
        matchers = [parse_matcher(SILENCED)]
        why = hand("Mistakes made on purpose, until tomorrow")
        number, silenced = silences.silence(connection, matchers, until, now, why)
        resolved = _resolve(connection, later, hand("Seen to, by hand"))
    notify(engine, house, later + timedelta(minutes=2))
    with engine.connect() as connection:
        ended = connection.execute(text(_ENDED)).scalar() or "(told to nobody, so no end is told)"
    return Night(
        person,
        told.title,
        escalations,
        told.alert,
        in_hand,
        number,
        silenced,
        resolved[0],
        resolved[1],
        ended,
    )


def _resolve(connection: Connection, now: datetime, hand: Hand) -> tuple[str, str]:
    row = connection.execute(text(_TO_RESOLVE)).first()
    if row is None:
        raise _nothing()
    resolve_by_hand(connection, row.fingerprint, now, hand)
    return row.name, row.sentence


def _nothing() -> CouldNotRun:
    return CouldNotRun(
        "Showing a night on call",
        "no alert that people were told of goes on",
        "`tereze alerts list --all` shows what there was",
    )


def tell(night: Night) -> None:
    """Print it in a few lines."""
    groups = "1 group" if night.escalations == 1 else f"{night.escalations} groups"
    if not night.escalations:
        groups = "no group that had not been before"
    rows = "1 alert" if night.silenced == 1 else f"{night.silenced} alerts"
    lines = (
        ("escalated", f"after 15 minutes to {night.person}, who has the watch: {groups}"),
        ("", night.escalated),
        ("taken", f"{night.acknowledged} alerts of that group: no more notices of them"
                  f" (`tereze alerts show {night.alert[:12]}`)"),
        ("silenced", f"{rows} by {SILENCED}, until tomorrow"
                     f" (`tereze alerts unsilence {night.silence}`)"),
        ("resolved", f"{night.resolved} by hand; {night.ended}"),
    )  # fmt: skip
    for name, words in lines:
        out.print(f"  {name:<9} {words}", markup=False, soft_wrap=True)
