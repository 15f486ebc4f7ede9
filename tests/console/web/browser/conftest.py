"""A real browser on the real console: Debian's Chromium, driven by playwright, judged by axe."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from console.web.access.rights import BOUNDED
from console.web.access.users import NewUser, put
from models.database import Database
from models.environment.console import Role
from tests.console.web.conftest import BOUND, Web

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PASSWORD = "a-long-password-of-nobody"
PATIENCE = 60_000
"""Milliseconds that a page may take here: a slow machine is no fault of the console."""
SERIOUS = {"serious", "critical"}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 800}


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser, started once; skipped where the machine has none.

    Not for the whole session: while playwright is open, its event loop runs in this thread, and
    no other test could run one.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no chromium on PATH; Debian's package `chromium` brings one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=ARGUMENTS, timeout=3 * PATIENCE
        )
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody at a browser."""

    page: Page
    address: str

    def go(self, path: str) -> Page:
        """Open a page of the console."""
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, name: str, password: str = PASSWORD) -> Page:
        """Sign in by the form."""
        self.go("/sign-in")
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", password)
        self.page.click("main button")
        return self.page

    def accessible(self) -> None:
        """Fail where axe finds something serious on the page that is shown."""
        found = Axe().run(self.page).response["violations"]
        grave = [_told(each) for each in found if each["impact"] in SERIOUS]
        assert not grave, "\n".join(grave)

    def fits(self) -> None:
        """Fail where the page is wider than the window."""
        beside = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert beside <= 0, f"{self.page.url} is wider than the window"

    def examine(self, paths: Iterable[str]) -> None:
        """Fail where one of the pages, wide or narrow, does not fit or is not accessible."""
        for path in paths:
            self.go(path)
            self.examine_shown()

    def examine_shown(self) -> None:
        """The same of the page that is shown."""
        assert self.page.locator("h1").count() == 1, self.page.url
        for window in (NARROW, WIDE):
            # It is typed as a structure of its own, which a plain dict has the shape of.
            self.page.set_viewport_size(window)  # type: ignore[arg-type]  # a plain dict will do
            self.accessible()
            self.fits()

    def picture(self, file: Path) -> None:
        """Keep what is seen."""
        self.page.screenshot(path=file, full_page=True)


def _told(violation: dict[str, Any]) -> str:
    where = ", ".join(str(node["target"]) for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['help']}): {where}"


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Browser, web: Web) -> Iterator[Visit]:
    """Makes visitors: `visit(window=NARROW, scripts=False, language="kk")`."""
    contexts = []

    def made(window: dict[str, int] = WIDE, scripts: bool = True, language: str = "en") -> Visitor:
        context = chromium.new_context(
            viewport=window,  # type: ignore[arg-type]  # a dict has the keys of ViewportSize
            java_script_enabled=scripts,
            locale=language,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return Visitor(context.new_page(), web.address)

    yield made
    for context in contexts:
        context.close()


@pytest.fixture
def user(synced: Database) -> Callable[..., str]:
    """Makes a user of one role, who has a password of their own already; answers the name."""

    def made(role: Role, region: str | None = None, office: str | None = None) -> str:
        engine = synced.engine()
        with engine.begin() as connection:
            here = region or (BOUND if role in BOUNDED else None)
            new = NewUser(role, role.replace("_", " ").title(), [role], here, office)
            put(connection, new, password=PASSWORD, actor="test")
            connection.exec_driver_sql("UPDATE console_users SET must_change = false")
        engine.dispose()
        return role

    return made
