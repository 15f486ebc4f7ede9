"""Sessions: a cookie with a random token; here only its digest is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from console.web.access.rights import Person, known_roles
from models.environment.console import SignIn

SEEN_EVERY = timedelta(minutes=1)
"""So seldom is it written down that somebody is still there."""

_BEGIN = """
    INSERT INTO console_sessions (digest, name, forms, began_at, seen_at, ends_at)
    VALUES (:digest, :name, :forms, :moment, :moment, :ends_at)
"""
_FIND = text("""
    SELECT s.digest, s.forms, s.seen_at, u.* FROM console_sessions s
    JOIN console_users u ON u.name = s.name AND NOT u.disabled
    WHERE s.digest = :digest AND s.ends_at > :moment AND s.seen_at > :idle
""")


def begin(connection: Connection, name: str, rules: SignIn, moment: datetime) -> str:
    """Begin a session and answer the token for the cookie; those that ended are cleared."""
    connection.execute(text("DELETE FROM console_sessions WHERE ends_at < :now"), {"now": moment})
    token = secrets.token_urlsafe(32)
    values = {
        "digest": _digest(token),
        "name": name,
        "forms": secrets.token_urlsafe(24),
        "moment": moment,
        "ends_at": moment + rules.longest,
    }
    connection.execute(text(_BEGIN), values)
    return token


def find(connection: Connection, token: str, rules: SignIn, moment: datetime) -> Person | None:
    """Who is signed in with this token, if it still holds."""
    values = {"digest": _digest(token), "moment": moment, "idle": moment - rules.idle}
    row = connection.execute(_FIND, values).one_or_none()
    if row is None:
        return None
    return Person(
        name=row.name,
        shown=row.shown,
        roles=known_roles(row.roles),
        forms=row.forms,
        region=row.region,
        office=row.office,
        language=row.language,
        must_change=row.must_change,
        seen_at=row.seen_at,
    )


def seen(connection: Connection, token: str, moment: datetime) -> None:
    """Write down that somebody is still there."""
    connection.execute(
        text("UPDATE console_sessions SET seen_at = :moment WHERE digest = :digest"),
        {"moment": moment, "digest": _digest(token)},
    )


def end(connection: Connection, token: str) -> None:
    """Sign out."""
    connection.execute(
        text("DELETE FROM console_sessions WHERE digest = :digest"), {"digest": _digest(token)}
    )


def end_all(connection: Connection, name: str) -> None:
    """Sign a user out everywhere."""
    connection.execute(text("DELETE FROM console_sessions WHERE name = :name"), {"name": name})


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
