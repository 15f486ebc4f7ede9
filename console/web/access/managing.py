"""Managing users from the command line: making, listing, switching off, giving a new password."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, text

from console.web.access import sessions, users
from console.web.access.passwords import hashed, made_up
from console.web.access.rights import known_roles
from models import trail
from models.environment.console import Role
from models.errors import ConfigurationError

_LIST = """
    SELECT name, shown, roles, region, office, issuer, disabled,
        coalesce(locked_until > :moment, false) AS locked,
        (SELECT max(seen_at) FROM console_sessions s WHERE s.name = u.name) AS seen_at
    FROM console_users u ORDER BY name
"""


def listed(connection: Connection, moment: datetime) -> list[dict[str, Any]]:
    """Every user, without what only signing in needs."""
    rows = connection.execute(text(_LIST), {"moment": moment}).mappings()
    return [{**row, "roles": list(known_roles(row["roles"]))} for row in rows]


def named_roles(names: Collection[str]) -> tuple[Role, ...]:
    """The roles of these names.

    Raises:
        ConfigurationError: one of them is none.
    """
    unknown = sorted(set(names).difference(get_args(Role)))
    if unknown:
        raise ConfigurationError(
            "Reading the roles",
            f"{', '.join(unknown)} is none",
            f"Roles are {', '.join(get_args(Role))}",
        )
    return known_roles(names)


def add(connection: Connection, user: users.NewUser, *, replace: bool, actor: str) -> str | None:
    """Make a user with a made-up password, and answer it; it is kept nowhere.

    With `replace` a user who is there gets these roles, is switched on, and keeps the password:
    None is answered.

    Raises:
        ConfigurationError: the name is taken, the region or the office is not in the register,
            or a role that is bounded to a region comes without one.
    """
    check(connection, user)
    there = _there(connection, user.name)
    if there and not replace:
        raise ConfigurationError(
            f"Making the user {user.name}",
            "there is one of this name",
            "Take another name, or give --replace to change this one",
        )
    password = None if there else made_up()
    users.put(connection, user, password=password, actor=actor)
    if there:
        sessions.end_all(connection, user.name)
    return password


def check(connection: Connection, user: users.NewUser) -> None:
    """Nobody is given roles that would show them more than was meant.

    Raises:
        ConfigurationError: a region or an office that the register does not have.
    """
    for what, code in (("region", user.region), ("office", user.office)):
        found = connection.execute(
            text(f"SELECT EXISTS (SELECT FROM {what}s WHERE code = :code)"), {"code": code}
        ).scalar_one()
        if code is not None and not found:
            raise _refused(
                user, f"the register has no {what} {code}", f"Look in register.yaml for {what}s"
            )


def disable(connection: Connection, name: str, *, actor: str) -> None:
    """Let somebody in no longer; whoever is signed in with this name is signed out.

    Raises:
        ConfigurationError: there is no such user.
    """
    _known(connection, name)
    connection.execute(
        text("UPDATE console_users SET disabled = true WHERE name = :name"), {"name": name}
    )
    sessions.end_all(connection, name)
    trail.record(connection, actor=actor, action="console_user_disabled", subject=name, details={})


def new_password(connection: Connection, name: str, *, actor: str) -> str:
    """A made-up password, to be changed at the first sign-in; the lock is taken away.

    Raises:
        ConfigurationError: there is no such user, or they sign in at a provider.
    """
    if _known(connection, name) is not None:
        raise ConfigurationError(
            f"Giving {name} a password", "they sign in elsewhere", "Change it at the provider"
        )
    password = made_up()
    connection.execute(
        text("""
            UPDATE console_users SET password = :kept, must_change = true, failures = 0,
                locked_until = NULL WHERE name = :name
        """),
        {"kept": hashed(password), "name": name},
    )
    sessions.end_all(connection, name)
    trail.record(connection, actor=actor, action="console_password_given", subject=name, details={})
    return password


def _there(connection: Connection, name: str) -> bool:
    statement = text("SELECT EXISTS (SELECT FROM console_users WHERE name = :name)")
    return bool(connection.execute(statement, {"name": name}).scalar_one())


def _known(connection: Connection, name: str) -> str | None:
    """The provider where they sign in; None for here."""
    row = connection.execute(
        text("SELECT issuer FROM console_users WHERE name = :name FOR UPDATE"), {"name": name}
    ).one_or_none()
    if row is None:
        raise ConfigurationError(
            f"Looking for the user {name}", "there is none", "`tereze users list` shows them"
        )
    return None if row.issuer is None else str(row.issuer)


def _refused(user: users.NewUser, found: str, next_step: str) -> ConfigurationError:
    return ConfigurationError(f"Making the user {user.name}", found, next_step)
