"""Somebody of each role signs in to the demo, with the password of this start and no other."""

from datetime import UTC, datetime
from typing import get_args

from sqlalchemy import text

from console.demo.people import ALMATY, DAYS, PEOPLE, make_people
from console.web.access.rights import BOUNDED
from console.web.access.users import Refused, let_in
from models.database import Database
from models.environment.console import Role, SignIn


def test_each_role_has_somebody_who_sees_no_more_than_theirs() -> None:
    assert {role for each in PEOPLE for role in each.roles} == set(get_args(Role))
    assert DAYS.keys() == {each.name for each in PEOPLE}
    assert all(each.region for each in PEOPLE if BOUNDED.issuperset(each.roles))


def test_the_password_of_this_start_and_no_other(database: Database) -> None:
    engine = database.engine()
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO regions (code, names) VALUES (:code, '{}')"), {"code": ALMATY}
        )
        connection.execute(
            text("INSERT INTO offices (code, names, region) VALUES ('1', '{}', :region)"),
            {"region": ALMATY},
        )
    first, second = make_people(engine, "flow:test"), make_people(engine, "flow:test")
    with engine.begin() as connection:
        for each in PEOPLE:
            now = datetime.now(UTC)
            assert let_in(connection, each.name, second, SignIn(), now) == each.name
            assert let_in(connection, each.name, first, SignIn(), now) == Refused("wrong")
    engine.dispose()
