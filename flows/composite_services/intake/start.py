"""Start an application: the row, its steps and its history, in one transaction and only once."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from flows.composite_services.definition.versions import accepted, named
from flows.composite_services.form.check import Checked, FieldProblem, check
from flows.composite_services.form.facts import facts_of
from flows.composite_services.intake.numbers import number_of
from flows.composite_services.intake.rows import Applied, step_rows
from flows.composite_services.mapping import Misfit
from flows.composite_services.status import write
from flows.composite_services.words import said
from models.environment.composites import Composite
from models.environment.loader import Environment
from models.errors import ConfigurationError

_BEFORE = """
    SELECT number FROM composite_applications
    WHERE composite = :composite AND same = :same
      AND (outcome IS NULL OR outcome IN ('done', 'partly'))
"""
# The very same form once more, sent by a second click or a page that was loaded anew: its
# application, also where that one was refused meanwhile.
_SENT = """
    SELECT number FROM composite_applications
    WHERE applicant = :applicant AND composite = :composite AND origin = :origin
      AND data = CAST(:data AS jsonb)
"""
_NEXT = "SELECT nextval(pg_get_serial_sequence('composite_applications', 'id'))"
_INSERT = """
    INSERT INTO composite_applications (id, number, composite, version, state, reason, sentence,
        applicant, language, channel, office, region, data, facts, same, origin, received_at)
    VALUES (:id, :number, :composite, :version, 'running', 'received', :sentence,
        :applicant, :language, :channel, :office, :region, CAST(:data AS jsonb),
        CAST(:facts AS jsonb), :same, :origin, :received_at)
    ON CONFLICT (composite, same) WHERE outcome IS NULL OR outcome IN ('done', 'partly')
    DO NOTHING
"""
_INSERT_STEPS = """
    INSERT INTO composite_steps (application, step, position, kind, system, service, sub_type,
        state, reason, sentence, key, reply_token)
    SELECT :id, r.step, r.position, r.kind, r.system, r.service, r.sub_type,
        'pending', 'not_yet', r.sentence, r.key, r.reply_token
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (step text, position int, kind text,
        system text, service text, sub_type text, sentence text, key text, reply_token text)
"""
_KNOWN = {
    "office": "SELECT EXISTS (SELECT FROM offices WHERE code = :code)",
    "region": "SELECT EXISTS (SELECT FROM regions WHERE code = :code)",
    "channel": "SELECT EXISTS (SELECT FROM channels WHERE code = :code)",
}


class NotAccepted(ConfigurationError):
    """The application was not taken in, and nothing of it is kept. `problems` are all reasons."""

    def __init__(self, composite: str, problems: Sequence[FieldProblem]) -> None:
        self.composite = composite
        self.problems = list(problems)
        listed = "\n".join(f"  {problem.sentence}" for problem in problems)
        super().__init__(
            f"Taking in an application for {composite}",
            f"{len(problems)} thing(s) to put right:\n{listed}\n",
            "Nothing was started",
        )


@dataclass(frozen=True)
class Started:
    """The application's number; `again` where the same one had been sent before."""

    number: str
    again: bool


def start(
    connection: Connection,
    environment: Environment,
    composite: str,
    data: Any,
    *,
    actor: str,
    language: str,
    origin: str,
    moment: datetime,
    office: str | None = None,
    region: str | None = None,
    channel: str | None = None,
    once: str | None = None,
) -> Started:
    """Take the application in, in the caller's transaction, and wake the workers.

    The same application sent twice, also at the same moment, is answered with the first one's
    number, as long as that one runs or has led to something. `once` is the filled-in form's own
    name: that form with the same values is one application, whatever has become of it.

    Raises:
        NotAccepted: what is wrong with the form, in the person's language.
        ConfigurationError: no such composite service, language, office, region or channel.
        CouldNotRun: a date lies outside the calendar.
    """
    definition = named(environment.composites, composite)
    for kind, code in (("office", office), ("region", region), ("channel", channel)):
        _require(connection, kind, code)
    form = read_form(environment, definition, data, language, moment)
    if form.problems:
        raise NotAccepted(composite, form.problems)
    same = _same(definition, form.values)
    origin = origin if once is None else f"{origin}:{once}"
    before = _before(connection, composite, same)
    if before is None and once is not None:
        before = _sent(connection, definition, form.values, origin)
    if before is not None:
        return Started(before, again=True)
    applied = Applied(
        id=connection.execute(text(_NEXT)).scalar_one(),
        definition=definition,
        data=form.values,
        facts=_facts(connection, environment, definition, form.values, moment),
        language=language,
        received_at=moment,
        places={"office": office, "region": region, "channel": channel},
    )
    number = number_of(_year(environment, moment), applied.id)
    rows = json.dumps(_rows(applied, number))
    version = accepted(connection, environment.composites, composite, actor)
    if not _inserted(connection, applied, number, version, same, origin):
        first = _before(connection, composite, same)
        assert first is not None, "another has just inserted it and committed"
        return Started(first, again=True)
    connection.execute(text(_INSERT_STEPS), {"id": applied.id, "rows": rows})
    details = {"composite": composite, "version": version, "origin": origin, "office": office}
    write(
        connection,
        [],
        actor,
        moment,
        applications=[applied.id],
        action="composite.started",
        details=details,
    )
    return Started(number, again=False)


def read_form(
    environment: Environment,
    definition: Composite,
    data: Any,
    language: str,
    moment: datetime,
) -> Checked:
    """The form's values and what is wrong with them, in the person's language.

    Raises:
        ConfigurationError: the environment does not have the language.
    """
    settings = environment.settings
    if language not in settings.languages:
        raise ConfigurationError(
            f"Taking in an application for {definition.composite}",
            f"the environment has no language {language!r}",
            f"There are: {', '.join(settings.languages)}",
        )
    return check(definition.form.fields, data, settings, language, moment)


def _require(connection: Connection, kind: str, code: str | None) -> None:
    if code is None or connection.execute(text(_KNOWN[kind]), {"code": code}).scalar():
        return
    raise ConfigurationError(
        "Taking in an application",
        f"the register has no {kind} {code!r}",
        f"Give the code of one, or leave it out; was the register of {kind}s pulled?",
    )


def _same(definition: Composite, values: Mapping[str, Any]) -> str:
    names = definition.form.same_when or sorted(values)
    content = [definition.composite, {name: values.get(name) for name in names}]
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _before(connection: Connection, composite: str, same: str) -> str | None:
    return connection.execute(text(_BEFORE), {"composite": composite, "same": same}).scalar()


def _sent(
    connection: Connection, definition: Composite, values: Mapping[str, Any], origin: str
) -> str | None:
    found = {
        "applicant": values[definition.form.applicant],
        "composite": definition.composite,
        "origin": origin,
        "data": json.dumps(values),
    }
    return connection.execute(text(_SENT), found).scalars().first()


def _facts(
    connection: Connection,
    environment: Environment,
    definition: Composite,
    values: Mapping[str, Any],
    moment: datetime,
) -> dict[str, int | None]:
    try:
        return facts_of(connection, environment, definition.form.facts, {"form": values}, moment)
    except Misfit as misfit:
        raise _wrong_definition(definition, misfit) from misfit


def _rows(applied: Applied, number: str) -> list[dict[str, Any]]:
    try:
        return step_rows(applied, number)
    except Misfit as misfit:
        raise _wrong_definition(applied.definition, misfit) from misfit


def _wrong_definition(definition: Composite, misfit: Misfit) -> ConfigurationError:
    return ConfigurationError(
        f"Taking in an application for {definition.composite}",
        misfit.difference,
        "Nothing was started; put the expression right in the composite's file",
    )


def _year(environment: Environment, moment: datetime) -> int:
    return moment.astimezone(ZoneInfo(environment.settings.timezone)).year


def _inserted(
    connection: Connection, applied: Applied, number: str, version: int, same: str, origin: str
) -> bool:
    values = {
        "id": applied.id,
        "number": number,
        "composite": applied.definition.composite,
        "version": version,
        "sentence": said("received", applied.language),
        "applicant": applied.data[applied.definition.form.applicant],
        "language": applied.language,
        **applied.places,
        "data": json.dumps(applied.data),
        "facts": json.dumps(applied.facts),
        "same": same,
        "origin": origin,
        "received_at": applied.received_at,
    }
    return connection.execute(text(_INSERT), values).rowcount == 1
