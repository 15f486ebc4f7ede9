"""Held life events for people to read: a list without personal data, and one as a whole."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.composite_services.intake.start import read_form
from flows.composite_services.loading import in_language
from flows.composite_services.mapping import Misfit
from flows.composite_services.proactive.held import HELD, Named, found
from flows.composite_services.proactive.reading import (
    by_event,
    consent_of,
    form_of,
    lacking,
    language_of,
)
from flows.composite_services.showing.file import shown as masked
from models import trail
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.masking import Masker

NEEDED = ("phone", "language")
"""What a form takes of a consent."""
WORKING_DAYS = 1
"""An office's term for a held event, as for a case of a step that says nothing else."""

# One that cannot be started is tried again each hour, so its term begins with the event itself.
EVENTS = f"""
    SELECT e.system, e.event, e.kind, e.happened_at, e.reason, e.sentence, d.closes_at AS due_at,
           coalesce(d.closes_at < :moment, false) AS overdue
    FROM life_events e
    LEFT JOIN LATERAL (
        SELECT ordinal FROM calendar_days
        WHERE calendar = :calendar AND working AND closes_at >=
            CASE e.reason WHEN 'could_not_start' THEN e.happened_at ELSE e.looked_at END
        ORDER BY day LIMIT 1
    ) AS first ON true
    LEFT JOIN calendar_days d ON d.calendar = :calendar AND d.working
         AND d.ordinal = first.ordinal + {WORKING_DAYS}
    WHERE e.kind = ANY(CAST(:kinds AS text[])) AND e.started IS NULL
      AND e.reason = ANY(CAST(:reasons AS text[]))
"""


def values_of(environment: Environment, moment: datetime) -> dict[str, Any]:
    """What `EVENTS` needs to find those that are held, as of the moment."""
    return {
        "moment": moment,
        "calendar": environment.settings.calendar,
        "kinds": sorted(by_event(environment)),
        "reasons": list(HELD),
    }


def listed(
    connection: Connection, environment: Environment, moment: datetime, *, most: int = 1000
) -> list[dict[str, Any]]:
    """The held events, those due first, with the service that they start; no personal data."""
    values = {**values_of(environment, moment), "most": most}
    query = f"{EVENTS} ORDER BY due_at, e.happened_at, e.system, e.event LIMIT :most"
    office, composites = environment.settings.composite_services.office, by_event(environment)
    return [
        {**row, "composite": composites[row["kind"]].composite, "office": office}
        for row in connection.execute(text(query), values).mappings()
    ]


def shown(
    connection: Connection,
    environment: Environment,
    name: Named,
    *,
    actor: str,
    basis: str,
    moment: datetime,
    unmasked: bool = False,
) -> dict[str, Any]:
    """One held event: what the body told, whom to call, and what is missing; an audited reading.

    `problems` are the fields that are missing or wrong, in the environment's first language.
    Identifiers of persons are masked unless `unmasked`.

    Raises:
        ConfigurationError: it is not held, or no basis.
    """
    if not basis.strip():
        why = "the basis is empty"
        right = 'Give --basis "…": what entitles you to read it'
        raise ConfigurationError(f"Reading the event {name}", why, right)
    held = found(connection, environment, name, "Reading")
    language = environment.settings.languages[0]
    consent = consent_of(connection, held.row["person"], moment)
    try:
        form = form_of(environment, held.composite, held.row, consent or dict.fromkeys(NEEDED))
        problems = read_form(environment, held.composite, form, language, moment).problems
    except Misfit as misfit:
        form, problems = {"difference": misfit.difference}, []
    file: dict[str, Any] = {
        "event": {
            **{key: held.row[key] for key in ("system", "event", "kind", "happened_at")},
            "service": in_language(held.composite.names, language),
            "sentence": held.row["sentence"],
            "person": held.row["person"],
            "lacks": lacking(consent, moment),
            "phone": consent and consent["phone"],
            "speaks": language_of(environment, consent["language"]) if consent else None,
        },
        "form": form,
        "problems": [{"field": each.field, "what": each.sentence} for each in problems],
    }
    masker = Masker(environment.settings.identifiers)
    trail.record(
        connection,
        actor=actor,
        action="life_event.read_unmasked" if unmasked else "life_event.read",
        subject=f"life event {name}",
        basis=masker.mask(basis),
        details={},
    )
    return file if unmasked else dict(masked(file, masker, name.event))
