"""What is allowed in a composite service, and may hurt somebody: told, not refused."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.environment.composite_graph import ancestors
from models.environment.composite_references import documents_of
from models.environment.composite_steps import CallStep, NoUndo, SendStep, Step
from models.environment.composites import Composite
from models.environment.document import Location
from models.environment.expressions import has_alternative, reads
from models.environment.problems import Problem

if TYPE_CHECKING:
    from models.environment.loader import Environment

Wrong = tuple[Location, str, str]


def warnings(environment: "Environment") -> list[Problem]:
    """Every warning of the environment, with file, line and key.

    Steps that cannot be undone before ones that are often refused; results that may be missing
    when they are sent; bodies that can neither tell what became of a call nor take it twice.
    """
    return [
        document.problem(place, found, right)
        for document, composite in documents_of(environment)
        for place, found, right in warnings_of(composite)
    ]


def warnings_of(composite: Composite) -> Iterator[Wrong]:
    """The warnings of one composite service."""
    for name, step in composite.steps.items():
        before = ancestors(composite, name)
        if isinstance(step, CallStep | SendStep):
            yield from _often_refused(composite, name, step, before)
            yield from _may_be_missing(composite, name, step)
            if step.lasting and step.ask is None and not step.repeatable:
                found = "the body cannot tell what became of it: a lost answer stops for a person"
                right = "Add `ask`, or `repeatable: true` where the body does it once for one key"
                yield ("steps", name, "ask"), found, right


def _often_refused(
    composite: Composite, name: str, step: CallStep | SendStep, before: set[str]
) -> Iterator[Wrong]:
    stays = [each for each in composite.steps if each in before and _stays(composite.steps[each])]
    if step.often_refused and stays:
        found = f"often refused, and {', '.join(stays)} before it cannot be undone"
        right = "Ask for this first, where the law allows it"
        yield ("steps", name, "requires"), found, right


def _stays(step: Step) -> bool:
    return isinstance(step, CallStep | SendStep) and step.lasting and isinstance(step.undo, NoUndo)


def _may_be_missing(composite: Composite, name: str, step: CallStep | SendStep) -> Iterator[Wrong]:
    """Results of steps that may be left out, or refused and gone on without."""
    known = {each.name: each.known for each in composite.form.fields if each.known}
    for key, expression in step.input.items():
        if has_alternative(expression) or step.when is not None:
            continue
        paths = [p for path in reads(expression) for p in _behind(path, known)]
        for path in sorted({p[:2] for p in paths if p[0] == "steps" and len(p) > 1}):
            earlier = composite.steps[path[1]]
            if earlier.when is not None or earlier.on_refusal == "go_on":
                found = f"{path[1]} may be left out or refused, and then this leads to nothing"
                right = "Add `when`, or say with `||` what is sent then"
                yield ("steps", name, "input", key), found, right


def _behind(path: tuple[str, ...], known: dict[str, str]) -> Iterator[tuple[str, ...]]:
    if path[0] == "form" and len(path) > 1 and path[1] in known:
        yield from reads(known[path[1]])
    else:
        yield path
