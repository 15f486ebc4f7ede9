"""Today and Quality in a browser: on a wide and a narrow window, with and without scripts."""

from collections.abc import Callable

import pytest

from tests.console.web.browser.conftest import Visit
from tests.console.web.country import applied, country
from tests.flows.failures.waiting.outage import OTHER, Outage

PATHS = ("/", "/quality", "/quality/services", "/quality/causes", "/quality/scorecard",
         "/quality/scorecard/JUSTICE")  # fmt: skip


@pytest.fixture
def land(outage: Outage) -> Outage:
    """Two of three regions have their place on the map."""
    country(outage)
    outage.environment.console.map.update({"71": (2, 1), "75": (3, 2)})
    applied(outage, 20, "71", "on_time", service=OTHER)
    applied(outage, 20, "75", "on_time", service=OTHER, channel="state_corporation")
    outage.found("gateway", "06-02 10:00")
    return outage


@pytest.mark.usefixtures("land")
def test_every_page_is_accessible(visit: Visit, user: Callable[..., str]) -> None:
    visitor = visit()
    visitor.sign_in(user("auditor"))
    visitor.examine(PATHS)


@pytest.mark.usefixtures("land")
def test_a_chart_is_drawn_from_its_table(visit: Visit, user: Callable[..., str]) -> None:
    visitor = visit()
    said: list[str] = []
    visitor.page.on("console", lambda message: said.append(message.text))
    visitor.page.on("pageerror", lambda error: said.append(str(error)))
    visitor.sign_in(user("auditor"))
    for path in ("/quality", "/quality/scorecard/JUSTICE"):
        page = visitor.go(path)
        page.wait_for_selector(".chart .main-svg")
        assert page.locator(".chart").is_visible()
    assert page.locator(".chart .trace").count() == 2
    # Plotly tries styles in the page here and there; the policy refuses them, and nothing is lost.
    assert [each for each in said if not each.startswith("Applying inline style")] == []


@pytest.mark.usefixtures("land")
def test_without_scripts_the_tables_are_there(visit: Visit, user: Callable[..., str]) -> None:
    visitor = visit(scripts=False)
    visitor.sign_in(user("auditor"))
    page = visitor.go("/quality")
    assert not page.locator(".chart").is_visible()
    assert "97.5%" in page.inner_text("#regions")
    page.click("text=An allowance")
    assert "Only An allowance" in page.inner_text("main")
    page.click("nav.pages >> text=Today")
    page.click("text=All the time")
    assert page.url.endswith("/?period=all")


@pytest.mark.usefixtures("land")
def test_tiles_stand_on_the_map(visit: Visit, user: Callable[..., str]) -> None:
    visitor = visit()
    page = visitor.sign_in(user("auditor"))
    tile = ".map .tile:has-text('{}')"
    astana, almaty = (page.locator(tile.format(name)) for name in ("Astana", "Almaty"))
    first, second = astana.bounding_box(), almaty.bounding_box()
    assert first is not None
    assert second is not None
    assert first["x"] < second["x"]
    assert first["y"] < second["y"]
    assert page.locator(".rows .tile").count() == 2  # one without a place, and those of no region


@pytest.mark.usefixtures("land")
@pytest.mark.parametrize(
    ("language", "today", "quality"),
    [("ru", "Сегодня", "Качество по регионам"), ("kk", "Бүгін", "Өңірлер бойынша сапа")],
)
def test_in_other_languages(
    visit: Visit, user: Callable[..., str], language: str, today: str, quality: str
) -> None:
    visitor = visit(language=language)
    visitor.sign_in(user("auditor"))
    assert visitor.page.inner_text("h1") == today
    assert visitor.go("/quality").inner_text("h1") == quality
