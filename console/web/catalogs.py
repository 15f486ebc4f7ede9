"""`python -m console.web.catalogs [AREA]`: bring the catalogs in line with the words in the pages.

Each area of the console has a catalog of its own in each language: the words of
`templates/AREA/`, `templates/AREA.html` and `pages/AREA.py`; the rest is `console`. What is new
stands empty, what is gone is removed; a test fails while words are missing.
"""

import sys
from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from pathlib import Path, PurePath

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from console.web.language import CATALOGS

HERE = Path(__file__).parent
REST = "console"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "say": None}


def languages() -> list[str]:
    """The languages that there are catalogs in."""
    return sorted(folder.name for folder in CATALOGS.iterdir())


def words() -> dict[str, Catalog]:
    """The words of the console's pages by area; what stands in two areas belongs to the rest."""
    areas: dict[object, set[str]] = {}
    found = list(_found())
    for area, message in found:
        areas.setdefault(message, set()).add(area)
    catalogs: dict[str, Catalog] = {}
    for area, message in found:
        owner = area if len(areas[message]) == 1 else REST
        catalogs.setdefault(owner, Catalog()).add(message)
    return catalogs


def _found() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    extracted = extract_from_dir(HERE, METHODS, options_map=OPTIONS, keywords=KEYWORDS)
    for file, _line, message, _comments, _context in extracted:
        yield area_of(PurePath(file)), message


def area_of(file: PurePath) -> str:
    """The area that a file of the console belongs to."""
    if file.parts[0] in ("templates", "pages") and len(file.parts) > 1:
        return PurePath(file.parts[1]).stem if file.parts[1] not in SHARED else REST
    return REST


SHARED = {path.name for path in (HERE / "templates").glob("*.html")} - {
    f"{path.stem}.html" for path in (HERE / "pages").iterdir()
}
"""Templates of no area of their own."""


def known(language: str, area: str) -> Catalog:
    """The catalog of an area as it stands."""
    file = CATALOGS / language / f"{area}.po"
    with file.open("rb") if file.is_file() else BytesIO() as stream:
        return read_po(stream, locale=language)


def write(language: str, area: str, catalog: Catalog) -> None:
    """Write a catalog without what changes from one writing to the next."""
    catalog.project, catalog.header_comment = "Tereze", "# Words of the console."
    catalog.fuzzy = False
    with (CATALOGS / language / f"{area}.po").open("wb") as stream:
        write_po(stream, catalog, no_location=True, sort_output=True, width=0)


def spoken(language: str) -> Catalog:
    """All words of a language, whichever catalog they stand in."""
    said = Catalog()
    for file in (CATALOGS / language).glob("*.po"):
        for message in known(language, file.stem):
            if message.id and message.string:
                said[message.id] = message
    return said


def fill(catalog: Catalog, said: Catalog) -> None:
    """Put what is said elsewhere where nothing is said yet."""
    for message in catalog:
        elsewhere = said.get(message.id) if message.id and not message.string else None
        if elsewhere is not None:
            message.string = elsewhere.string


def renew(language: str, area: str, fresh: Catalog, said: Catalog) -> int:
    """Rewrite a catalog; answers how many words are still missing.

    Words that came to it from another catalog are not said anew: `said` has them.
    """
    catalog = known(language, area)
    # A copy: what is new in the catalog is otherwise the very message that the next language gets.
    catalog.update(deepcopy(fresh), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    fill(catalog, said)
    write(language, area, catalog)
    return sum(1 for message in catalog if message.id and not message.string)


if __name__ == "__main__":
    before = {each: spoken(each) for each in languages()}
    for named, fresh_words in sorted(words().items()):
        if sys.argv[1:] in ([], [named]):
            for each in languages():
                print(f"{each} {named}: {renew(each, named, fresh_words, before[each])} missing")
