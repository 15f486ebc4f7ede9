"""Delays and reviews in a browser: wide and narrow, with and without scripts, three languages."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.console.web.browser.conftest import NARROW, Visit
from tests.console.web.examined import ALMATY, examined
from tests.flows.failures.waiting.outage import Outage

PATHS = ("/delays", "/delays?state=at_risk", "/delays/where", "/delays/where?by=service",
         "/delays/forecast", "/delays/clocks", "/delays/clocks?by=month", "/delays/standards",
         "/reviews")  # fmt: skip


@pytest.fixture
def reviews(outage: Outage) -> dict[str, int]:
    return examined(outage)


def test_every_page_is_accessible(
    visit: Visit, user: Callable[..., str], reviews: dict[str, int]
) -> None:
    visitor = visit()
    visitor.sign_in(user("region"))
    visitor.examine((*PATHS, f"/reviews/{reviews[ALMATY]}"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_review_from_the_list_to_its_end(
    visit: Visit,
    user: Callable[..., str],
    reviews: dict[str, int],
    scripts: bool,
) -> None:
    visitor = visit(scripts=scripts, window=NARROW)
    visitor.sign_in(user("region", region=ALMATY))
    page = visitor.go("/delays")
    page.click("nav.parts >> text=Reviews")
    page.click(f"a:has-text('{reviews[ALMATY]}. A body took too long')")
    page.click("summary:has-text('Write down what the body says')")
    page.select_option("#says", "not_ours")
    page.fill("#why", "The office kept it")
    page.click("text=Write it down >> nth=-1")
    assert "Not ours, says the body" in page.inner_text("main")
    page.fill("#because", "It did not")
    page.click("button:has-text('Decide the dispute')")
    assert "Dispute refused" in page.inner_text("main")
    page.fill("#measure", "A second clerk reads the plans")
    page.fill("#answer-0", "One was ill")
    page.fill("#answer-1", "Two now")
    page.check("input[name=restored][value=yes]")
    page.click("button:has-text('Close the review')")
    assert "How it was closed" in page.inner_text("main")
    page.reload()  # nothing is sent again
    assert page.locator(".timeline >> nth=-1").inner_text().count("Closed") == 1


def test_a_session_that_ended_keeps_the_form(
    visit: Visit, user: Callable[..., str], reviews: dict[str, int], outage: Outage
) -> None:
    visitor = visit()
    name = user("region")
    visitor.sign_in(name)
    page = visitor.go(f"/reviews/{reviews[ALMATY]}")
    page.fill("#measure", "A second clerk reads the plans")
    page.fill("#answer-0", "One was ill")
    page.fill("#answer-1", "Two now")
    page.check("input[name=restored][value=no]")
    with outage.engine.begin() as connection:
        connection.execute(text("DELETE FROM console_sessions"))
    page.click("button:has-text('Close the review')")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", "a-long-password-of-nobody")
    page.click("main button")
    page.click("button:has-text('Send it')")
    assert "A second clerk reads the plans" in page.inner_text("main")
    assert outage.all("SELECT restored FROM reviews WHERE state = 'closed'") == [(False,)]


@pytest.mark.parametrize(
    ("language", "delays", "review"),
    [
        ("ru", "Задержки", "Орган рассматривал слишком долго"),
        ("kk", "Кешігулер", "Орган тым ұзақ қарады"),
    ],
)
def test_in_other_languages(
    visit: Visit,
    user: Callable[..., str],
    reviews: dict[str, int],
    language: str,
    delays: str,
    review: str,
) -> None:
    visitor = visit(language=language)
    visitor.sign_in(user("auditor"))
    assert visitor.go("/delays").inner_text("h1") == delays
    assert review in visitor.go(f"/reviews/{reviews[ALMATY]}").inner_text("h1")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_another_language_in_the_middle_of_a_review(
    visit: Visit,
    user: Callable[..., str],
    reviews: dict[str, int],
    outage: Outage,
    scripts: bool,
) -> None:
    """With scripts what is typed into all its forms is kept, without them that of one."""
    visitor = visit(scripts=scripts)
    visitor.sign_in(user("region", region=ALMATY))
    page = visitor.go(f"/reviews/{reviews[ALMATY]}")
    page.click("summary:has-text('Write down what the body says')")
    page.fill("#why", "The office kept it")
    if scripts:
        page.fill("#measure", "A second clerk")
    page.click("header button[lang=ru]" if scripts else "form#dispute button[lang=ru]")
    assert page.get_attribute("html", "lang") == "ru"
    assert page.is_visible("#why")
    assert page.input_value("#why") == "The office kept it"
    assert page.input_value("#measure") == ("A second clerk" if scripts else "")
    assert outage.all("SELECT DISTINCT state FROM reviews") == [("open",)]
    if scripts:
        visitor.accessible()
