"""A member of staff with somebody in front of them, in a browser: from the form to the end."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from tests.console.web.browser.conftest import NARROW, PASSWORD, WIDE, Visit, Visitor
from tests.console.web.front_office import MOTHER, OTHER_MOTHER, FrontOffice
from tests.console.web.pages.test_applications import started
from tests.console.web.pages.test_cases import stands_still

HERE = {"region": "71", "office": "office 1"}
User = Callable[..., str]
START = "button:text-is('Start')"
CHECK = "text=See what will be done"


@pytest.fixture
def outage(front_office: FrontOffice) -> FrontOffice:
    return front_office


def filled(page: Page) -> None:
    page.fill("#f-mother_iin", MOTHER)
    page.fill("#f-born_on", "2026-11-18")
    page.check("#f-school-no")


def at_the_form(visitor: Visitor, user: User) -> Page:
    visitor.sign_in(user("office_staff", **HERE))
    return visitor.go("/apply/small")


@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["wide", "narrow"])
def test_from_the_form_to_the_end_live(
    visit: Visit, user: User, front_office: FrontOffice, window: dict[str, int]
) -> None:
    visitor = visit(window=window)
    page = at_the_form(visitor, user)
    page.click(CHECK)
    assert page.evaluate("document.activeElement.matches('.problems')")
    visitor.accessible()
    page.click(".problems a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "f-mother_iin"
    filled(page)
    page.click(CHECK)
    visitor.accessible()
    visitor.fits()
    page.dblclick(START)
    page.wait_for_url("**/applications/**")
    visitor.accessible()
    visitor.fits()
    assert "What happens next" in page.inner_text("main")
    number = page.inner_text(".number-of")
    assert front_office.carry(number) == "ended"
    page.wait_for_selector(".standing >> text=All is done", timeout=60_000)
    assert front_office.one("SELECT count(*) FROM composite_applications") == 1


def test_further_questions_come_as_they_are_needed(visit: Visit, user: User) -> None:
    page = at_the_form(visit(), user)
    page.fill("#f-mother_iin", MOTHER)
    page.check("#f-school-yes")
    page.wait_for_selector("#f-pupil_iin")
    assert page.evaluate("document.activeElement.id") == "f-school-yes"
    assert page.input_value("#f-mother_iin") == MOTHER
    page.check("#f-school-no")
    page.wait_for_selector("#f-pupil_iin", state="detached")


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_without_scripts_in_other_languages(
    visit: Visit, user: User, front_office: FrontOffice, language: str
) -> None:
    visitor = visit(scripts=False, language=language, window=NARROW)
    page = at_the_form(visitor, user)
    filled(page)
    page.check("#f-school-yes")
    page.click(".apply button")
    page.fill("#f-pupil_iin", OTHER_MOTHER)
    page.click(".apply button")
    page.click("button[value=change]")
    assert page.input_value("#f-pupil_iin") == OTHER_MOTHER
    page.click(".apply button")
    page.click("button[value=start]")
    visitor.fits()
    assert f"({language})" in page.inner_text(".steps")
    front_office.body.faults += ["lose"]
    number = page.inner_text(".number-of")
    front_office.carry(number)
    page.click("a[href$='/cancel']")
    page.fill("#reason", "…")
    page.click("button.grave")
    assert page.url.endswith("told=cancelled")


def test_a_session_that_ended_in_the_middle_loses_nothing(
    visit: Visit, user: User, front_office: FrontOffice
) -> None:
    visitor = visit()
    page = at_the_form(visitor, user)
    filled(page)
    with front_office.engine.begin() as connection:
        connection.execute(text("DELETE FROM console_sessions"))
    page.click(CHECK)
    assert "kept" in page.inner_text("main")
    page.fill("input[name=name]", "office_staff")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    assert page.inner_text("h1") == "Send it now?"
    page.click("text=Send it >> nth=-1")
    assert page.locator(START).count() == 1
    page.click("text=Change the form")
    assert page.input_value("#f-mother_iin") == MOTHER


def test_every_other_page_is_accessible(
    visit: Visit, user: User, front_office: FrontOffice
) -> None:
    case = stands_still(front_office)
    number = started(front_office)
    front_office.carry(number)
    front_office.received("T-7", "06-02 10:00", office="office 1", region="71")
    front_office.birth_waits()
    visitor = visit()
    visitor.sign_in(user("office_staff", **HERE))
    pages = (
        "/apply",
        "/applications",
        "/applications?kind=several",
        f"/applications/{number}",
        "/applications/timeline?system=office&number=T-7",
        "/applications/OA-2026-000001-1/cancel",
        "/cases",
        f"/cases/{case}",
        "/cases/life-event?system=maternity&event=7%2F1",
    )
    visitor.examine(pages)
    page = visitor.page
    page.fill("#basis", "at the window")
    page.click("text=Open the record")
    visitor.examine_shown()
    assert page.locator("#f-born_on").count() == 1


def test_a_case_is_settled(visit: Visit, user: User, front_office: FrontOffice) -> None:
    case = stands_still(front_office)
    visitor = visit(scripts=False)
    visitor.sign_in(user("office_staff", **HERE))
    page = visitor.go("/cases")
    page.click(f"a[href='/cases/{case}']")
    page.check("input[value=refused]")
    page.click("text=If it is refused")
    page.fill("#reason", "Нет акта <i>")
    page.fill("#resolution", "Asked by telephone")
    page.click("button:text-is('Settle it')")
    assert "Settled" in page.inner_text("main")
    page.click("a[href^='/applications/OA-']")
    page.fill("#basis", "at the window")
    page.click("text=Open the record")
    assert "Нет акта <i>" in page.inner_text(".steps")
