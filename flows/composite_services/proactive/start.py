"""Start applications that nobody had to file, once for each life event.

Law on public services: a proactive service needs the person's consent to data access and a phone
number on record. Where one of them is missing, or the form lacks something, nothing is started,
and the event says why.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, text

from flows.composite_services.form.check import FieldProblem
from flows.composite_services.intake.start import NotAccepted, start
from flows.composite_services.mapping import Misfit, value
from flows.composite_services.words import said
from models.environment.composites import Composite
from models.environment.loader import Environment
from models.errors import TerezeError

ACTOR = "flow:composite_services"
AT_ONCE = 500
"""Events looked at in one go; the next one goes on with the rest."""

# Looked at again: what the body has corrected, and what lacked a consent that is there now.
_DUE = """
    SELECT e.system, e.event FROM life_events e
    WHERE e.kind = ANY(:kinds) AND e.started IS NULL AND (
        e.looked_at IS NULL OR e.changed_at > e.looked_at
        OR (e.reason = 'could_not_start' AND e.looked_at < :moment - interval '1 hour')
        OR (e.reason IN ('no_consent', 'consent_withdrawn', 'no_phone') AND EXISTS (
            SELECT FROM consents c WHERE c.person = e.person AND c.phone IS NOT NULL
               AND c.given_at <= :moment AND c.withdrawn_at IS NULL)))
    ORDER BY e.looked_at NULLS FIRST, e.happened_at LIMIT :most
"""
_EVENT = """
    SELECT e.system, e.event, e.kind, e.person, e.happened_at, e.details
    FROM life_events e
    WHERE e.system = :system AND e.event = :event AND e.started IS NULL FOR UPDATE SKIP LOCKED
"""
# The newest word of a person counts, whichever body has it.
_CONSENT = """
    SELECT phone, language, given_at, withdrawn_at FROM consents
    WHERE person = :person AND given_at <= :moment
    ORDER BY greatest(given_at, withdrawn_at) DESC, given_at DESC LIMIT 1
"""
_LOOKED = """
    UPDATE life_events SET looked_at = :moment, started = :started, reason = :reason,
        sentence = :sentence
    WHERE system = :system AND event = :event
"""


@dataclass(frozen=True)
class Looked:
    """What became of the events that were looked at."""

    started: int = 0
    not_started: int = 0


@dataclass(frozen=True)
class _Result:
    started: str | None = None
    reason: str | None = None
    sentence: str | None = None


def start_proactively(engine: Engine, environment: Environment, moment: datetime) -> Looked:
    """Look at life events that are new, corrected, or have got a consent since.

    Each in a transaction of its own, so that one that cannot be started stops no other. Two that
    look at the same time never take the same event.
    """
    composites = {
        each.proactive.event: each
        for each in environment.composites.values()
        if each.proactive is not None
    }
    if not composites:
        return Looked()
    with engine.connect() as connection:
        values = {"kinds": list(composites), "moment": moment, "most": AT_ONCE}
        due = [dict(row) for row in connection.execute(text(_DUE), values).mappings()]
    results = [_look(engine, environment, composites, each, moment) for each in due]
    started = sum(each is not None and each.started is not None for each in results)
    return Looked(started, sum(each is not None for each in results) - started)


def _look(
    engine: Engine,
    environment: Environment,
    composites: Mapping[str, Composite],
    key: Mapping[str, Any],
    moment: datetime,
) -> _Result | None:
    with engine.begin() as connection:
        event = connection.execute(text(_EVENT), key).mappings().one_or_none()
        if event is None:
            return None  # somebody else looks at it
        composite = composites[event["kind"]]
        with connection.begin_nested() as savepoint:
            result = _result(connection, environment, composite, dict(event), moment)
            if result.started is None:
                savepoint.rollback()
        written = {name: getattr(result, name) for name in ("started", "reason", "sentence")}
        connection.execute(text(_LOOKED), {**key, **written, "moment": moment})
        return result


def _result(
    connection: Connection,
    environment: Environment,
    composite: Composite,
    event: dict[str, Any],
    moment: datetime,
) -> _Result:
    values = {"person": event["person"], "moment": moment}
    found = connection.execute(text(_CONSENT), values).mappings().one_or_none()
    consent = None if found is None else dict(found)
    reason = _missing(consent, moment)
    if reason is not None or consent is None:
        return _not(environment, reason or "no_consent")
    language = _language(environment, consent["language"])
    try:
        data = _data(environment, composite, event, consent)
        started = start(
            connection,
            environment,
            composite.composite,
            data,
            actor=ACTOR,
            language=language,
            origin=f"life_event:{event['system']}/{event['event']}",
            moment=moment,
        )
    except NotAccepted as refused:
        return _not(environment, "form_lacks", fields=_labels(composite, refused.problems))
    except Misfit as misfit:
        return _not(environment, "details_misfit", difference=misfit.difference)
    except TerezeError as error:
        return _not(environment, "could_not_start", found=error.found)
    return _Result(started=started.number)


def _missing(consent: Mapping[str, Any] | None, moment: datetime) -> str | None:
    if consent is None:
        return "no_consent"
    if consent["withdrawn_at"] is not None and consent["withdrawn_at"] <= moment:
        return "consent_withdrawn"
    return None if consent["phone"] else "no_phone"


def _not(environment: Environment, reason: str, **values: object) -> _Result:
    sentence = said(f"proactive_{reason}", environment.settings.languages[0], **values)
    return _Result(reason=reason, sentence=sentence)


def _labels(composite: Composite, problems: list[FieldProblem]) -> str:
    """The fields that are wrong or missing, by their names in the definition: no values."""
    known = {each.name for each in composite.form.fields}
    return ", ".join(sorted({each.field for each in problems} & known))


def _language(environment: Environment, wanted: str | None) -> str:
    languages = environment.settings.languages
    return wanted if wanted in languages else languages[0]


def _data(
    environment: Environment, composite: Composite, event: dict[str, Any], consent: dict[str, Any]
) -> dict[str, Any]:
    """The form, as the definition maps it; what leads nowhere is left out.

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
    found = {name: value(each, context) for name, each in composite.proactive.form.items()}
    return {name: each for name, each in found.items() if each is not None}


def _details(written: str | None) -> dict[str, Any]:
    try:
        found = json.loads(written or "{}")
    except ValueError as error:
        raise Misfit("the details of the event are not JSON") from error
    if not isinstance(found, dict):
        raise Misfit("the details of the event are no JSON object")
    return found
