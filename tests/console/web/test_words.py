"""Words of templates: found once, filled in and escaped as Jinja's own are."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment

from console.web.labels import TABLES
from console.web.language import Speaker, translations
from console.web.words import sayer, tagger

TEMPLATES = (
    "{{ _('Today') }}",
    "{% trans %}Today{% endtrans %}",
    "{{ _('%(n)s of them are still open', n='<b>') }}",
    "{% trans n=who %}{{ n }} – 100 %{% endtrans %}",
    "{{ _('never said before') }}",
)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_they_are_what_jinja_says(language: str, template: str) -> None:
    plain, quick = (Environment(autoescape=True, extensions=["jinja2.ext.i18n"]) for _ in range(2))
    for made in (plain, quick):
        made.install_gettext_translations(  # type: ignore[attr-defined]  # added by the extension
            translations(language), newstyle=True
        )
    say = sayer(translations(language))
    quick.globals.update(_=say, gettext=say)
    values = {"who": "<script>"}
    expected = plain.from_string(template).render(values)
    for _ in range(2):  # the second time from what was kept
        assert quick.from_string(template).render(values) == expected


def test_the_tag_of_a_code_says_its_words_and_escapes_what_nobody_knows() -> None:
    tag = tagger(translations("ru"))
    assert tag("severity", "critical") == '<span class="tag bad">Критично</span>'
    for _ in range(2):
        assert tag("severity", "<i>") == '<span class="tag calm">&lt;i&gt;</span>'
    assert set(TABLES["severity"]) == {"critical", "warning", "info"}


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        (timedelta(seconds=-42), "42 seconds ago"),
        (timedelta(minutes=-7, seconds=-3), "7 minutes ago"),
        (timedelta(hours=-5, minutes=-2), "5 hours ago"),
        (timedelta(days=-30), "1 month ago"),
        (timedelta(hours=3), "in 3 hours"),
    ],
)
def test_how_long_ago_something_was(apart: timedelta, said: str) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert Speaker("en", ZoneInfo("UTC")).ago(now + apart, now) == said
