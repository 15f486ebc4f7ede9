"""Users: made, changed, let in. Every change is an entry in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, Row, text

from console.web.access.passwords import SHORTEST, hashed, made_up, matches
from console.web.access.rights import BOUNDED
from models import trail
from models.environment.console import Role, SignIn
from models.errors import ConfigurationError

_PUT = """
    INSERT INTO console_users
        (name, shown, password, must_change, issuer, subject, roles, region, office)
    VALUES (:name, :shown, :password, :must_change, :issuer, :subject, CAST(:roles AS jsonb),
            :region, :office)
    ON CONFLICT (name) DO UPDATE SET shown = excluded.shown, roles = excluded.roles,
        password = coalesce(excluded.password, console_users.password),
        must_change = CASE WHEN excluded.password IS NULL THEN console_users.must_change
            ELSE excluded.must_change END, region = excluded.region, office = excluded.office,
        failures = 0, locked_until = NULL, disabled = false
"""
_LOCKED = """
    UPDATE console_users SET
        failures = CASE WHEN failures + 1 >= :most THEN 0 ELSE failures + 1 END,
        locked_until = CASE WHEN failures + 1 >= :most THEN :until ELSE locked_until END
    WHERE name = :name RETURNING locked_until = :until AS locked
"""


@dataclass(frozen=True)
class NewUser:
    """A user to be made, or changed; `subject` and `issuer` for who signs in elsewhere."""

    name: str
    shown: str
    roles: Sequence[Role]
    region: str | None = None
    office: str | None = None
    issuer: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Refused:
    """Nobody was let in; `code` is wrong, locked or disabled."""

    code: str


def put(
    connection: Connection,
    user: NewUser,
    *,
    password: str | None,
    actor: str,
    lasting: bool = False,
) -> None:
    """Make or change a user; a password must be changed at the first sign-in, unless `lasting`.

    Raises:
        ConfigurationError: no role is given, or only such as see one region, and none is named.
    """
    _must_be_bounded(user)
    values = {
        **user.__dict__,
        "roles": orjson.dumps(list(user.roles)).decode(),
        "password": hashed(password) if password is not None else None,
        "must_change": password is not None and not lasting,
    }
    connection.execute(text(_PUT), values)
    details = {"roles": list(user.roles), "region": user.region, "office": user.office}
    trail.record(
        connection, actor=actor, action="console_user_put", subject=user.name, details=details
    )


def _must_be_bounded(user: NewUser) -> None:
    making = f"Making the user {user.name}"
    if not user.roles:
        raise ConfigurationError(making, "no role is given", "Give at least one role")
    if not user.region and BOUNDED.issuperset(user.roles):
        found = f"{' and '.join(user.roles)} see one region"
        raise ConfigurationError(making, found, "Give its code")


def first_user(connection: Connection, actor: str) -> tuple[str, str] | None:
    """Where nobody is there yet: a user with every role and a made-up password, told once."""
    if connection.execute(text("SELECT EXISTS (SELECT FROM console_users)")).scalar_one():
        return None
    password = made_up()
    roles: list[Role] = ["integration_engineer", "on_call", "office_staff", "reviewer", "auditor"]
    put(connection, NewUser("admin", "Administrator", roles), password=password, actor=actor)
    return "admin", password


def let_in(
    connection: Connection, name: str, password: str, rules: SignIn, moment: datetime
) -> str | Refused:
    """The name of the user whose password this is, or why nobody is let in.

    The row is locked while it is checked, so that many tries at once count one by one.
    """
    row = _row(connection, name)
    right = matches(row.password if row is not None else None, password)
    if row is None:
        return Refused("wrong")
    if row.locked_until is not None and row.locked_until > moment:
        return Refused("locked")
    if not right:
        values = {"most": rules.lock_after, "until": moment + rules.lock_for, "name": row.name}
        locked = connection.execute(text(_LOCKED), values).scalar_one()
        if locked:
            trail.record(
                connection, actor="flow:console", action="console_locked", subject=row.name,
                details={"until": values["until"].isoformat()},
            )  # fmt: skip
        return Refused("locked" if locked else "wrong")
    if row.disabled:
        return Refused("disabled")
    connection.execute(
        text("UPDATE console_users SET failures = 0, locked_until = NULL WHERE name = :name"),
        {"name": row.name},
    )
    return str(row.name)


def change_password(connection: Connection, name: str, new: str) -> None:
    """Keep a new password of a user's own.

    Raises:
        ValueError: it is too short.
    """
    if len(new) < SHORTEST:
        raise ValueError(f"a password has at least {SHORTEST} letters")
    connection.execute(
        text("UPDATE console_users SET password = :kept, must_change = false WHERE name = :name"),
        {"kept": hashed(new), "name": name},
    )
    trail.record(
        connection, actor=f"person:{name}", action="console_password", subject=name, details={}
    )


def _row(connection: Connection, name: str) -> Row[tuple[object, ...]] | None:
    return connection.execute(
        text("SELECT * FROM console_users WHERE name = :name FOR UPDATE"), {"name": name}
    ).one_or_none()
