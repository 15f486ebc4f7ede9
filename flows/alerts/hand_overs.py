"""The watch passes on: who has it is written down, and whoever gets it is told what goes on."""

from typing import Any

from sqlalchemy import text

from flows.alerts.words import Notice
from flows.alerts.writing import Desk
from flows.speaking.tongue import Tongue
from models.alerts import GOES_ON

_LAST = "SELECT person FROM hand_overs WHERE rota = :rota ORDER BY at DESC, id DESC LIMIT 1"
_PASS = "INSERT INTO hand_overs (rota, person, was, at) VALUES (:rota, :person, :was, :now)"
_OPEN = f"""
    SELECT count(*) FILTER (WHERE state = 'firing') AS unanswered,
           count(*) FILTER (WHERE state = 'acknowledged') AS acknowledged,
           count(*) FILTER (WHERE state = 'silenced') AS silenced,
           count(*) FILTER (WHERE severity = 'critical' AND state = 'firing') AS critical,
           count(*) FILTER (WHERE assignee = :was) AS theirs
    FROM alerts WHERE state {GOES_ON}
"""


def tell(desk: Desk) -> None:
    """Write who has each watch now, where that is somebody else than before.

    The first time nobody is told: there is nothing to hand over.
    """
    for rota in desk.house.on_call.rotas:
        person = desk.house.on_duty(rota, desk.now)
        last = desk.connection.execute(text(_LAST), {"rota": rota}).first()
        was = last.person if last is not None else None
        if last is not None and was == person:
            continue
        values = {"rota": rota, "person": person, "was": was, "now": desk.now}
        desk.connection.execute(text(_PASS), values)
        if last is not None:
            _write(desk, rota, person, was)


def _write(desk: Desk, rota: str, person: str | None, was: str | None) -> None:
    declared = desk.house.on_call
    chain = declared.people[person].receivers if person else declared.rotas[rota].fallback
    if not chain:  # everybody is away; loading refuses any other gap without a fallback
        return
    counts = dict(desk.connection.execute(text(_OPEN), {"was": was}).mappings().one())
    tongue = desk.house.tongue(chain[0])
    title = tongue.say("[{rota}] {who} has the watch", rota=rota, who=person)
    if person is None:
        title = tongue.say("[{rota}] Nobody has the watch: a gap in the rota", rota=rota)
    notice = Notice("hand_over", title, _body(counts, was, tongue), [], counts)
    desk.insert(chain[0], notice, chain[1:])


def _body(counts: dict[str, Any], was: str | None, tongue: Tongue) -> str:
    say, unanswered = tongue.say, counts["unanswered"]
    words = "Nobody has acknowledged: {count} ({critical} critical)."
    lines = [
        say("Before: {was}.", was=was) if was else say("Before: nobody."),
        say(words, count=unanswered, critical=counts["critical"]),
        say("In hand: {acknowledged}, silenced: {silenced}.", **counts),
    ]
    if was and counts["theirs"]:
        lines.append(say("In the hands of {was}: {count}.", was=was, count=counts["theirs"]))
    return "\n".join([*lines, say("What to do: {link}", link="tereze alerts list")])
