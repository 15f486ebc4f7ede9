"""The table of rights decides, on every route there is, for every role and for nobody."""

from collections.abc import Callable
from urllib.parse import urlsplit

import orjson
import requests
from sqlalchemy import text

from console.web.app import create_app
from console.web.headers import HEADERS
from models.environment.console import Role
from tests.console.web.conftest import Client, Web
from tests.console.web.everywhere.conftest import addresses, visited
from tests.console.web.everywhere.furnished import ALMATY, Furnished
from tests.console.web.everywhere.routes import OPEN, ROLES, Route, routes_of

SignedIn = Callable[..., Client]
REGION = {"region": ALMATY}


def guarded(outage: Furnished) -> list[Route]:
    """Every route that needs a right."""
    every = routes_of(create_app(outage.environment, "0"))
    return [each for each in every if (each.method, each.template) not in OPEN]


def test_every_route_has_a_right_before_it(outage: Furnished) -> None:
    found = guarded(outage)
    assert len(found) > 10
    assert [each for each in found if not each.rights] == []


def test_each_role_gets_what_the_table_says(signed_in: SignedIn, outage: Furnished) -> None:
    known = addresses(visited(everybody(signed_in, outage)))
    every = guarded(outage)
    for role in ROLES:
        client = signed_in(role, **(REGION if role in ("region", "office_staff") else {}))
        before = refusals(outage)
        refused = [each for each in every if _refused(client, role, each, known)]
        assert refused, f"{role} may do everything"
        assert refusals(outage) - before >= len(refused)


def _refused(client: Client, role: Role, route: Route, known: dict[str, list[str]]) -> bool:
    """Ask as this role, where asking does nothing; whether it was refused, as it has to be."""
    address, allowed = route.address(known), route.allows(role)
    if route.method == "GET":
        answer = client.get(address)
        assert answer.status_code < 500, f"{role} GET {address}"
    elif not allowed:
        answer = client.post(urlsplit(address).path)
    if not allowed:
        assert answer.status_code == 403, f"{role} {route.method} {address}"
        assert "You may not see this" in answer.text
    return not allowed


def everybody(signed_in: SignedIn, outage: Furnished) -> Client:
    """Somebody with every role, who sees every region."""
    client = signed_in("auditor")
    roles = orjson.dumps(ROLES).decode()
    with outage.engine.begin() as connection:
        connection.execute(
            text("UPDATE console_users SET roles = CAST(:roles AS jsonb)"), {"roles": roles}
        )
    return client


def refusals(outage: Furnished) -> int:
    """Entries of the audit trail about what was refused."""
    [(count,)] = outage.all("SELECT count(*) FROM audit_entries WHERE action = 'console_refused'")
    return int(count)


def test_nobody_gets_nothing(web: Web, outage: Furnished) -> None:
    for route in guarded(outage):
        address = web.address + route.address({})
        answer = requests.request(
            route.method, address, data={"why": "kept"}, allow_redirects=False, timeout=60
        )
        if route.method == "GET":
            assert answer.status_code == 303, address
            assert answer.headers["location"].startswith("/sign-in?then=%2F"), address
        else:
            assert answer.status_code == 401, address
            assert 'name="kept:why" value="kept"' in answer.text


def test_a_form_from_elsewhere_does_nothing(signed_in: SignedIn, outage: Furnished) -> None:
    """Without the session's token, with another's, and with letters that no token has."""
    client = everybody(signed_in, outage)
    for route in guarded(outage):
        if route.method != "GET":
            for token in ("", "another's", "Ж\u202e"):
                answer = client.post(route.address({}), forms=token, why="kept")
                assert answer.status_code == 409, route
                assert 'name="why" value="kept"' in answer.text


def test_every_page_links_to_pages_that_are_there(signed_in: SignedIn, outage: Furnished) -> None:
    """Nothing leads nowhere, nothing to another host; each answer carries the policy."""
    client = everybody(signed_in, outage)
    pages = visited(client)
    assert len(pages) >= 10
    for page in pages:
        assert page.status == 200, page.address
        assert "http://" not in page.text.replace(client.web.address, ""), page.address
        assert "<script>" not in page.text, page.address
        assert "<b>" not in page.text, page.address
        answer = client.get(page.address)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, page.address
