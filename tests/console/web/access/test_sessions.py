"""Sessions end when they have to: unused, too old, signed out, switched off; never by a guess."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from console.web.access import sessions, users
from models.database import Database
from models.environment.console import SignIn

RULES = SignIn()
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    engine = database.engine()
    with engine.connect() as made:
        users.put(made, users.NewUser("aru", "Aru", ["on_call"]), password=None, actor="test")
        yield made
    engine.dispose()


AGES = {
    "at once": (timedelta(0), True),
    "before it is idle": (RULES.idle - timedelta(seconds=1), True),
    "idle": (RULES.idle + timedelta(seconds=1), False),
}


@pytest.mark.parametrize(("age", "holds"), AGES.values(), ids=AGES.keys())
def test_an_unused_session_ends(connection: Connection, age: timedelta, holds: bool) -> None:
    token = sessions.begin(connection, "aru", RULES, NOW)
    found = sessions.find(connection, token, RULES, NOW + age)
    assert (found is not None) is holds


def test_a_used_one_ends_too(connection: Connection) -> None:
    """Somebody who never pauses signs in again after `longest`."""
    token = sessions.begin(connection, "aru", RULES, NOW)
    moment = NOW
    while moment < NOW + RULES.longest:
        assert sessions.find(connection, token, RULES, moment) is not None
        connection.execute(text("UPDATE console_sessions SET seen_at = :at"), {"at": moment})
        moment += RULES.idle - timedelta(minutes=1)
    assert sessions.find(connection, token, RULES, NOW + RULES.longest) is None


def test_the_token_itself_is_kept_nowhere(connection: Connection) -> None:
    token = sessions.begin(connection, "aru", RULES, NOW)
    row = connection.execute(text("SELECT * FROM console_sessions")).one()
    assert token not in str(tuple(row))
    assert sessions.find(connection, row.digest, RULES, NOW) is None
    assert sessions.find(connection, token[:-1], RULES, NOW) is None
    assert sessions.find(connection, token, RULES, NOW) is not None


def test_each_has_its_own_token_against_forged_forms(connection: Connection) -> None:
    made = [sessions.begin(connection, "aru", RULES, NOW) for _ in range(2)]
    found = [sessions.find(connection, token, RULES, NOW) for token in made]
    assert len({each.forms for each in found if each is not None}) == 2


def test_signed_out_here_and_everywhere(connection: Connection) -> None:
    first, second, third = (sessions.begin(connection, "aru", RULES, NOW) for _ in range(3))
    sessions.end(connection, first)
    assert sessions.find(connection, first, RULES, NOW) is None
    assert sessions.find(connection, second, RULES, NOW) is not None
    sessions.end_all(connection, "aru")
    assert sessions.find(connection, third, RULES, NOW) is None


def test_new_roles_hold_at_once(connection: Connection) -> None:
    token = sessions.begin(connection, "aru", RULES, NOW)
    users.put(connection, users.NewUser("aru", "Aru", ["auditor"]), password=None, actor="test")
    found = sessions.find(connection, token, RULES, NOW)
    assert found is not None
    assert found.roles == ("auditor",)
    connection.execute(text("UPDATE console_users SET disabled = true"))
    assert sessions.find(connection, token, RULES, NOW) is None


def test_those_that_ended_are_cleared(connection: Connection) -> None:
    sessions.begin(connection, "aru", RULES, NOW - RULES.longest - timedelta(days=1))
    sessions.begin(connection, "aru", RULES, NOW)
    count = connection.execute(text("SELECT count(*) FROM console_sessions")).scalar_one()
    assert count == 1
