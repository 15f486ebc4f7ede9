"""Put an alert into somebody's hands and tell them."""

import json

from sqlalchemy import Connection, text

from flows.alerts.handle import Hand, assign
from flows.alerts.house import House
from flows.alerts.naming import CannotHandle

_TELL = """
    INSERT INTO notices (receiver, others, groups, kind, title, body, state)
    VALUES (:receiver, CAST(:others AS jsonb), '[]', 'assigned', :title, :body, 'pending')
"""


def assign_and_tell(
    connection: Connection, house: House, fingerprint: str, person: str, hand: Hand
) -> str:
    """Assign it, and write a notice to the person's own receiver; answers the fingerprint.

    Raises:
        CannotHandle: on_call.yaml has no such person; otherwise as `assign`.
    """
    people = house.on_call.people
    if person not in people:
        known = ", ".join(sorted(people)) or "none: on_call.yaml declares them"
        raise CannotHandle(
            f"Assigning the alert {fingerprint}", f"no person {person!r}", f"Known: {known}"
        )
    whole = assign(connection, fingerprint, person, hand)
    first, *others = people[person].receivers
    alert = connection.execute(
        text("SELECT name, sentence FROM alerts WHERE fingerprint = :whole"), {"whole": whole}
    ).one()
    see = house.page_of(whole) or f"tereze alerts show {whole[:12]}"
    tongue = house.tongue(first)
    words = (tongue.sentence(alert.sentence), hand.comment, tongue.say("To see it: {see}", see=see))
    row = {
        "receiver": first,
        "others": json.dumps(others),
        "title": tongue.say("[assigned] {name} is in your hands", name=alert.name),
        "body": hand.masker.mask("\n".join(words)),
    }
    connection.execute(text(_TELL), row)
    return whole
