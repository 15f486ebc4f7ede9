"""Nobody is made who would see more than was meant."""

import pytest
from sqlalchemy import text

from console.web.access.rights import NOWHERE, Person
from console.web.access.users import NewUser, put
from models.database import Database
from models.environment.console import Role
from models.errors import ConfigurationError

WITHOUT: list[tuple[list[Role], str | None, bool]] = [
    (["region"], None, False),
    (["office_staff"], None, False),
    (["office_staff", "region"], None, False),
    (["region"], "", False),
    (["region"], "75", True),
    (["office_staff", "on_call"], None, True),
    (["auditor"], None, True),
    ([], "75", False),
]


@pytest.mark.parametrize(("roles", "region", "made"), WITHOUT)
def test_who_sees_one_region_needs_it(
    synced: Database, roles: list[Role], region: str | None, made: bool
) -> None:
    engine = synced.engine()
    with engine.begin() as connection:
        if made:
            put(connection, NewUser("aru", "Aru", roles, region), password=None, actor="test")
        else:
            with pytest.raises(ConfigurationError, match="user aru"):
                put(connection, NewUser("aru", "Aru", roles, region), password=None, actor="test")
        [there] = connection.execute(text("SELECT count(*) FROM console_users")).scalars()
    engine.dispose()
    assert there == int(made)


def test_who_has_none_all_the_same_sees_nothing() -> None:
    assert Person("a", "A", ("region",), "f").bound_to == NOWHERE
    assert Person("a", "A", ("region",), "f", region="75").bound_to == "75"
    assert Person("a", "A", ("region", "on_call"), "f").bound_to is None
