"""Start applications that nobody had to file, once for each life event.

Law on public services: a proactive service needs the person's consent to data access and a phone
number on record. Where one of them is missing, nothing is started, and the event says why. Where
the form lacks something the event is held for an office: see `held`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from flows.composite_services.form.check import FieldProblem
from flows.composite_services.intake.start import NotAccepted, start
from flows.composite_services.mapping import Misfit
from flows.composite_services.proactive.reading import (
    by_event,
    consent_of,
    form_of,
    lacking,
    language_of,
)
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


def origin_of(event: Mapping[str, Any]) -> str:
    """Where an application comes from that the event has started."""
    return f"life_event:{event['system']}/{event['event']}"


def start_proactively(engine: Engine, environment: Environment, moment: datetime) -> Looked:
    """Look at life events that are new, corrected, or have got a consent since.

    Each in a transaction of its own, so that one that cannot be started stops no other. Two that
    look at the same time never take the same event.
    """
    composites = by_event(environment)
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
    consent = consent_of(connection, event["person"], moment)
    reason = lacking(consent, moment)
    if reason is not None or consent is None:
        return _not(environment, reason or "no_consent")
    language = language_of(environment, consent["language"])
    try:
        data = form_of(environment, composite, event, consent)
        started = start(
            connection,
            environment,
            composite.composite,
            data,
            actor=ACTOR,
            language=language,
            origin=origin_of(event),
            moment=moment,
        )
    except NotAccepted as refused:
        return _not(environment, "form_lacks", fields=_labels(composite, refused.problems))
    except Misfit as misfit:
        return _not(environment, "details_misfit", difference=misfit.difference)
    except TerezeError as error:
        return _not(environment, "could_not_start", found=error.found)
    return _Result(started=started.number)


def _not(environment: Environment, reason: str, **values: object) -> _Result:
    sentence = said(f"proactive_{reason}", environment.settings.languages[0], **values)
    return _Result(reason=reason, sentence=sentence)


def _labels(composite: Composite, problems: list[FieldProblem]) -> str:
    """The fields that are wrong or missing, by their names in the definition: no values."""
    known = {each.name for each in composite.form.fields}
    return ", ".join(sorted({each.field for each in problems} & known))
