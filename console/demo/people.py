"""One user for each role in the demo, all with one password that is made up at each start."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection, Engine, text

from console.printing import out, table
from console.web.access import sessions
from console.web.access.managing import check
from console.web.access.passwords import made_up
from console.web.access.users import NewUser, put

ALMATY = "750000000"
# Aigerim is one of the two who have the watch by turns in the demo's on_call.yaml.
PEOPLE = (
    NewUser("aigerim", "Aigerim, on call", ["on_call"]),
    NewUser("engineer", "An integration engineer", ["integration_engineer"]),
    NewUser("office", "A front office in Almaty", ["office_staff"], ALMATY),
    NewUser("almaty", "The department of Almaty", ["region"], ALMATY),
    NewUser("reviewer", "A reviewer of the register", ["reviewer"]),
    NewUser("auditor", "An auditor", ["auditor"]),
)
_OFFICE = "SELECT code FROM offices WHERE region = :region ORDER BY code LIMIT 1"
DAYS = {
    "aigerim": "takes alerts, silences and resolves them",
    "engineer": "looks after sources, held rows and contracts",
    "office": "starts applications for people and follows them",
    "almaty": "reviews what was late in Almaty",
    "reviewer": "decides on hidden services",
    "auditor": "reads everything and changes nothing",
}


def make_people(engine: Engine, actor: str) -> str:
    """Make them, or let those who are there in with the new password; answers it."""
    password = made_up()
    with engine.begin() as connection:
        for each in _at_work(connection):
            check(connection, each)
            put(connection, each, password=password, actor=actor, lasting=True)
            sessions.end_all(connection, each.name)
    return password


def _at_work(connection: Connection) -> Iterator[NewUser]:
    """Who is there, the front office's staff at an office that the register has."""
    office = connection.execute(text(_OFFICE), {"region": ALMATY}).scalar_one()
    for each in PEOPLE:
        yield replace(each, office=office) if "office_staff" in each.roles else each


def tell_people(password: str) -> None:
    """Print who may sign in, and how."""
    rows = [(each.name, DAYS[each.name]) for each in PEOPLE]
    out.print()
    out.print(table("Who may sign in to the console", ("name", "what they do there"), rows))
    out.print(f"\n  The password of each, for this demo: {password}", markup=False)
