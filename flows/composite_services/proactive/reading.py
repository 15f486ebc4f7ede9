"""What an event and a consent say: whether one may start, in which language, and the form."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from flows.composite_services.mapping import Misfit, value
from models.environment.composites import Composite
from models.environment.loader import Environment

# The newest word of a person counts, whichever body has it.
_CONSENT = """
    SELECT phone, language, given_at, withdrawn_at FROM consents
    WHERE person = :person AND given_at <= :moment
    ORDER BY greatest(given_at, withdrawn_at) DESC, given_at DESC LIMIT 1
"""


def by_event(environment: Environment) -> dict[str, Composite]:
    """The composite services that a life event starts, by the event's kind."""
    return {
        each.proactive.event: each
        for each in environment.composites.values()
        if each.proactive is not None
    }


def consent_of(connection: Connection, person: str, moment: datetime) -> dict[str, Any] | None:
    """The newest word of a person about their consent; None where there is none."""
    values = {"person": person, "moment": moment}
    found = connection.execute(text(_CONSENT), values).mappings().one_or_none()
    return None if found is None else dict(found)


def lacking(consent: Mapping[str, Any] | None, moment: datetime) -> str | None:
    """The code of what the law needs and is not on record; None where nothing is missing."""
    if consent is None:
        return "no_consent"
    if consent["withdrawn_at"] is not None and consent["withdrawn_at"] <= moment:
        return "consent_withdrawn"
    return None if consent["phone"] else "no_phone"


def language_of(environment: Environment, wanted: str | None) -> str:
    """The person's language, where the environment has it, else its first."""
    languages = environment.settings.languages
    return wanted if wanted in languages else languages[0]


def form_of(
    environment: Environment,
    composite: Composite,
    event: Mapping[str, Any],
    consent: Mapping[str, Any],
    known: Collection[str] = (),
) -> dict[str, Any]:
    """The form, as the definition maps it; what leads nowhere is left out, and so is `known`.

    Raises:
        Misfit: the details are no JSON object, or an expression cannot be worked out.
    """
    assert composite.proactive is not None, "only such are asked for"
    zone = ZoneInfo(environment.settings.timezone)
    happened = event["happened_at"].astimezone(zone)
    seen = {
        **event,
        "happened_at": happened.isoformat(),
        "happened_on": happened.date().isoformat(),
        "details": _details(event["details"]),
    }
    context = {"event": seen, "consent": {name: consent[name] for name in ("phone", "language")}}
    wanted = {name: each for name, each in composite.proactive.form.items() if name not in known}
    found = {name: value(each, context) for name, each in wanted.items()}
    return {name: each for name, each in found.items() if each is not None}


def _details(written: str | None) -> dict[str, Any]:
    try:
        found = json.loads(written or "{}")
    except ValueError as error:
        raise Misfit("the details of the event are not JSON") from error
    if not isinstance(found, dict):
        raise Misfit("the details of the event are no JSON object")
    return found
