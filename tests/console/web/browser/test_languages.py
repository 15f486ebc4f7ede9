"""Another language in the middle of a form, as people do it: with scripts and without."""

from collections.abc import Callable

import pytest

from tests.console.web.alerting import fired
from tests.console.web.browser.conftest import NARROW, PASSWORD, WIDE, Visit
from tests.console.web.browser.test_apply import HERE, at_the_form, filled
from tests.console.web.front_office import MOTHER, OTHER_MOTHER, FrontOffice

User = Callable[..., str]
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
ABOVE = "header button[lang={}]"


@pytest.fixture
def outage(front_office: FrontOffice) -> FrontOffice:
    return front_office


@BOTH
def test_an_application(visit: Visit, user: User, front_office: FrontOffice, scripts: bool) -> None:
    """From the form over what would be done to the number, each in another language."""
    page = at_the_form(visit(scripts=scripts, window=NARROW), user)
    filled(page)
    page.check("#f-school-yes")
    page.click(ABOVE.format("kk"))
    page.fill("#f-pupil_iin", OTHER_MOTHER)
    page.click(ABOVE.format("ru"))
    assert page.get_attribute("html", "lang") == "ru"
    assert page.inner_text("h1") == "Рождение ребёнка"
    assert page.input_value("#f-mother_iin") == MOTHER
    assert page.input_value("#f-pupil_iin") == OTHER_MOTHER
    assert page.is_checked("#f-school-yes")
    page.press("#f-mother_iin", "Enter")  # the form's own button, not a language's
    assert page.locator("button[value=start]").count() == 1
    page.click(ABOVE.format("en"))
    page.click("text=Change the form")
    assert page.input_value("#f-pupil_iin") == OTHER_MOTHER
    assert front_office.one("SELECT count(*) FROM composite_applications") == 0


@BOTH
def test_a_silence(visit: Visit, user: User, front_office: FrontOffice, scripts: bool) -> None:
    found = fired(front_office, system="gateway")
    visitor = visit(scripts=scripts)
    visitor.sign_in(user("on_call"))
    page = visitor.go(f"/alerts/silences?alert={found}")
    page.fill("#matchers", "\nsystem=gateway")
    page.fill("#comment", "<b>Planned</b> \u202eработы")
    page.click(ABOVE.format("kk"))
    assert page.input_value("#matchers") == "\nsystem=gateway"
    assert page.input_value("#comment") == "<b>Planned</b> \u202eработы"
    assert f"alert={found}" in page.url
    page.reload()
    assert front_office.all("SELECT * FROM silences") == []


@BOTH
def test_signing_in_with_a_form_that_waits(
    visit: Visit, user: User, front_office: FrontOffice, scripts: bool
) -> None:
    """The session ended in the middle of the form; the languages change at each step after."""
    page = at_the_form(visit(scripts=scripts, window=WIDE), user)
    filled(page)
    with front_office.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM console_sessions")
    page.click("text=See what will be done")
    page.fill("#name", user("office_staff", **HERE))
    page.click(ABOVE.format("ru"))
    assert page.inner_text("h1") == "Вход"
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.click(ABOVE.format("en"))
    assert page.inner_text("h1") == "Send it now?"
    page.click("text=Send it >> nth=-1")
    page.click("text=Change the form")
    assert page.input_value("#f-mother_iin") == MOTHER
