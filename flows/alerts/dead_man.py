"""The dead man's switch: a sign that goes out only while the chain from flow to receiver is whole.

Whoever gets the signs notices when they stop, however Tereze died. Where the flows have stopped
and notices still go out, no sign goes, and an alert says which link is broken.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text

from flows.alerts.fire import Firing, fire, resolve
from flows.alerts.routes import chains
from flows.alerts.words import Notice
from flows.alerts.writing import Desk
from flows.failures.gaps import missed_after
from flows.speaking.tongue import Tongue

CHAIN_BROKEN = "ChainBroken"
ACTOR = "flow:alerts"
SIGN = "sign"
_LAST = "SELECT max(created_at) FROM notices WHERE kind = 'sign' AND state <> 'superseded'"
# A sign that could not be delivered is of no use later: it would say that all was well then.
_DROP = "UPDATE notices SET state = 'superseded' WHERE kind = 'sign' AND state = 'pending'"
_LINKS = """
    SELECT 'delays' AS link, (SELECT max(as_of) FROM ticks) AS ran
    UNION ALL SELECT 'failures', (SELECT max(as_of) FROM watch_rounds)
    ORDER BY 1
"""


def sign(desk: Desk) -> None:
    """Write the sign if it is due and the flows have run; fire `ChainBroken` if they have not."""
    config = desk.house.alerts.dead_man
    if config is None:
        return
    last = desk.connection.execute(text(_LAST)).scalar()
    if last is not None and last > desk.now - config.every:
        return
    labels = {"environment": desk.house.settings.environment}
    links = {row.link: row.ran for row in desk.connection.execute(text(_LINKS))}
    broken = {link: ran for link, ran in links.items() if _is_broken(desk, link, ran)}
    if broken:
        sentence = "No sign goes out: " + ", ".join(_said(desk, *each) for each in broken.items())
        since = min((ran for ran in broken.values() if ran is not None), default=desk.now)
        fire(
            desk.connection,
            Firing(CHAIN_BROKEN, "critical", labels, labels, since, sentence),
            ACTOR,
        )
        return
    words = "The flows run, and signs go out"
    resolve(desk.connection, CHAIN_BROKEN, labels, desk.now, "whole", words, ACTOR)
    desk.connection.execute(text(_DROP))
    for receiver, others in chains(desk.house, config.receivers, desk.now).items():
        desk.insert(receiver, _worded(desk, desk.house.tongue(receiver), links), others)


def _worded(desk: Desk, tongue: Tongue, links: Mapping[str, datetime]) -> Notice:
    words = "{link} ran at {at}"
    lines = [
        tongue.say(words, link=tongue.code("link", link), at=tongue.moment(ran))
        for link, ran in links.items()
    ]
    title = tongue.say("[sign] {title} is alive", title=desk.house.settings.title)
    return Notice(SIGN, title, "\n".join(lines), [])


def _is_broken(desk: Desk, link: str, ran: datetime | None) -> bool:
    settings = desk.house.settings
    cron = settings.delays.tick if link == "delays" else settings.failures.tick
    return ran is None or desk.now > missed_after(cron, settings.timezone, ran)


def _said(desk: Desk, link: str, ran: datetime | None) -> str:
    return f"{link} has not run since {_local(desk, ran)}" if ran else f"{link} has never run"


def _local(desk: Desk, moment: datetime) -> str:
    return moment.astimezone(desk.house.zone).strftime("%Y-%m-%d %H:%M")
