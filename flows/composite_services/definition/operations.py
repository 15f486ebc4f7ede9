"""What the connectors say of a composite service's operations."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from connectors.callers import CALLERS
from models.environment.composite_references import documents_of
from models.environment.composite_steps import CallStep, NotifyStep, SendStep, UndoByCall
from models.environment.document import Document, Location
from models.environment.loader import Environment
from models.environment.problems import Problem, from_validation


def wrong_operations(environment: Environment) -> Iterator[Problem]:
    """Operations that the connector of their system does not take, and systems that only read."""
    for document, composite in documents_of(environment):
        for name, step in composite.steps.items():
            if not isinstance(step, CallStep | SendStep | NotifyStep):
                continue
            system = environment.systems.get(step.system)
            if system is None:
                continue  # told already
            at: Location = ("steps", name)
            if system.connector not in CALLERS:
                found = f"{step.system} is spoken to by {system.connector!r}, which only reads"
                right = f"Systems that are called have one of: {', '.join(sorted(CALLERS))}"
                yield document.problem((*at, "system"), found, right)
                continue
            model = CALLERS[system.connector].Operation
            for place, operation in _operations(step):
                yield from _wrong(document, model, operation, (*at, *place))


def _operations(
    step: CallStep | SendStep | NotifyStep,
) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    yield ("operation",), step.operation
    if isinstance(step, NotifyStep):
        return
    if step.ask is not None:
        yield ("ask", "operation"), step.ask.operation
    if isinstance(step.undo, UndoByCall):
        yield ("undo", "operation"), step.undo.operation
        if step.undo.ask is not None:
            yield ("undo", "ask", "operation"), step.undo.ask.operation


def _wrong(
    document: Document, model: type[BaseModel], operation: Mapping[str, Any], at: Location
) -> list[Problem]:
    try:
        model.model_validate(operation)
    except ValidationError as error:
        return from_validation(error, document, model, at)
    return []
