"""Sign-in at a provider that nobody here wrote, in a browser, from our page and back to it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page
from sqlalchemy import text

from console.up.ports import free_port
from models.database import Database
from models.environment.loader import load
from tests.console.web.browser.conftest import Visit
from tests.console.web.conftest import Web
from tests.environments import write
from tests.flows.failures.waiting.outage import Outage
from tests.third_parties.servers import open_id_provider

SECRET = "OPEN_ID_SECRET"
FIRST_PORT = 18_900
PEOPLE: dict[str, dict[str, Any]] = {
    "aru": {"name": "Aru <b>Asan</b>", "groups": ["duty", "choir"]},
    "window": {"name": "A window", "groups": ["offices"], "region": "71", "office": "1"},
    "nowhere": {"name": "A window without a region", "groups": ["offices"]},
    "stranger": {"name": "A stranger", "groups": ["choir"]},
    "slow": {"name": "Slow", "groups": ["duty"]},
}
ROLES = {
    "groups": {"duty": ["on_call"], "offices": ["office_staff"]},
    "region_claim": "region",
    "office_claim": "office",
}
Change = Callable[..., None]


@pytest.fixture
def outage(
    synced: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: Any
) -> Iterator[Outage]:
    """The environment, with a provider where `issuer` of the parameters says."""
    monkeypatch.setenv(SECRET, "opensesame-of-nobody")
    engine = synced.engine()
    made = Outage(engine, tmp_path / "environment")
    host = getattr(request, "param", "127.0.0.1")
    open_id = {
        "issuer": f"http://{host}:{free_port(FIRST_PORT)}",
        "client_id": "tereze",
        "client_secret": {"env": SECRET},
        "roles": ROLES,
    }
    write(made.folder, {"console.yaml": {"sign_in": {"local": False, "open_id": open_id}}})
    made.environment = load(made.folder)
    yield made
    engine.dispose()


@pytest.fixture
def provider(web: Web, outage: Outage, tmp_path: Path) -> Iterator[str]:
    declared = outage.environment.console.sign_in.open_id
    assert declared is not None
    port = int(declared.issuer.rpartition(":")[2])
    back = f"{web.address}/sign-in/open-id/back"
    with open_id_provider(port, back, PEOPLE, tmp_path / "provider.log") as address:
        yield address


def through(page: Page, name: str) -> Page:
    """From our page through the provider's: sign in there, and let it tell us."""
    _to_consent(page, name)
    page.click("button[type=submit]")
    return page


def _to_consent(page: Page, name: str) -> None:
    page.click("text=Sign in with your organisation")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", "any")
    page.click("button[type=submit]")
    page.wait_for_selector("text=Authorize")


def _back(page: Page, name: str) -> str:
    """The address that the provider leads back to, not yet followed."""
    _to_consent(page, name)
    address = page.evaluate("document.forms[0].action")
    answer = page.request.post(address, form={"prompt": "consent"}, max_redirects=0)
    while "/sign-in/open-id/back" not in (address := answer.headers["location"]):
        answer = page.request.get(address, max_redirects=0)
    return address


@pytest.mark.usefixtures("provider")
def test_in_with_the_roles_of_the_claims(visit: Visit, outage: Outage) -> None:
    visitor = visit()
    page = visitor.go("/quality")
    assert page.query_selector("input[name=password]") is None
    visitor.accessible()
    through(page, "aru")
    assert page.url == f"{visitor.address}/quality"
    assert "Aru <b>Asan</b>" in page.inner_text("header")
    through(visit().go("/"), "window")
    rows = outage.all("SELECT subject, roles, region, office FROM console_users ORDER BY subject")
    assert rows == [("aru", ["on_call"], None, None), ("window", ["office_staff"], "71", "1")]
    [(issuer,)] = outage.all("""
        SELECT details ->> 'issuer' FROM audit_entries WHERE action = 'console_sign_in'
        ORDER BY seq LIMIT 1
    """)
    assert issuer.startswith("http://127.0.0.1:")


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize("name", ["stranger", "nowhere"])
def test_who_has_no_role_here_is_not_let_in(visit: Visit, outage: Outage, name: str) -> None:
    page = through(visit().go("/"), name)
    assert "no role here" in page.inner_text("[role=alert]")
    assert outage.all("SELECT 1 FROM console_users") == []


@pytest.mark.usefixtures("provider")
def test_a_code_that_ended_and_one_used_twice_are_refused(visit: Visit, outage: Outage) -> None:
    page = visit().go("/")
    ended = _back(page, "slow")
    time.sleep(2.5)
    refused(page, ended)
    page = visit().go("/")
    address = _back(page, "aru")
    page.goto(address)
    assert "Aru" in page.inner_text("header")
    refused(page, address)
    assert outage.all("SELECT name FROM console_sessions") == [("tereze:aru",)]


def refused(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 401
    assert "cannot be believed" in page.inner_text("[role=alert]")


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize("outage", ["localhost"], indirect=True)
def test_another_issuer_than_was_declared_is_refused(visit: Visit) -> None:
    page = visit().go("/")
    page.click("text=Sign in with your organisation")
    assert "cannot be believed" in page.inner_text("[role=alert]")


def test_while_the_provider_is_away_the_page_says_so(web: Web) -> None:
    answer = web.get("/sign-in/open-id?then=/quality", **{"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert (
        requests.post(f"{web.address}/sign-in", data={"name": "a"}, timeout=60).status_code == 429
    )


def test_an_answer_that_nobody_asked_for_is_refused(web: Web, synced: Database) -> None:
    """A forged way back: without our state, or with one of our own making."""
    for query in ("", "?code=x&state=y", "?error=access_denied&state=%00", "?state=%D0%96"):
        answer = web.get(f"/sign-in/open-id/back{query}")
        assert answer.status_code == 401, query
    engine = synced.engine()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM console_users")).scalar_one() == 0
    engine.dispose()
