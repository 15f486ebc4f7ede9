"""Pictures of pages by Chromium, as small WebP files; playwright is needed for development only."""

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from models.errors import CouldNotRun

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 800}
WINDOWS = {"wide": WIDE, "narrow": NARROW}
HIGHEST = 1_400
"""Pixels of a page that a picture shows at most."""
QUALITY = 45
"""Of WebP's hundred: text stays sharp."""
DRAWN_WITHIN = 5_000
"""Milliseconds for charts to be drawn."""
_DRAWN = """() => [...document.querySelectorAll('.chart[data-table]')].every(
    (each) => each.hidden || each.querySelector('svg'))"""


def program() -> str | None:
    """The browser's program on this machine."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, started.

    Raises:
        CouldNotRun: there is none on this machine.
    """
    found = program()
    if found is None:
        raise CouldNotRun(
            "Taking pictures",
            "there is no chromium on PATH",
            "Install it; Debian's package is called chromium",
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Camera:
    """One window of one person, open for many pictures."""

    def __init__(
        self, browser: Browser, base: str, window: dict[str, int], cookies: dict[str, str]
    ) -> None:
        self._base = base
        self._window = window
        context = browser.new_context(
            viewport=window,  # type: ignore[arg-type]  # a dict has the keys of ViewportSize
            locale="en",
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": n, "value": v, "url": base} for n, v in cookies.items()])
        self._page: Page = context.new_page()
        self._tools: CDPSession = context.new_cdp_session(self._page)

    def take(self, address: str, file: Path) -> None:
        """Open the page and keep what is seen of it, its whole length up to `HIGHEST`."""
        self._page.goto(self._base + address, wait_until="load", timeout=60_000)
        self._page.wait_for_function(_DRAWN, timeout=DRAWN_WITHIN)
        height = self._page.evaluate("document.documentElement.scrollHeight")
        clip: dict[str, Any] = {
            **{"x": 0, "y": 0, "scale": 1},
            "width": self._window["width"],
            "height": min(HIGHEST, max(int(height), 300)),
        }
        taken = self._tools.send(
            "Page.captureScreenshot",
            {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True},
        )
        file.write_bytes(base64.b64decode(taken["data"]))
