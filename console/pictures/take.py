"""Takes a picture of every page of a running console, for the docs."""

import time
from datetime import UTC, datetime
from pathlib import Path

import requests
from sqlalchemy import Engine

from console.pictures.album import Shot, slug, write
from console.pictures.camera import WINDOWS, Camera, chromium
from console.pictures.walk import Map, Visited, walk
from console.printing import out
from console.web.access import sessions, users
from console.web.access.guard import COOKIE
from models.environment.console import SignIn
from models.errors import CouldNotRun

VISITOR = users.NewUser(
    "visitor",
    "A visitor with every role",
    ["integration_engineer", "on_call", "office_staff", "region", "reviewer", "auditor"],
)
SIGN_IN = "/sign-in"
UP_WITHIN = 30.0
"""Seconds for the console to answer."""


def take_pictures(engine: Engine, base: str, folder: Path, page: Path) -> int:
    """Walk through the console at `base`, keep pictures in `folder`, and write the page of docs.

    Answers how many pages there are.

    Raises:
        CouldNotRun: there is no browser, or a page of the console does not work; there are
            pictures of the others.
    """
    _wait_for(base)
    folder.mkdir(parents=True, exist_ok=True)
    cookie = _sign_in(engine)
    http = requests.Session()
    http.cookies.set(COOKIE, cookie)
    http.headers["Accept-Language"] = "en"
    with http:
        pages = [each for each in walk(http, base, Map()) if each.document is not None]
    well = [each for each in pages if each.status < 400]
    shots = _shoot(base, folder, cookie, _in_order(well))
    write(page, folder, shots)
    broken = [f"{each.address} answers {each.status}" for each in pages if each not in well]
    if broken:
        raise CouldNotRun(
            "Taking pictures", "; ".join(broken), "Open these pages, and read the log of `web`"
        )
    return len(shots)


def _in_order(pages: list[Visited]) -> list[Visited]:
    """Each route once, in the order of the navigation, lists before what they lead to."""
    once = {each.template: each for each in pages}
    first = {f"/{name.split('/')[1]}": place for place, name in reversed(list(enumerate(once)))}
    return sorted(once.values(), key=lambda each: first[f"/{each.template.split('/')[1]}"])


def _shoot(base: str, folder: Path, cookie: str, pages: list[Visited]) -> list[Shot]:
    shots = {SIGN_IN: Shot("Sign in", SIGN_IN, {})}
    shots |= {each.template: Shot(each.title, each.template, {}) for each in pages}
    with chromium() as browser:
        for window, size in WINDOWS.items():
            name = f"{slug(SIGN_IN)}-{window}.webp"
            Camera(browser, base, size, {}).take(SIGN_IN, folder / name)
            shots[SIGN_IN].files[window] = name
            camera = Camera(browser, base, size, {COOKIE: cookie})
            for each in pages:
                name = f"{slug(each.template)}-{window}.webp"
                camera.take(each.address, folder / name)
                shots[each.template].files[window] = name
    out.print(f"  {len(shots)} pages in {len(WINDOWS)} windows are in {folder}", markup=False)
    return list(shots.values())


def _sign_in(engine: Engine) -> str:
    with engine.begin() as connection:
        users.put(connection, VISITOR, password=None, actor="flow:pictures")
        return sessions.begin(connection, VISITOR.name, SignIn(), datetime.now(UTC))


def _wait_for(base: str) -> None:
    until = time.monotonic() + UP_WITHIN
    while True:
        try:
            requests.get(f"{base}/healthz", timeout=5).raise_for_status()
        except requests.RequestException as error:
            if time.monotonic() > until:
                raise CouldNotRun(
                    "Taking pictures", f"{base} does not answer: {error}", "Read its log"
                ) from error
            time.sleep(0.2)
        else:
            return
