"""Sign-in as people do it: right, wrong, locked, with a session that ended in the middle."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from models.database import Database
from tests.console.web.browser.conftest import NARROW, PASSWORD, WIDE, Visit


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["wide", "narrow"])
def test_in_and_out(
    visit: Visit, user: Callable[..., str], window: dict[str, int], scripts: bool
) -> None:
    visitor = visit(window=window, scripts=scripts)
    page = visitor.go("/")
    assert page.url.endswith("/sign-in?then=%2F")
    if scripts:
        visitor.accessible()
    visitor.sign_in(user("on_call"))
    assert page.inner_text("h1") == "Today"
    if scripts:
        visitor.accessible()
    page.click("text=Sign out")
    assert "/sign-in" in page.url
    assert "/sign-in" in visitor.go("/").url


def test_wrong_then_locked(visit: Visit, user: Callable[..., str], synced: Database) -> None:
    visitor = visit()
    name = user("on_call")
    for _ in range(4):
        page = visitor.sign_in(name, "a wrong password")
        assert "is wrong" in page.inner_text("[role=alert]")
    for password in ("a wrong password", PASSWORD):
        page = visitor.sign_in(name, password)
        assert "locked" in page.inner_text("[role=alert]")
    with synced.engine().connect() as connection:
        actions = connection.execute(
            text("SELECT action FROM audit_entries ORDER BY seq DESC LIMIT 1")
        ).scalar_one()
    assert actions == "console_locked"


@pytest.mark.parametrize(("language", "title"), [("en", "Sign in"), ("ru", "Вход"), ("kk", "Кіру")])
def test_in_the_browsers_language(visit: Visit, language: str, title: str) -> None:
    page = visit(language=language).go("/sign-in")
    assert page.inner_text("h1") == title
    assert page.get_attribute("html", "lang") == language


def test_a_given_password_is_changed_first(
    visit: Visit, user: Callable[..., str], synced: Database
) -> None:
    visitor = visit()
    name = user("on_call")
    with synced.engine().begin() as connection:
        connection.execute(text("UPDATE console_users SET must_change = true"))
    page = visitor.sign_in(name)
    assert page.inner_text("h1") == "Your password"
    visitor.accessible()
    page.fill("#old", PASSWORD)
    page.fill("#new", "another-long-password")
    page.fill("#again", "another-long-password")
    page.click("main button")
    assert page.inner_text("h1") == "Today"


def test_a_session_that_ended_loses_nothing_that_was_typed(
    visit: Visit, user: Callable[..., str], synced: Database
) -> None:
    visitor = visit()
    name = user("on_call")
    visitor.sign_in(name)
    page = visitor.go("/password")
    page.fill("#old", PASSWORD)
    page.fill("#new", "another-long-password")
    page.fill("#again", "another-long-password")
    with synced.engine().begin() as connection:
        connection.execute(text("DELETE FROM console_sessions"))
    page.click("main button")
    assert "kept" in page.inner_text("main")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    assert page.inner_text("h1") == "Send it now?"
    page.click("text=Send it >> nth=-1")
    assert page.inner_text("h1") == "Today"
