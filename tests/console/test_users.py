"""`tereze users`: made, listed, switched off, given a new password; nobody sees more than meant."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from console.web.access import sessions, users
from models.database import Database
from models.environment.console import SignIn
from models.trail import verify
from tests.console.conftest import Tereze

RULES = SignIn()


@pytest.fixture
def regions(folder: Path) -> None:
    with (folder / "register.yaml").open("a") as file:
        file.write("regions: {'75': {names: {en: Almaty}}}\n")


def let_in(database: Database, name: str, password: str) -> str | users.Refused:
    engine = database.engine()
    with engine.begin() as connection:
        found = users.let_in(connection, name, password, RULES, datetime.now(UTC))
    engine.dispose()
    return found


@pytest.mark.usefixtures("regions")
def test_from_the_first_day_to_the_last(tereze: Tereze, database: Database) -> None:
    made = tereze("users", "add", "aru", "--role", "region", "--region", "75", "--json")
    assert made.code == 0
    assert let_in(database, "aru", made.json["password"]) == "aru"
    [row] = tereze("users", "list", "--json").json
    assert (row["roles"], row["region"], row["disabled"]) == (["region"], "75", False)
    assert "password" not in row
    taken = tereze("users", "add", "aru", "--role", "auditor")
    assert (taken.code, "there is one of this name" in taken.err) == (2, True)
    changed = tereze("users", "add", "aru", "--role", "auditor", "--role", "on_call", "--replace")
    assert "the password stays" in changed.out
    with database.engine().connect() as connection:
        [must_change] = connection.execute(text("SELECT must_change FROM console_users")).scalars()
    assert must_change, "the given password is still to be changed"
    assert let_in(database, "aru", made.json["password"]) == "aru"
    again = tereze("users", "password", "aru", "--json").json["password"]
    assert let_in(database, "aru", made.json["password"]) == users.Refused("wrong")
    assert let_in(database, "aru", again) == "aru"
    assert "no longer" in tereze("users", "disable", "aru").out
    assert let_in(database, "aru", again) == users.Refused("disabled")
    assert "aru" in tereze("users", "list").out


def test_who_is_switched_off_is_signed_out_and_it_is_written_down(
    tereze: Tereze, database: Database
) -> None:
    tereze("users", "add", "aru", "--role", "auditor")
    engine = database.engine()
    now = datetime.now(UTC)
    with engine.begin() as connection:
        token = sessions.begin(connection, "aru", RULES, now)
        assert sessions.find(connection, token, RULES, now) is not None
    tereze("users", "disable", "aru")
    with engine.begin() as connection:
        assert sessions.find(connection, token, RULES, now) is None
        entries = connection.execute(
            text("SELECT action, actor FROM audit_entries WHERE subject = 'aru' ORDER BY seq")
        ).all()
        assert verify(connection).ok
    engine.dispose()
    assert [entry.action for entry in entries] == ["console_user_put", "console_user_disabled"]
    assert {entry.actor.partition(":")[0] for entry in entries} == {"person"}


WRONG = {
    "a region that is none": (["--role", "region", "--region", "99"], "no region 99"),
    "an office that is none": (["--role", "on_call", "--office", "X"], "no office X"),
    "bounded without a region": (["--role", "office_staff"], "see one region"),
    "no such role": (["--role", "king"], "king"),
    "no role at all": ([], "--role"),
}


@pytest.mark.parametrize(("options", "says"), WRONG.values(), ids=WRONG.keys())
def test_nobody_is_made_by_mistake(tereze: Tereze, options: list[str], says: str) -> None:
    answer = tereze("users", "add", "aru", *options)
    assert (answer.code, says in answer.err.replace("\n", " ")) == (2, True), answer.err
    assert tereze("users", "list", "--json").json == []


@pytest.mark.parametrize("verb", ["disable", "password"])
def test_nobody_of_that_name(tereze: Tereze, verb: str) -> None:
    answer = tereze("users", verb, "nobody")
    assert (answer.code, "tereze users list" in answer.err.replace("\n", " ")) == (2, True)


def test_no_password_for_who_signs_in_elsewhere(tereze: Tereze, database: Database) -> None:
    tereze("users", "list")
    engine = database.engine()
    with engine.begin() as connection:
        new = users.NewUser("t:1", "A", ["auditor"], issuer="https://id.example.org", subject="1")
        users.put(connection, new, password=None, actor="test")
    engine.dispose()
    answer = tereze("users", "password", "t:1")
    assert (answer.code, "elsewhere" in answer.err) == (2, True)
