"""What the office says beside the person's own form: how it came, from which region."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from console.web.access.rights import Person
from console.web.language import NAMES, Speaker
from console.web.pages.apply.filled import Filled
from console.web.site import Site

SELDOM = 60.0
"""Seconds for which the register's channels are kept."""
Channels = Mapping[str, Any]


def channels(site: Site) -> Channels:
    """The register's channels by code, those with a visit first."""
    engine = site.engine

    def read() -> Channels:
        with engine.begin() as connection:
            query = "SELECT code, names, digital FROM channels ORDER BY digital IS TRUE, code"
            return {row.code: row for row in connection.execute(text(query))}

    return site.shared.get("channels", read, SELDOM)[0]


def usual(site: Site, known: Channels) -> str:
    """The channel of a front office: that of the offices' rules, else the only one with a visit."""
    with_visit = [code for code, row in known.items() if not row.digital]
    rules = site.environment.settings.delays.hand_over
    ruled = [code for code in (rules.channels if rules else ()) if code in known]
    if ruled:
        return ruled[0]
    return with_visit[0] if len(with_visit) == 1 else ""


def languages(site: Site) -> list[tuple[str, str]]:
    """The languages that applicants are answered in."""
    return [(code, NAMES.get(code, code)) for code in site.environment.settings.languages]


def spoken(site: Site, speaker: Speaker) -> str:
    """The language that problems and names are said in: the reader's, if the environment has it."""
    known = site.environment.settings.languages
    return speaker.language if speaker.language in known else known[0]


def region_of(person: Person, filled: Filled) -> str | None:
    """The office's own region; only who has none says for which region it is."""
    return person.region or filled.region or None
