"""Cases for people to read: a list without personal data, and one with all that belongs to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.composite_services.assistance.following import ALLOWED
from flows.composite_services.assistance.stated import fields_of
from flows.composite_services.letters.text import letter_of
from flows.composite_services.loading import Loaded, in_language, read
from flows.composite_services.showing.file import shown as masked
from models import trail
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.masking import Masker

LAST = 5
"""So many of the step's last attempts are shown."""

_LIST = """
    SELECT c.id, a.number, a.composite, c.step, c.kind, c.office, c.state, c.due_at,
           c.state = 'open' AND c.due_at < :moment AS overdue, c.missing, c.todo, c.how
    FROM assistance_cases c JOIN composite_applications a ON a.id = c.application
    WHERE (:every OR c.state = 'open') AND (CAST(:office AS text) IS NULL OR c.office = :office)
    ORDER BY c.state = 'open' DESC, c.due_at, c.id LIMIT :most
"""
_CASE = """
    SELECT id, application, step, kind, office, reason, missing, todo, state, how, resolution,
           answers, resolved_by, opened_at, due_at, resolved_at
    FROM assistance_cases WHERE id = :case
"""
_ATTEMPTS = f"""
    SELECT does, system, began_at, ended_at, outcome, code, sentence, asked, asked_sha256,
           answered, answered_sha256
    FROM composite_attempts WHERE application = :application AND step = :step
    ORDER BY id DESC LIMIT {LAST}
"""
_CALL_BACKS = f"""
    SELECT received_at, outcome, sentence, body, body_sha256 FROM composite_call_backs
    WHERE application = :application AND step = :step ORDER BY id DESC LIMIT {LAST}
"""


def listed(
    connection: Connection,
    moment: datetime,
    *,
    office: str | None = None,
    every: bool = False,
    most: int = 1000,
) -> list[dict[str, Any]]:
    """The open cases, those due first; closed ones too with `every`. No personal data."""
    values = {"moment": moment, "office": office, "every": every, "most": most}
    return [dict(row) for row in connection.execute(text(_LIST), values).mappings()]


def shown(
    connection: Connection,
    environment: Environment,
    case: int,
    *,
    actor: str,
    basis: str,
    unmasked: bool = False,
) -> dict[str, Any]:
    """One case with its step's results, attempts and call-backs; an audited reading.

    `allowed` are the words that resolve it, `asked_for` the fields that `done` needs, `letter`
    the text of an undo by letter. Identifiers of persons are masked unless `unmasked`.

    Raises:
        ConfigurationError: no such case, or no basis.
    """
    row = _found(connection, case, basis)
    loaded = read(connection, [row["application"]])[row["application"]]
    language = environment.settings.languages[0]
    step = {"application": row["application"], "step": row["step"]}
    masker = Masker(environment.settings.identifiers)
    number = loaded.row["number"]
    file = {
        "case": _case(row, loaded, language),
        "allowed": list(ALLOWED[row["kind"]]) if row["state"] == "open" else [],
        "asked_for": _asked_for(loaded, row, language),
        "letter": _letter(loaded, row, language),
        "results": {name: each["result"] for name, each in loaded.steps.items() if each["result"]},
        "attempts": _rows(connection, _ATTEMPTS, step),
        "call_backs": _rows(connection, _CALL_BACKS, step),
    }
    trail.record(
        connection,
        actor=actor,
        action="assistance.read_unmasked" if unmasked else "assistance.read",
        subject=f"application tereze {number}",
        basis=masker.mask(basis),
        details={"case": case},
    )
    return file if unmasked else dict(masked(file, masker, number))


def _found(connection: Connection, case: int, basis: str) -> dict[str, Any]:
    row = connection.execute(text(_CASE), {"case": case}).mappings().one_or_none()
    if row is None:
        found, right = "there is no such case", "`tereze assistance list` has the open ones"
    elif not basis.strip():
        found, right = "the basis is empty", 'Give --basis "…": what entitles you to read it'
    else:
        return dict(row)
    raise ConfigurationError(f"Reading the case {case}", found, right)


def _case(row: dict[str, Any], loaded: Loaded, language: str) -> dict[str, Any]:
    return {
        "id": row["id"],
        "number": loaded.row["number"],
        "service": in_language(loaded.definition.names, language),
        "step_name": in_language(loaded.step(row["step"]).names, language),
        "applicant_speaks": loaded.row["language"],
        **{name: value for name, value in row.items() if name not in ("id", "application")},
        "refusal": loaded.steps[row["step"]]["refusal"],
    }


def _asked_for(loaded: Loaded, row: dict[str, Any], language: str) -> list[dict[str, Any]]:
    if row["state"] != "open" or row["kind"] in ("letter", "incident"):
        return []
    return [
        {
            "name": each.name,
            "label": each.labels.get(language, each.name),
            "type": each.type,
            "required": each.required,
            "choices": sorted(each.choices or ()),
        }
        for each in fields_of(loaded.definition, row["step"], language)
    ]


def _letter(loaded: Loaded, row: dict[str, Any], language: str) -> dict[str, str] | None:
    if row["kind"] != "letter":
        return None
    letter = letter_of(loaded, row["step"], language)
    return {"to": letter.to, "text": letter.text}


def _rows(connection: Connection, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), values).mappings()]
