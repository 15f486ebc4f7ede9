"""Sentences of findings, alerts, pulls and jobs in the reader's language, for templates.

What is not certain stays in English, and says so to screen readers; what people wrote in their own
script is left alone.
"""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from flows.speaking.catalogs import SOURCE
from flows.speaking.sentences import said

_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u024F]")
"""A letter of no Latin script."""


def sentence_sayer(language: str) -> Callable[[object], Markup]:
    """The filter `said` of a language: `{{ finding.sentence | said }}`; nothing for None."""

    def say(sentence: object) -> Markup:
        if not sentence:
            return Markup("")
        spoken = said(str(sentence), language)
        if spoken.language == language or _OTHER_SCRIPT.search(spoken.words):
            return escape(spoken.words)
        return Markup('<span lang="{}">{}</span>').format(SOURCE, spoken.words)

    return say
