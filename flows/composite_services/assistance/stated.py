"""What a person states in the machine's place: the results that later steps need, a refusal."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from jmespath.exceptions import JMESPathError

from flows.composite_services.form.check import FieldProblem, check
from flows.composite_services.loading import Loaded
from flows.composite_services.mapping import Misfit, holds
from models.environment.composite_forms import FormField
from models.environment.composite_steps import (
    Answers,
    CallStep,
    NotifyStep,
    PersonStep,
    SendStep,
    Step,
    WaitStep,
)
from models.environment.composites import Composite
from models.environment.expressions import reads
from models.environment.loader import Environment
from models.errors import ConfigurationError

LONGEST = 1000
REFUSAL = ("reason", "grounds")


def fields_of(definition: Composite, step: str, language: str) -> list[FormField]:
    """What is asked for where a person says that the step is done.

    A task asks for its own fields. Of any other step these are its results by name; those that
    later steps or the form read have to be there.
    """
    defined = definition.steps[step]
    if isinstance(defined, PersonStep):
        return list(defined.fields)
    known = _known(definition, step)
    needed = read_later(definition, step)
    optional = _optional(defined)
    return [
        _field(name, known.get(name), required=name in needed - optional, language=language)
        for name in sorted(_results(defined) | needed)
    ]


def _field(name: str, known: FormField | None, *, required: bool, language: str) -> FormField:
    if known is not None:
        return known.model_copy(update={"name": name, "known": None, "required": required})
    labels = {language: name}
    return FormField(name=name, type="text", labels=labels, required=required, longest=LONGEST)


def read_later(definition: Composite, step: str) -> frozenset[str]:
    """The step's results that other steps, or fields of the form, read."""
    others = [each for name, each in definition.steps.items() if name != step]
    texts = [text for each in others for text in _texts(each.model_dump())]
    texts += [each.known for each in definition.form.fields if each.known]
    return frozenset(
        path[3] for text in texts for path in _paths(text) if path[:3] == ("steps", step, "result")
    )


def _paths(text: str) -> Iterator[tuple[str, ...]]:
    """The paths of what may be an expression; words are none."""
    try:
        found = reads(text)
    except JMESPathError:
        return
    yield from (path for path in found if len(path) > 3)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _known(definition: Composite, step: str) -> dict[str, FormField]:
    """The form's fields that are exactly a result of the step, by the result's name."""
    start = f"steps.{step}.result."
    fields = (each for each in definition.form.fields if (each.known or "").startswith(start))
    return {str(each.known).removeprefix(start): each for each in fields}


def _ways(step: Step) -> list[Answers]:
    """Every way in which an answer of the step is read."""
    if not isinstance(step, CallStep | SendStep):
        return []
    ways = [step.answers, step.ask.answers if step.ask else None]
    ways += [step.call_back] if isinstance(step, SendStep) else []
    return [each for each in ways if each is not None]


def _results(step: Step) -> frozenset[str]:
    return frozenset(name for way in _ways(step) for name in way.result)


def _optional(step: Step) -> frozenset[str]:
    return frozenset(name for way in _ways(step) for name in way.optional)


def results(
    environment: Environment, loaded: Loaded, step: str, answers: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """The step's results as a person states them, checked field by field.

    Raises:
        ConfigurationError: what is missing, wrong or not asked for, each named.
    """
    language = environment.settings.languages[0]
    defined = loaded.step(step)
    if isinstance(defined, WaitStep | NotifyStep) and not answers:
        return {}
    fields = fields_of(loaded.definition, step, language)
    found = check(fields, answers, environment.settings, language, at)
    if found.problems:
        raise _not_as_asked(found.problems, [each.name for each in fields])
    return found.values


def _not_as_asked(problems: list[FieldProblem], names: list[str]) -> ConfigurationError:
    return ConfigurationError(
        "Taking in what was found out",
        "; ".join(f"{each.field}: {each.sentence}" for each in problems),
        f"Give each as NAME=VALUE; asked for: {', '.join(names) or 'nothing'}",
    )


def refusal(answers: Mapping[str, Any], *, reason: str | None = None) -> dict[str, Any]:
    """The refusal as a person states it: `reason` and `grounds`, as the applicant sees them.

    Raises:
        ConfigurationError: there is no reason, or something else is given.
    """
    stated = {"reason": reason, "grounds": None, **answers}
    if stated.keys() - set(REFUSAL) or not str(stated["reason"] or "").strip():
        raise ConfigurationError(
            "Taking in a refusal",
            f"it has {', '.join(sorted(answers)) or 'nothing'}",
            "Give `reason=…`, in words for the applicant, and `grounds=…`, the rule it rests on",
        )
    return stated


def means_refused(step: Step, answers: Mapping[str, Any]) -> bool:
    """Whether the decision of a task, as it was filled in, is a refusal.

    Raises:
        ConfigurationError: the definition's expression cannot be worked out on these answers.
    """
    if not isinstance(step, PersonStep) or step.refused_when is None:
        return False
    try:
        return holds(step.refused_when, {"answer": dict(answers)})
    except Misfit as misfit:
        tried, right = "Reading a decision", "Have `refused_when` of the step put right"
        raise ConfigurationError(tried, misfit.difference, right) from misfit
