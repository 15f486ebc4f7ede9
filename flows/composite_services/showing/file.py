"""One composite application for a person to read: masked, and an entry in the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from flows.composite_services.loading import Loaded, in_language, read
from flows.composite_services.showing.next_words import Next, Words, next_of
from flows.composite_services.showing.rows import applicant, names_of_offices, parts
from models import trail
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.masking import Masker

File = dict[str, Any]


def file_of(
    connection: Connection,
    environment: Environment,
    application: int,
    *,
    actor: str,
    basis: str,
    language: str | None = None,
    unmasked: bool = False,
) -> File:
    """Everything known of the application; the reading commits with the caller.

    `application`, `next` (what happens, who has it, by when), `steps` with results and refusals,
    `history`, `cases`, `attempts` and `call_backs` with the digests of what was sent and came.
    In the applicant's language where none is given. Identifiers of persons are masked, and what
    the form says is left out, unless `unmasked`.

    Raises:
        ConfigurationError: there is no basis.
    """
    if not basis.strip():
        raise ConfigurationError(
            "Reading an application",
            "the basis is empty",
            'Give --basis "…": what entitles you to read it, for example a complaint\'s number',
        )
    loaded = read(connection, [application])[application]
    number = loaded.row["number"]
    words = Words(environment, names_of_offices(connection), language or loaded.row["language"])
    masker = Masker(environment.settings.identifiers)
    rows = parts(connection, application)
    file: File = {
        "application": _head(loaded, applicant(connection, application), words.language),
        "next": _next(loaded, words, rows["cases"]),
        "steps": [_step(loaded, name, words) for name in loaded.steps],
        **rows,
    }
    trail.record(
        connection,
        actor=actor,
        action="application.read_unmasked" if unmasked else "application.read",
        subject=f"application tereze {number}",
        basis=masker.mask(basis),
        details={},
    )
    return file | {"form": loaded.row["data"]} if unmasked else shown(file, masker, number)


def _head(loaded: Loaded, who: dict[str, Any], language: str) -> File:
    row, definition = loaded.row, loaded.definition
    return {
        "number": row["number"],
        "service": in_language(definition.names, language),
        "composite": f"{row['composite']} (version {row['version']})",
        "state": row["state"],
        "outcome": row["outcome"],
        "sentence": row["sentence"],
        "applicant": who["applicant"],
        "origin": who["origin"],
        "office": row["office"],
        "channel": row["channel"],
        "received_at": row["received_at"],
        "cancelled_at": row["undo_from"],
        "ended_at": who["ended_at"],
    }


def _next(loaded: Loaded, words: Words, cases: list[File]) -> list[File]:
    open_ = {case["step"]: case for case in cases if case["state"] == "open"}
    found = [(name, next_of(loaded, name, words, open_)) for name in loaded.steps]
    return [_told(loaded, name, each, words) for name, each in found if each is not None]


def _told(loaded: Loaded, name: str, each: Next, words: Words) -> File:
    step = in_language(loaded.step(name).names, words.language)
    return {"step": step, "what": each.sentence, "who": each.has_it, "due_at": each.due_at}


def _step(loaded: Loaded, name: str, words: Words) -> File:
    row, step = loaded.steps[name], loaded.step(name)
    means = getattr(step, "refusal_means", None)
    if row["state"] != "refused":
        means = None
    return {
        "step": name,
        "name": in_language(step.names, words.language),
        "state": row["state"],
        "sentence": row["sentence"],
        "who": words.body(row["system"]),
        "due_at": row["due_at"],
        "ended_at": row["ended_at"],
        "reference": row["reference"],
        "result": row["result"],
        "refusal": row["refusal"],
        "refusal_means": in_language(means, words.language) if means else None,
    }


def shown(value: Any, masker: Masker, number: str) -> Any:
    """The value with identifiers of persons masked wherever they stand."""
    if isinstance(value, dict):
        return {key: shown(each, masker, number) for key, each in value.items()}
    if isinstance(value, list):
        return [shown(each, masker, number) for each in value]
    return masker.mask(value, keep={number}) if isinstance(value, str) else value


def moments(value: Any, zone: Any) -> Any:
    """The value with moments local to a zone."""
    if isinstance(value, dict):
        return {key: moments(each, zone) for key, each in value.items()}
    if isinstance(value, list):
        return [moments(each, zone) for each in value]
    return value.astimezone(zone) if isinstance(value, datetime) else value
