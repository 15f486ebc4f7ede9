"""`python -m console.web.catalogs`: bring the catalogs in line with the words in the pages.

What is new stands empty at the end of each `.po` file, what is gone is removed; a test fails while
words are missing.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from console.web.language import CATALOGS

HERE = Path(__file__).parent
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "say": None}


def words() -> Catalog:
    """All words of the console's pages."""
    found = Catalog()
    options = {"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
    for file, line, message, comments, context in extract_from_dir(
        HERE, METHODS, options_map=options, keywords=KEYWORDS
    ):
        found.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return found


def known(language: str) -> Catalog:
    """The catalog of a language as it stands."""
    file = CATALOGS / f"{language}.po"
    with file.open("rb") if file.is_file() else BytesIO() as stream:
        return read_po(stream, locale=language)


def renew(language: str) -> int:
    """Rewrite a catalog; answers how many words are still missing."""
    catalog = known(language)
    catalog.update(words(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.project, catalog.header_comment, catalog.fuzzy = (
        "Tereze",
        "# Words of the console.",
        False,
    )
    with (CATALOGS / f"{language}.po").open("wb") as stream:
        write_po(stream, catalog, no_location=True, sort_output=True, width=0)
    return sum(1 for message in catalog if message.id and not message.string)


if __name__ == "__main__":
    for file in sorted(CATALOGS.glob("*.po")):
        print(f"{file.stem}: {renew(file.stem)} missing")
