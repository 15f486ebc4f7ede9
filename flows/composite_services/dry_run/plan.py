"""What an application would do, without any lasting call."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from flows.composite_services.definition.versions import named
from flows.composite_services.dry_run.health import healths, offices
from flows.composite_services.dry_run.model import (
    Health,
    Likely,
    Plan,
    PlannedStep,
    Shared,
    UndoWay,
)
from flows.composite_services.dry_run.schedule import Schedule, schedule
from flows.composite_services.form.facts import facts_of
from flows.composite_services.intake.start import read_form
from flows.composite_services.loading import in_language
from flows.composite_services.mapping import Context, holds
from flows.composite_services.words import said
from models.environment.composite_shares import sent
from models.environment.composite_steps import (
    CallStep,
    NotifyStep,
    SendStep,
    Step,
    UndoByCall,
    UndoByLetter,
)
from models.environment.composites import Composite
from models.environment.expressions import reads
from models.environment.loader import Environment

LookedUp = Mapping[str, Mapping[str, Any]]
"""Results of steps that only read, by step, where those were asked for beforehand."""


def plan(
    connection: Connection,
    environment: Environment,
    composite: str,
    data: Any,
    *,
    language: str,
    moment: datetime,
    channel: str | None = None,
    looked_up: LookedUp | None = None,
) -> Plan:
    """What would be done for this form, as of a moment; nothing is sent and nothing is stored.

    A form that is wrong or lacks something is planned as far as it goes.

    Raises:
        ConfigurationError: no such composite service or language.
    """
    definition = named(environment.composites, composite)
    form = read_form(environment, definition, data, language, moment)
    context = _context(
        connection, environment, definition, form.values, language, channel, moment, looked_up or {}
    )
    open_ = {each.name for each in definition.form.fields if each.known or each.required}
    open_ -= form.values.keys()
    taken = {name: _taken(step, context, open_) for name, step in definition.steps.items()}
    left_out = {name for name, likely in taken.items() if likely == "no"}
    times = schedule(connection, environment, definition, context, left_out, channel, moment)
    making = _Making(
        environment,
        definition,
        language,
        context,
        taken,
        times,
        healths(connection, environment, language, moment),
        looked_up or {},
        offices(connection, language),
    )
    return Plan(
        composite=composite,
        name=in_language(definition.names, language),
        legal_basis=in_language(definition.legal_basis, language),
        language=language,
        moment=moment,
        problems=tuple(form.problems),
        steps=tuple(making.steps()),
        lawful_end=times.lawful_end,
        typical_end=times.typical_end,
    )


def _context(
    connection: Connection,
    environment: Environment,
    definition: Composite,
    values: Mapping[str, Any],
    language: str,
    channel: str | None,
    moment: datetime,
    looked_up: LookedUp,
) -> Context:
    facts = facts_of(connection, environment, definition.form.facts, {"form": values}, moment)
    return {
        "form": dict(values),
        "facts": facts,
        "application": {
            "received_at": moment.isoformat(),
            "language": language,
            "channel": channel,
        },
        "steps": {
            name: {"state": "done", "result": dict(result)} for name, result in looked_up.items()
        },
    }


def _taken(step: Step, context: Context, open_: Set[str]) -> Likely:
    """Whether the step will be taken, as far as the form tells; `open_` fields are not known."""
    if step.when is None:
        return "yes"
    if any(p[0] == "steps" or (p[0] == "form" and p[1] in open_) for p in reads(step.when)):
        return "depends"
    return "yes" if holds(step.when, context) else "no"


@dataclass(frozen=True)
class _Making:
    environment: Environment
    definition: Composite
    language: str
    context: Context
    taken: Mapping[str, Likely]
    times: Schedule
    healths: Mapping[str, Health]
    looked_up: LookedUp
    offices: Mapping[str, str]

    def steps(self) -> Iterator[PlannedStep]:
        for name, step in self.definition.steps.items():
            times, past = self.times, self.times.past.get(name)
            undo, undo_sentence = self._undo(step)
            yield PlannedStep(
                step=name,
                name=self._words(step.names),
                kind=step.kind,
                taken=self.taken[name],
                after=tuple(self._words(self.definition.steps[n].names) for n in step.requires),
                body=self._body(step),
                health=self.healths.get(self._system(step) or ""),
                service=step.service if isinstance(step, CallStep | SendStep) else None,
                term=self._term(name),
                lawful=times.lawful.get(name),
                typical=times.typical.get(name),
                past=past.past if past else 0,
                shares=tuple(self._shares(name, step)),
                refusal_means=self._refusal(step),
                undo=undo,
                undo_sentence=undo_sentence,
                looked_up=tuple(sorted(self.looked_up.get(name, {}))),
            )

    def _words(self, names: Mapping[str, str]) -> str:
        return in_language(names, self.language)

    def _said(self, code: str, **values: object) -> str:
        return said(code, self.language, **values)

    @staticmethod
    def _system(step: Step) -> str | None:
        return step.system if isinstance(step, CallStep | SendStep | NotifyStep) else None

    def _body(self, step: Step) -> str | None:
        system = self._system(step)
        if system is not None and system in self.environment.systems:
            return self._words(self.environment.systems[system].names)
        office = step.help.office if step.kind == "person" and step.help else None
        return None if office is None else self.offices.get(office, office)

    def _term(self, name: str) -> str | None:
        step = self.definition.steps[name]
        if step.kind == "person" and step.help is not None:
            return self._said("plan_term_working_days", count=step.help.working_days)
        term = self.times.terms.get(name)
        return None if term is None else self._said(f"plan_term_{term.unit}", count=term.term)

    def _shares(self, name: str, step: Step) -> Iterator[Shared]:
        """What goes out of what is filled in, known or still to come."""
        if not isinstance(step, CallStep | SendStep):
            return
        fields = {each.name: each for each in self.definition.form.fields}
        going = sent(self.definition, name, step)
        for share in step.shares:
            data = [
                self._words(fields[each].labels) if each in fields else each
                for each in share.data
                if each in going and self._is_there(each, fields.get(each) is None)
            ]
            if data:
                yield Shared(tuple(data), self._words(share.basis))

    def _is_there(self, name: str, result: bool) -> bool:
        known = {each.name for each in self.definition.form.fields if each.known is not None}
        return result or name in known or name in self.context["form"]

    def _refusal(self, step: Step) -> str:
        if step.refusal_means is not None:
            return self._words(step.refusal_means)
        if self._system(step) is None or isinstance(step, NotifyStep):
            return ""
        return self._said(f"plan_refusal_{step.on_refusal}")

    def _undo(self, step: Step) -> tuple[UndoWay, str]:
        if not isinstance(step, CallStep | SendStep) or not step.lasting or step.undo is None:
            return "nothing", ""
        if isinstance(step.undo, UndoByCall):
            return "call", self._said("plan_undo_call")
        if isinstance(step.undo, UndoByLetter):
            return "letter", self._said(
                "plan_undo_letter", to=self.offices.get(step.undo.to, step.undo.to)
            )
        return "none", self._said("plan_undo_none", why=self._words(step.undo.why))
