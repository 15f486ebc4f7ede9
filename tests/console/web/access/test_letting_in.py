"""Who is let in, when a name is locked, how often one address may try, where sign-in leads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from console.web.access import passwords, users
from console.web.access.rights import BOUNDED, RIGHTS, Person
from console.web.access.sign_in import local
from console.web.access.throttle import MOST_ADDRESSES, Throttle
from models.database import Database
from models.environment.console import Role, SignIn

RULES = SignIn()
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
RIGHT = "the right password"
WRONG, LOCKED = users.Refused("wrong"), users.Refused("locked")


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    made = database.engine()
    with made.begin() as connection:
        new = users.NewUser("aru", "Aru", ["on_call"])
        users.put(connection, new, password=RIGHT, actor="test")
    yield made
    made.dispose()


def tried(engine: Engine, password: str, at: datetime = NOW, name: str = "aru") -> object:
    with engine.begin() as connection:
        return users.let_in(connection, name, password, RULES, at)


def test_locked_for_a_while_after_wrong_passwords_in_a_row(engine: Engine) -> None:
    assert [tried(engine, "wrong") for _ in range(RULES.lock_after - 1)] == [WRONG] * 4
    assert tried(engine, RIGHT) == "aru", "the row begins anew"
    assert [tried(engine, "wrong") for _ in range(RULES.lock_after)] == [WRONG] * 4 + [LOCKED]
    assert tried(engine, RIGHT, NOW + RULES.lock_for - timedelta(seconds=1)) == LOCKED
    assert tried(engine, RIGHT, NOW + RULES.lock_for + timedelta(seconds=1)) == "aru"


def test_many_tries_at_once_count_one_by_one(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: tried(engine, "wrong"), range(8)))
    assert found.count(WRONG) == RULES.lock_after - 1
    with engine.connect() as connection:
        locks = connection.execute(
            text("SELECT count(*) FROM audit_entries WHERE action = 'console_locked'")
        ).scalar_one()
    assert locks == 1


@pytest.mark.parametrize("name", ["nobody", "", "Aru", "aru ", "ару", "' OR true --"])
def test_a_name_that_is_none_is_as_wrong_as_a_password(engine: Engine, name: str) -> None:
    assert tried(engine, RIGHT, name=name) == WRONG


@pytest.mark.parametrize("password", ["", " ", "x" * 100_000, "\u202e", "the right password "])
def test_no_other_password_will_do(engine: Engine, password: str) -> None:
    assert tried(engine, password) == WRONG


def test_who_has_no_password_here_signs_in_elsewhere(engine: Engine) -> None:
    with engine.begin() as connection:
        new = users.NewUser("id:1", "Aru", ["on_call"], issuer="https://id.example.org")
        users.put(connection, new, password=None, actor="test")
    for password in ("", "None", RIGHT):
        assert tried(engine, password, name="id:1") == WRONG


def test_a_password_is_kept_as_argon2_and_made_up_ones_differ() -> None:
    assert passwords.hashed(RIGHT).startswith("$argon2id$")
    assert RIGHT not in passwords.hashed(RIGHT)
    made = {passwords.made_up() for _ in range(50)}
    assert len(made) == 50
    assert all(len(each) > passwords.SHORTEST for each in made)


def test_one_address_is_slowed_and_others_are_not() -> None:
    throttle = Throttle(per_minute=3)
    assert [throttle.too_often("a", NOW) for _ in range(5)] == [False] * 3 + [True] * 2
    assert not throttle.too_often("b", NOW)
    assert not throttle.too_often("a", NOW + timedelta(seconds=61))


def test_addresses_without_end_need_no_memory_without_end() -> None:
    throttle = Throttle(per_minute=3)
    for number in range(MOST_ADDRESSES + 500):
        throttle.too_often(str(number), NOW)
    assert len(throttle._tries) == MOST_ADDRESSES


ELSEWHERE = [
    "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "",
    "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", "/\x00",
    " //evil.example", "///evil.example", "/\r\nSet-Cookie: a=b",
]  # fmt: skip


@pytest.mark.parametrize("then", ELSEWHERE)
def test_sign_in_leads_to_no_other_host(then: str) -> None:
    assert local(then) == "/"


@given(st.text())
def test_whatever_is_given_it_stays_here(then: str) -> None:
    found = local(then)
    assert found in ("/", then)
    assert found.startswith("/")
    assert found[1:2] not in ("/", "\\")
    assert not set(found) & set("\t\r\n\x00")


@pytest.mark.parametrize("role", RIGHTS)
def test_a_region_binds_only_those_who_have_nothing_wider(role: Role) -> None:
    alone = Person("a", "A", (role,), "", region="75")
    assert alone.bound_to == ("75" if role in BOUNDED else None)
    assert Person("a", "A", (role, "auditor"), "", region="75").bound_to is None
    assert Person("a", "A", (), "", region="75").rights == frozenset()
