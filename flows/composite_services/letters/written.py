"""A letter as it is sent: to whom, from whom, about which application."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text

from flows.composite_services.letters.text import letter_of
from flows.composite_services.loading import in_language, read
from flows.composite_services.words import said
from models import trail
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.masking import Masker

_CASE = "SELECT application, step, kind, office, due_at FROM assistance_cases WHERE id = :case"
_NAMED = """
    SELECT code, names, contact FROM organisations WHERE code = ANY(:codes)
    UNION ALL SELECT code, names, NULL FROM offices WHERE code = ANY(:codes)
"""


@dataclass(frozen=True)
class Written:
    """The whole letter; `contact` is null where the register has none of the organisation."""

    case: int
    number: str
    to: str
    contact: str | None
    text: str


def write(
    connection: Connection, environment: Environment, case: int, *, actor: str, basis: str
) -> Written:
    """The letter of an undo by letter, addressed to the organisation; an audited reading.

    Raises:
        ConfigurationError: no such case, it is not about a letter, or there is no basis.
    """
    row = _case(connection, case, basis)
    loaded = read(connection, [row.application])[row.application]
    language = environment.settings.languages[0]
    letter = letter_of(loaded, row.step, language)
    known = _known(connection, [letter.to, row.office])
    trail.record(
        connection,
        actor=actor,
        action="assistance.letter_written",
        subject=f"application tereze {loaded.row['number']}",
        basis=Masker(environment.settings.identifiers).mask(basis),
        details={"case": case, "to": letter.to},
    )
    due = row.due_at.astimezone(ZoneInfo(environment.settings.timezone))
    values = {
        "to": _name(known, letter.to, language),
        "office": _name(known, row.office, language),
        "number": loaded.row["number"],
        "text": letter.text,
        "due": f"{due:%Y-%m-%d}",
    }
    contact = known.get(letter.to, {}).get("contact")
    words = said("letter", language, contact=contact or "—", **values)
    return Written(case, loaded.row["number"], letter.to, contact, words)


def _case(connection: Connection, case: int, basis: str) -> Row[Any]:
    row = connection.execute(text(_CASE), {"case": case}).one_or_none()
    if row is None:
        found, right = "there is no such case", "`tereze assistance list` has the open ones"
    elif row.kind != "letter":
        found, right = f"it is of kind {row.kind}", "Only an undo by letter has a letter"
    elif not basis.strip():
        found, right = "the basis is empty", 'Give --basis "…": what entitles you to read it'
    else:
        return row
    raise ConfigurationError(f"Writing the letter of case {case}", found, right)


def _known(connection: Connection, codes: list[str]) -> dict[str, dict[str, Any]]:
    rows = connection.execute(text(_NAMED), {"codes": codes}).mappings()
    return {row["code"]: dict(row) for row in rows}


def _name(known: dict[str, dict[str, Any]], code: str, language: str) -> str:
    return in_language(known[code]["names"], language) if code in known else code
