"""Expressions over an application: what is sent to a body, and how its answer is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, Protocol

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.visitor import TreeInterpreter

from models.environment.composite_steps import Answers
from models.environment.composites import Composite
from models.environment.expressions import has_alternative, reads

Context = Mapping[str, Any]
Kind = Literal["done", "refused", "waits", "absent", "failed", "misfit"]


class Misfit(Exception):
    """Data do not fit the definition. `difference` says where, and never quotes a value."""

    def __init__(self, difference: str) -> None:
        super().__init__(difference)
        self.difference = difference


class HasInput(Protocol):
    """A step, an ask or an undo: something that is sent."""

    @property
    def input(self) -> Mapping[str, str]:
        """Each name that is sent, with its expression."""
        ...


@dataclass(frozen=True)
class Read:
    """What an answer says. `difference` is there where it fits no expectation.

    `refusal` has `reason` and `grounds` (null where the body names none).
    """

    kind: Kind
    result: dict[str, Any] = field(default_factory=dict)
    refusal: dict[str, Any] | None = None
    reference: str | None = None
    difference: str | None = None


_INTERPRETER = TreeInterpreter()


@lru_cache(maxsize=8192)
def _parsed(expression: str) -> dict[str, Any]:
    return dict(jmespath.compile(expression).parsed)


@lru_cache(maxsize=8192)
def _path(expression: str) -> tuple[str, ...] | None:
    """The names of an expression that is names and dots alone; None of any other."""
    parsed = _parsed(expression)
    nodes = parsed["children"] if parsed["type"] == "subexpression" else [parsed]
    if any(node["type"] != "field" for node in nodes):
        return None
    return tuple(node["value"] for node in nodes)


def _at(path: tuple[str, ...], found: Any) -> Any:
    """What JMESPath finds there, at a fraction of the cost: most expressions are such paths."""
    try:
        for name in path:
            found = found.get(name)
    except AttributeError:  # no object there
        return None
    return found


def value(expression: str, context: Context) -> Any:
    """The expression's value, None where it leads nowhere.

    Raises:
        Misfit: a function in it was given what it cannot work on.
    """
    path = _path(expression)
    if path is not None:
        return _at(path, context)
    try:
        return _INTERPRETER.visit(_parsed(expression), context)
    except JMESPathError as error:  # its words quote values: they stay in its cause
        kind = type(error).__name__
        raise Misfit(f"`{expression}` cannot be worked out ({kind})") from error


def holds(expression: str, context: Context) -> bool:
    """Whether it is true as JMESPath means it: not null, false, or empty.

    Raises:
        Misfit: as for `value`.
    """
    found = value(expression, context)
    return not (found is None or found is False or found in ("", [], {}))


def context_of(
    application: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]], definition: Composite
) -> dict[str, Any]:
    """What expressions of the definition can see of one application.

    `application` is its row; `steps` the rows of its steps by name, each with state, result,
    reference and refusal. Fields that the state knows follow from the results that are there.
    """
    context: dict[str, Any] = {
        "form": {},
        "facts": application["facts"],
        "application": {
            "number": application["number"],
            "received_at": _written(application["received_at"]),
            **{name: application[name] for name in ("language", "office", "region", "channel")},
        },
        "steps": {},
    }
    return with_steps(context, application["data"], steps, definition)


def with_steps(
    context: Context,
    data: Mapping[str, Any],
    steps: Mapping[str, Mapping[str, Any]],
    definition: Composite,
) -> dict[str, Any]:
    """The context with these steps as they are now; the form is `data`, and what follows."""
    seen = {name: _seen(row) for name, row in steps.items()}
    form = dict(data)
    now = {**context, "form": form, "steps": {**context["steps"], **seen}}
    for each in definition.form.fields:
        if each.known is not None:
            form[each.name] = value(each.known, now)
    return now


def _written(moment: Any) -> str:
    return moment if isinstance(moment, str) else moment.isoformat()


def _seen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "state": row["state"],
        "result": row["result"],
        "reference": row["reference"],
        "refusal": row["refusal"],
    }


def with_answer(context: Context, document: Any, code: str = "", status: int = 200) -> Context:
    """The context in which an answer is read."""
    return {**context, "answer": document, "code": code, "status": status}


def inputs(step: HasInput, context: Context, **more: Any) -> dict[str, Any]:
    """What is sent, in the order in which the definition names it.

    `more` are `key`, `reply_to`, `text` and the like. A field that the applicant left empty is
    not sent. An earlier step's result that is not there is a misfit, unless the expression says
    with `||` what holds then (for nothing at all: "|| `null`").

    Raises:
        Misfit: a result that is needed is missing; names the input and its expression.
    """
    context = {**context, **more}
    sent = {}
    for name, expression in step.input.items():
        found = value(expression, context)
        if found is not None:
            sent[name] = found
        elif _needs_result(expression):
            raise Misfit(f"`{name}` cannot be sent: `{expression}` leads to nothing")
    return sent


@lru_cache(maxsize=8192)
def _needs_result(expression: str) -> bool:
    return not has_alternative(expression) and any(path[0] == "steps" for path in reads(expression))


def read_answer(answers: Answers, context: Context) -> Read:
    """What the answer in `context` (see `with_answer`) says.

    The first that holds decides: refused, waits, absent, done; else it `failed`. A result that
    is missing, a refusal without a reason and an expression that cannot be worked out are a
    `misfit`: the difference is for a person, and nothing is guessed.
    """
    try:
        return _read(answers, context)
    except Misfit as misfit:
        return Read("misfit", difference=misfit.difference)


def _read(answers: Answers, context: Context) -> Read:
    if answers.refused is not None and holds(answers.refused.when, context):
        return _refused(answers, context)
    if answers.waits is not None and holds(answers.waits, context):
        return Read("waits", reference=_reference(answers, context))
    if answers.absent is not None and holds(answers.absent, context):
        return Read("absent")
    if holds(answers.done, context):
        return _done(answers, context)
    return Read("failed", difference=f"the answer is not one that means done: `{answers.done}`")


def _refused(answers: Answers, context: Context) -> Read:
    refused = answers.refused
    assert refused is not None
    reason = value(refused.reason, context)
    if not reason:
        raise Misfit(f"the refusal says no reason: `{refused.reason}` leads to nothing")
    grounds = None if refused.grounds is None else value(refused.grounds, context)
    refusal = {"reason": str(reason), "grounds": None if grounds is None else str(grounds)}
    return Read("refused", refusal=refusal, reference=_reference(answers, context))


def _done(answers: Answers, context: Context) -> Read:
    result = {name: value(expression, context) for name, expression in answers.result.items()}
    missing = [
        f"`{name}` (`{answers.result[name]}`)"
        for name, found in result.items()
        if found is None and name not in answers.optional
    ]
    if missing:
        raise Misfit(f"the answer means done and lacks {', '.join(missing)}")
    return Read("done", result, reference=_reference(answers, context))


def _reference(answers: Answers, context: Context) -> str | None:
    found = None if answers.reference is None else value(answers.reference, context)
    return None if found is None else str(found)
