"""Who may sign in to the demo."""

from datetime import UTC, datetime

from sqlalchemy import text

from console.demo.people import ALMATY, PEOPLE, make_people
from console.web.access.users import let_in
from models.database import Database
from models.environment.console import SignIn


def test_each_is_let_in_and_the_office_stands_in_the_register(database: Database) -> None:
    engine = database.engine()
    with engine.begin() as connection:
        values = {"region": ALMATY}
        connection.execute(text("INSERT INTO regions VALUES (:region, '{}')"), values)
        connection.execute(text("INSERT INTO offices VALUES ('75002', '{}', :region)"), values)
    make_people(engine, "test")
    password = make_people(engine, "test")
    with engine.begin() as connection:
        for each in PEOPLE:
            came = let_in(connection, each.name, password, SignIn(), datetime.now(UTC))
            assert came == each.name
        found = connection.execute(
            text("SELECT name, office FROM console_users WHERE office IS NOT NULL")
        ).all()
    engine.dispose()
    assert found == [("office", "75002")]
