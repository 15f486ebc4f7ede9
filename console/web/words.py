"""What templates say hundreds of times on a page, found once for each language.

Jinja's own `gettext` asks the catalog, wraps and fills in anew for every cell of a table.
"""

from collections.abc import Callable
from functools import lru_cache
from gettext import NullTranslations

from markupsafe import Markup

from console.web.labels import label

MOST = 5_000
"""Words that are kept of each language; codes that nobody knows are among them."""
Say = Callable[..., Markup]


def sayer(catalog: NullTranslations) -> Say:
    """`gettext` of templates in the new style: values are filled in by their names, and escaped."""

    @lru_cache(maxsize=MOST)
    def found(words: str) -> Markup:
        return Markup(catalog.gettext(words))

    @lru_cache(maxsize=MOST)
    def plain(words: str) -> Markup:
        return found(words) % {}

    def say(words: str, /, **values: object) -> Markup:
        return found(words) % values if values else plain(words)

    return say


def tagger(catalog: NullTranslations) -> Callable[[str, str], Markup]:
    """The tag of a code: its words in the tone that its table gives it; escaped."""

    @lru_cache(maxsize=MOST)
    def tag(table: str, code: str) -> Markup:
        words, tone = label(table, code)
        return Markup('<span class="tag {}">{}</span>').format(tone, catalog.gettext(words))

    return tag
