"""A filled-in form, checked as a whole."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flows.composite_services.form.values import Given, Wrong, parsed
from flows.composite_services.mapping import Misfit, holds
from flows.composite_services.words.saying import said
from models.environment.composite_forms import FormField
from models.environment.settings import Settings
from models.errors import ConfigurationError

MOST_UNKNOWN = 20
"""So many unknown fields are named, the rest is counted."""
_LONGEST_NAME = 60


@dataclass(frozen=True)
class FieldProblem:
    """A field that is wrong: its name, a code of the words, and a sentence for the person.

    The sentence has the field's label and what would be right, and never what was written.
    """

    field: str
    code: str
    sentence: str


@dataclass(frozen=True)
class Checked:
    """The values that are right, by field, and what is wrong with the others."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)


def check(
    fields: Sequence[FormField], data: Any, settings: Settings, language: str, moment: datetime
) -> Checked:
    """Check what was filled in on a day: each missing, wrong or unasked field is one problem.

    Empty texts and nulls count as not filled in. Values that the state has may not be given:
    nobody may be asked for them (Law on public services, "once only").

    Raises:
        ConfigurationError: the condition of a field cannot be worked out.
    """
    if not isinstance(data, Mapping):
        return Checked({}, [FieldProblem("", "form_no_form", said("form_no_form", language))])
    given = Given(settings.identifiers, moment.astimezone(ZoneInfo(settings.timezone)).date())
    form = _Form(fields, data, language, given)
    return form.checked()


@dataclass(frozen=True)
class _Form:
    fields: Sequence[FormField]
    data: Mapping[Any, Any]
    language: str
    given: Given

    def checked(self) -> Checked:
        values: dict[str, Any] = {}
        wrong: dict[str, FieldProblem] = {}
        for each in self.fields:
            try:
                found = self._value(each)
            except Wrong as problem:
                wrong[each.name] = self._problem(each, problem)
            else:
                values |= {} if found is None else {each.name: found}
        self._conditions(values, wrong)
        in_order = [wrong[each.name] for each in self.fields if each.name in wrong]
        return Checked(values, [*in_order, *self._unknown()])

    def _value(self, each: FormField) -> Any:
        raw = self.data.get(each.name)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        if each.known is not None:
            raise Wrong("form_state_has_it")
        return parsed(each, raw, self.given)

    def _conditions(self, values: dict[str, Any], wrong: dict[str, FieldProblem]) -> None:
        """Which fields are asked for follows from the others, once all of those are read."""
        asked = {each.name for each in self.fields if self._is_asked(each, values)}
        for each in self.fields:
            given = each.name in values or each.name in wrong
            needed = each.required and each.known is None
            if each.name not in asked and given:
                values.pop(each.name, None)
                wrong[each.name] = self._problem(each, Wrong("form_not_asked_for"))
            elif each.name in asked and needed and not given:
                wrong[each.name] = self._problem(each, Wrong("form_missing"))

    def _is_asked(self, each: FormField, values: Mapping[str, Any]) -> bool:
        if each.when is None:
            return True
        try:
            return holds(each.when, {"form": values})
        except Misfit as misfit:
            raise ConfigurationError(
                f"Working out whether the field {each.name} is asked for",
                misfit.difference,
                "Put the condition of the field right in the composite's file",
            ) from misfit

    def _problem(self, each: FormField, wrong: Wrong) -> FieldProblem:
        label = each.labels.get(self.language, each.name)
        choices = ", ".join(
            f"{code} ({names.get(self.language, code)})"
            for code, names in (each.choices or {}).items()
        )
        sentence = said(wrong.code, self.language, label=label, choices=choices, **wrong.values)
        return FieldProblem(each.name, wrong.code, sentence)

    def _unknown(self) -> list[FieldProblem]:
        names = [each.name for each in self.fields]
        unknown = [str(name) for name in self.data if name not in names]
        problems = [self._not_in_the_form(name, names) for name in unknown[:MOST_UNKNOWN]]
        if len(unknown) > MOST_UNKNOWN:
            more = said("form_more_unknown", self.language, count=len(unknown) - MOST_UNKNOWN)
            problems.append(FieldProblem("", "form_more_unknown", more))
        return problems

    def _not_in_the_form(self, name: str, names: list[str]) -> FieldProblem:
        shown = name if len(name) <= _LONGEST_NAME and name.isprintable() else "…"
        near = difflib.get_close_matches(shown, names, n=1)
        code = "form_unknown_near" if near else "form_unknown"
        sentence = said(code, self.language, field=shown, near="".join(near))
        return FieldProblem(shown, code, sentence)
