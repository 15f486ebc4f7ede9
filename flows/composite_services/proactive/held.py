"""Life events that have consent and could not start by themselves: held for a named office.

The office asks the person for what is missing and starts the application, or sets the event
aside; until then it is listed, and past its term it is an alert.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.composite_services.intake.start import Started, start
from flows.composite_services.mapping import Misfit
from flows.composite_services.proactive.reading import (
    by_event,
    consent_of,
    form_of,
    lacking,
    language_of,
)
from flows.composite_services.proactive.start import origin_of
from flows.composite_services.words import said
from models import trail
from models.environment.composites import Composite
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.masking import Masker

HELD = ("form_lacks", "details_misfit", "could_not_start")
"""Why an event is held: all that the law needs is there, and something else is missing."""
_EVENT = """
    SELECT system, event, kind, person, happened_at, details, started, reason, sentence
    FROM life_events WHERE system = :system AND event = :event
"""
_STARTED = """
    UPDATE life_events SET looked_at = :moment, started = :started, reason = NULL, sentence = NULL
    WHERE system = :system AND event = :event
"""
_ASIDE = """
    UPDATE life_events SET looked_at = :moment, reason = 'set_aside', sentence = :sentence
    WHERE system = :system AND event = :event
"""


@dataclass(frozen=True)
class Named:
    """An event, as the body that told of it numbers it."""

    system: str
    event: str

    def __str__(self) -> str:
        return f"{self.system}/{self.event}"


@dataclass(frozen=True)
class Found:
    """A held event that is locked, with the service that it starts."""

    name: Named
    row: dict[str, Any]
    composite: Composite


def found(connection: Connection, environment: Environment, name: Named, doing: str) -> Found:
    """The held event, locked until the end of the transaction.

    Raises:
        ConfigurationError: there is none, it has started an application, it starts nothing, or
            it is not held.
    """
    values = {"system": name.system, "event": name.event}
    row = connection.execute(text(f"{_EVENT} FOR UPDATE"), values).mappings().one_or_none()
    listed = "`tereze life-events list` has those that wait"
    if row is None:
        raise ConfigurationError(f"{doing} {name}", "there is no such event", listed)
    if row["started"] is not None:
        shows = f"`tereze application show {row['started']}` tells how it stands"
        raise ConfigurationError(f"{doing} {name}", f"it has started {row['started']}", shows)
    composite = by_event(environment).get(row["kind"])
    if composite is None or row["reason"] not in HELD:
        why = row["sentence"] or "it starts nothing, or has not been looked at yet"
        raise ConfigurationError(f"{doing} {name}", why, listed)
    return Found(name, dict(row), composite)


def start_held(
    connection: Connection,
    environment: Environment,
    name: Named,
    *,
    answers: Mapping[str, Any],
    actor: str,
    moment: datetime,
    office: str | None = None,
    region: str | None = None,
) -> Started:
    """Start the application of a held event, with what the office has asked the person for.

    `answers` are fields of the form; they count before what the body told. The application is one
    of the office that asked, and of its region.

    Raises:
        ConfigurationError: it is not held, or consent or telephone number are not on record; no
            such office or region.
        NotAccepted: the form still lacks something, or something in it is wrong.
    """
    doing = "Starting the application of"
    held = found(connection, environment, name, doing)
    consent = consent_of(connection, held.row["person"], moment)
    reason = lacking(consent, moment)
    if consent is None or reason is not None:
        why = said(f"proactive_{reason}", environment.settings.languages[0])
        raise ConfigurationError(f"{doing} {name}", why, "The law asks for it; or set it aside")
    try:
        mapped = form_of(environment, held.composite, held.row, consent, known=answers)
    except Misfit as misfit:
        next_step = "Have the body correct it; or use `tereze apply`, and set this aside"
        raise ConfigurationError(f"{doing} {name}", misfit.difference, next_step) from misfit
    begun = start(
        connection,
        environment,
        held.composite.composite,
        {**mapped, **answers},
        actor=actor,
        language=language_of(environment, consent["language"]),
        origin=origin_of(held.row),
        moment=moment,
        office=office,
        region=region,
    )
    values = {**vars(name), "moment": moment, "started": begun.number}
    connection.execute(text(_STARTED), values)
    return begun


def set_aside(
    connection: Connection,
    environment: Environment,
    name: Named,
    *,
    resolution: str,
    actor: str,
    moment: datetime,
) -> None:
    """Nothing is to be started for the event; the audit trail keeps who said so, and why.

    Raises:
        ConfigurationError: it is not held, or `resolution` is empty.
    """
    doing = "Setting aside"
    held = found(connection, environment, name, doing)
    if not resolution.strip():
        why = "nothing says why"
        raise ConfigurationError(f"{doing} {name}", why, 'Give --resolution "…"')
    sentence = said("proactive_set_aside", environment.settings.languages[0])
    connection.execute(text(_ASIDE), {**vars(name), "moment": moment, "sentence": sentence})
    trail.record(
        connection,
        actor=actor,
        action="life_event.set_aside",
        subject=f"life event {name}",
        basis=Masker(environment.settings.identifiers).mask(resolution),
        details={"was": held.row["reason"]},
    )
