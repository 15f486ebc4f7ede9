"""What holds on every page in a real browser: nothing from elsewhere, nothing lost."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from console.pictures.walk import Map, walk
from models.database import Database
from tests.console.web.browser.conftest import NARROW, PASSWORD, Visit
from tests.console.web.conftest import Client
from tests.console.web.country import country
from tests.flows.failures.waiting.outage import Outage

RIGHT_TO_LEFT = "מזל \u202eабв\u202c"


def test_no_page_asks_another_host_or_breaks_its_own_policy(
    visit: Visit, user: Callable[..., str], signed_in: Callable[..., Client], outage: Outage
) -> None:
    """Every page that an auditor comes by, in a narrow window; none is wider than that."""
    country(outage)
    client = signed_in("auditor")
    found = [each for each in walk(client.http, client.web.address, Map()) if each.status == 200]
    visitor = visit(window=NARROW)
    asked: list[str] = []
    complained: list[str] = []
    visitor.page.on("request", lambda each: asked.append(each.url))
    visitor.page.on("console", lambda each: complained.append(each.text))
    visitor.page.on("pageerror", lambda each: complained.append(str(each)))
    visitor.sign_in(user("auditor"))
    wide = []
    for page in found:
        if page.document is not None:
            visitor.go(page.address)
            if visitor.page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
                wide.append(page.address)
    hosts = {urlsplit(each).netloc for each in asked if not each.startswith("data:")}
    assert hosts == {urlsplit(visitor.address).netloc}
    assert not complained, "\n".join(complained)
    assert wide == []


def test_back_after_signing_out_shows_nothing(visit: Visit, user: Callable[..., str]) -> None:
    visitor = visit()
    page = visitor.sign_in(user("on_call"))
    visitor.go("/quality")
    page.click("text=Sign out")
    page.go_back()
    assert "/sign-in" in page.url
    assert page.query_selector("nav.pages") is None


def test_back_to_a_form_and_once_more(
    visit: Visit, user: Callable[..., str], synced: Database
) -> None:
    """Back to a form that was sent: it may be sent again, and says what is wrong with it now."""
    visitor = visit()
    visitor.sign_in(user("on_call"))
    page = visitor.go("/password")
    for field, typed in {"old": PASSWORD, "new": "a new long password"}.items():
        page.fill(f"#{field}", typed)
    page.fill("#again", "a new long password")
    page.click("main button")
    assert page.inner_text("h1") == "Today"
    page.go_back()
    page.fill("#old", PASSWORD)
    page.fill("#new", "one more long password")
    page.fill("#again", "one more long password")
    page.click("main button")
    page.wait_for_selector("[role=alert], .problem")
    with synced.engine().connect() as open_:
        changed = open_.execute(
            text("SELECT count(*) FROM audit_entries WHERE action = 'console_password'")
        ).scalar_one()
    assert changed == 1


@pytest.mark.parametrize("language", ["en", "kk", "ru"])
def test_names_from_right_to_left_stay_in_their_place(
    visit: Visit, user: Callable[..., str], synced: Database, language: str
) -> None:
    visitor = visit(window=NARROW, language=language)
    name = user("on_call")
    engine = synced.engine()
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE console_users SET shown = :shown"), {"shown": RIGHT_TO_LEFT + "x" * 200}
        )
    engine.dispose()
    page = visitor.sign_in(name)
    assert RIGHT_TO_LEFT in (page.text_content("header") or "")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    visitor.accessible()
