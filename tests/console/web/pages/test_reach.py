"""What names no region: for who sees the whole country, and for the office that it concerns."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.console.web.conftest import Client
from tests.console.web.front_office import MOTHER, FrontOffice
from tests.console.web.pages.test_applications import received, started
from tests.console.web.pages.test_cases import NUMBER, stands_still

SignedIn = Callable[..., Client]
TIMELINE = "/applications/timeline?system=office&number=A-1"


@pytest.fixture
def outage(front_office: FrontOffice) -> FrontOffice:
    return front_office


def nowhere(office: FrontOffice, filed_at: str | None) -> None:
    """Nothing names a region any more; all of it was filed at this office."""
    with office.engine.begin() as connection:
        for table in ("applications", "composite_applications"):
            connection.execute(
                text(f"UPDATE {table} SET region = NULL, office = :office"), {"office": filed_at}
            )


WHO: list[tuple[str, str | None, str | None, bool]] = [
    ("office_staff", "71", "office 1", True),
    ("office_staff", "71", "office 3", False),
    ("office_staff", "75", "office 2", False),
    ("office_staff", "75", None, False),
    ("region", "71", None, False),
    ("auditor", None, None, True),
    ("on_call", None, None, True),
]


@pytest.mark.parametrize(("role", "region", "office", "sees"), WHO)
def test_one_that_names_no_region(
    signed_in: SignedIn,
    front_office: FrontOffice,
    role: str,
    region: str | None,
    office: str | None,
    sees: bool,
) -> None:
    received(front_office, "A-1")
    number = started(front_office)
    nowhere(front_office, "office 1")
    client = signed_in(role, region=region, office=office)
    for path in (TIMELINE, f"/applications/{number}"):
        assert client.get(path).status_code == (200 if sees else 403), path
    listed = client.get("/applications?kind=several").text
    assert (f">{number}</a>" in listed) is sees
    table = client.get("/applications?kind=several&format=csv").text
    assert (number in table) is sees
    found = client.post("/applications", do="person", person=MOTHER, basis="b")
    if found.status_code == 200:
        assert (f">{number}</a>" in found.text) is sees
        assert (">A-1</a>" in found.text) is sees
    if not sees:
        assert client.post(TIMELINE, basis="b").status_code == 403
        assert ">A-1</a>" not in client.get("/applications").text


def test_one_of_no_office_is_nobodys_but_the_countrys(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    received(front_office, "A-1")
    nowhere(front_office, None)
    without = signed_in("office_staff", region="71")
    assert without.get(TIMELINE).status_code == 403
    assert signed_in("auditor").get(TIMELINE).status_code == 200


def test_the_office_that_is_to_help_sees_the_case_and_the_application(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    case = stands_still(front_office)
    nowhere(front_office, None)
    helper = signed_in("office_staff", region="71", office="office 1")
    assert f"/cases/{case}" in helper.get("/cases").text
    for path in (f"/cases/{case}", f"/applications/{NUMBER}"):
        assert helper.get(path).status_code == 200, path
    assert helper.post(f"/cases/{case}", how="drop", resolution="x").status_code == 200
    other = signed_in("office_staff", region="75", office="office 2")
    assert f"/cases/{case}" not in other.get("/cases?office=all&state=all").text
    for path in (f"/cases/{case}", f"/applications/{NUMBER}"):
        assert other.get(path).status_code == 403, path
