"""The pictures of the console: each is shown, none is missing, and together they are small."""

import re

from console.pictures.album import WIDTHS
from console.web.navigation import PLACES
from tests.docs.markdown import DOCS

PAGE, FOLDER = DOCS / "console-pictures.md", DOCS / "pictures" / "console"
MOST = 4_000_000
"""Bytes of them all: they are in the repository, and taken anew now and then."""


def test_every_picture_is_shown_and_there() -> None:
    shown = re.findall(r'src="pictures/console/([^"]+)"', PAGE.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(file.name for file in FOLDER.iterdir())
    assert len(shown) == len(set(shown))
    windows = {name.rpartition("-")[2] for name in shown}
    assert windows == {f"{window}.webp" for window in WIDTHS}


def test_every_place_of_the_navigation_has_one() -> None:
    routes = set(re.findall(r"^`(/\S*)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {place.path for place in PLACES} <= routes


def test_they_are_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < MOST
