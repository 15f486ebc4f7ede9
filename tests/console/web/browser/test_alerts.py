"""Alerts and systems in a browser: at night on a phone, without scripts, in three languages."""

from collections.abc import Callable

import pytest

from models.environment.on_call import Person, Rota
from tests.console.web.alerting import down, overdue, said, state
from tests.console.web.browser.conftest import NARROW, Visit
from tests.flows.failures.waiting.outage import Outage

User = Callable[..., str]


@pytest.fixture
def night(outage: Outage) -> tuple[Outage, str, int]:
    """A system is down and somebody waits; somebody has the watch. The alert and the finding."""
    duty = outage.environment.on_call
    duty.people["aigerim"] = Person(receivers=["log"])
    duty.rotas["desk"] = Rota.model_validate(
        {"starts": "2026-01-05",
         "shifts": [{"people": ["aigerim"], "from": "00:00", "to": "00:00"}]}
    )  # fmt: skip
    outage.applied("W-1", "06-02 09:00", system="gateway", region="75")
    for number in ("A-1", "A-2"):
        overdue(outage, number)
    return outage, *down(outage)


def test_every_page_is_accessible(visit: Visit, user: User, night: tuple[Outage, str, int]) -> None:
    _, alert, finding = night
    visitor = visit()
    visitor.sign_in(user("on_call"))
    system = "/systems/gateway"
    visitor.examine((
        "/alerts", "/alerts/each", f"/alerts/{alert}", f"/alerts/silences?alert={alert}",
        "/alerts/runbooks", "/alerts/runbooks/system_down", "/systems", system,
        f"{system}/findings", f"{system}/findings/{finding}", f"{system}/findings/{finding}/letter",
    ))  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_taken_and_ended_on_a_phone(
    visit: Visit, user: User, scripts: bool, night: tuple[Outage, str, int]
) -> None:
    outage, alert, _ = night
    visitor = visit(window=NARROW, scripts=scripts)
    visitor.sign_in(user("on_call"))
    page = visitor.go("/alerts?name=SystemDown")
    page.click("text=The connection is refused")
    page.click("button:has-text('I take it')")
    assert "Somebody works on it" in page.inner_text(".lead")
    assert state(outage, alert) == "acknowledged"
    page.click("summary:has-text('Hand over')")
    page.click("button:has-text('It is over')")
    assert "Say why, in a few words" in page.inner_text("#handle")
    page.fill("#comment", "It answers again")
    page.click("button:has-text('It is over')")
    assert state(outage, alert) == "resolved"
    assert [each[1] for each in said(outage, alert)][1:] == ["I look at it", "It answers again"]


@pytest.mark.parametrize(
    ("language", "what"), [("ru", "Что вы будете делать?"), ("kk", "Не істейсіз?")]
)
def test_in_other_languages(
    visit: Visit, user: User, language: str, what: str, night: tuple[Outage, str, int]
) -> None:
    _, alert, _ = night
    visitor = visit(language=language)
    visitor.sign_in(user("on_call"))
    assert what in visitor.go(f"/alerts/{alert}").inner_text("main")
    assert visitor.go("/systems").locator("table").count() == 1


def test_days_are_drawn(visit: Visit, user: User, night: tuple[Outage, str, int]) -> None:
    assert night
    visitor = visit()
    visitor.sign_in(user("auditor"))
    page = visitor.go("/systems/gateway")
    page.wait_for_selector(".chart .main-svg")
    assert page.locator("#days tbody tr").count() == 30
