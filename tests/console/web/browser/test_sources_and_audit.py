"""Sources and Audit in a browser: on a wide and a narrow window, with and without scripts."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.failures.contracts.form import Facet, Form, Operation
from flows.failures.contracts.store import saw
from models.database import Database
from models.environment.contracts import Contract
from tests.console.web.browser.conftest import NARROW, PASSWORD, Visit
from tests.flows.ingest.office import ACTOR, SOURCE, Office, application

CONTRACT = {"name": "columns", "kind": "columns", "source": SOURCE}
PAGE = f"/sources/{SOURCE}"
NEW_SERVICE = {"services": {"99999999": {"names": {"en": "A service found later"}}}}


@pytest.fixture
def outage(synced: Database, tmp_path: Path) -> Iterator[Office]:
    """What `web` serves: a source with a held row, a field too many and a contract that differs."""
    engine = synced.engine()
    office = Office(tmp_path / "environment", engine)
    office.declare(systems={"systems": {"office": {"contracts": [CONTRACT]}}})
    office.drop(application("A1") | {"surprise": "1"}, application("A2", service="99999999"),
                header=(*application("A1"), "surprise"))  # fmt: skip
    office.pull()
    with engine.begin() as connection:
        for days, names in ((2, ("number", "service")), (1, ("number", "service_code"))):
            form = Form(operations={"": Operation(output=dict.fromkeys(names, Facet(kind="text")))})
            at = datetime.now(UTC) - timedelta(days=days)
            saw(connection, "office", Contract.model_validate(CONTRACT), form, at, ACTOR)
    yield office
    engine.dispose()


def test_every_page_is_accessible(visit: Visit, user: Callable[..., str], outage: Office) -> None:
    visitor = visit()
    row = outage.one("SELECT id FROM quarantine")
    visitor.sign_in(user("auditor"))
    visitor.examine(("/sources", PAGE, f"{PAGE}/held", f"{PAGE}/held/{row}", "/audit", "/audit/1",
                      "/audit?since=never", "/audit/readings", "/audit/verification"))  # fmt: skip


def test_without_scripts_an_engineer_does_the_work(
    visit: Visit, user: Callable[..., str], outage: Office
) -> None:
    visitor = visit(scripts=False, window=NARROW)
    visitor.sign_in(user("integration_engineer"))
    page = visitor.go(PAGE)
    page.fill("textarea[name=reason]", "Letter 12")
    page.click("text=Accept it as it is now")
    assert "As accepted" in page.inner_text("main")
    page.click("dd a[href$='/held']")
    page.click("td a")
    page.fill("textarea[name=basis]", "Mending it")
    page.click("main button")
    assert "99999999" in page.inner_text("pre")
    assert outage.actions()[-1] == "quarantine.read"


def test_a_release_is_followed_live(visit: Visit, user: Callable[..., str], outage: Office) -> None:
    outage.declare(register=NEW_SERVICE)
    visitor = visit()
    visitor.sign_in(user("integration_engineer"))
    page = visitor.go(f"{PAGE}/held")
    page.check("input[name=row]")
    page.click("text=Release the chosen")
    page.wait_for_selector("#going >> text=Stored 1; still held 0", timeout=60_000)
    assert outage.held() == {}


@pytest.mark.parametrize(
    ("language", "sources", "audit"),
    [("ru", "Источники", "Аудит"), ("kk", "Дереккөздер", "Аудит")],
)
def test_in_other_languages(
    visit: Visit, user: Callable[..., str], language: str, sources: str, audit: str
) -> None:
    visitor = visit(language=language)
    visitor.sign_in(user("auditor"))
    assert visitor.go("/sources").inner_text("h1") == sources
    assert visitor.go("/audit").inner_text("h1") == audit


def test_a_reason_outlives_the_session(
    visit: Visit, user: Callable[..., str], outage: Office
) -> None:
    visitor = visit()
    visitor.sign_in(user("integration_engineer"))
    page = visitor.go(PAGE)
    page.fill("textarea[name=reason]", "خطاب رقم 12 <b>")
    with outage.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM console_sessions")
    page.click("text=Accept it as it is now")
    page.fill("input[name=name]", "integration_engineer")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    assert page.inner_text("h1") == "Send it now?"
    page.click("main button")
    assert "As accepted" in page.inner_text("main")
    reasons = outage.rows("SELECT basis FROM audit_entries WHERE basis IS NOT NULL")
    assert [each.basis for each in reasons] == ["خطاب رقم 12 <b>"]
