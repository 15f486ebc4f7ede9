"""A composite service checked as a whole, before it is accepted."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from models.environment.composite_expressions import wrong_expressions
from models.environment.composite_form_references import wrong_fields, wrong_form
from models.environment.composite_graph import ancestors, circle
from models.environment.composite_languages import wrong_languages
from models.environment.composite_shares import wrong_shares
from models.environment.composite_steps import (
    CallStep,
    NotifyStep,
    PersonStep,
    SendStep,
    Step,
    UndoByLetter,
)
from models.environment.composites import Composite
from models.environment.document import Document, Location
from models.environment.problems import Problem

if TYPE_CHECKING:
    from models.environment.loader import Environment

Wrong = tuple[Location, str, str]
"""The place in the file, what was found there, and what would be right."""


def wrong_composites(environment: "Environment") -> Iterator[Problem]:
    """Everything that is wrong in the environment's composite services.

    Circles of steps; services, systems, organisations and offices that nobody declared;
    expressions over fields, results and steps that are not there, or not there yet; data that
    go out and are not told of; words that are missing in a language. What is called by
    `operation` is checked where the connectors are known (`flows.environment`).
    """
    for document, composite in documents_of(environment):
        for place, found, right in _wrong(environment, composite, document):
            yield document.problem(place, found, right)


def documents_of(environment: "Environment") -> Iterator[tuple[Document, Composite]]:
    """Each composite service with the file that it was read from."""
    for name, document in environment.documents.items():
        if name.startswith("composites/"):
            yield document, environment.composites[document.data["composite"]]


def _wrong(environment: "Environment", composite: Composite, document: Document) -> Iterator[Wrong]:
    yield from wrong_languages(document.data, environment.settings.languages)
    yield from wrong_form(composite, environment.settings.identifiers)
    if composite.service is not None:
        yield from _service(environment, ("service",), composite.service)
    for name, step in composite.steps.items():
        for place, found, right in _wrong_step(environment, composite, name, step):
            yield ("steps", name, *place), found, right
    way = circle(composite)
    if way is not None:
        found = f"the steps require each other in a circle: {' → '.join(way)}"
        yield ("steps", way[0], "requires"), found, "Leave out the one that can come first"
        return
    for name, step in composite.steps.items():
        before = ancestors(composite, name)
        for place, found, right in wrong_expressions(composite, name, step, before):
            yield ("steps", name, *place), found, right
        for place, found, right in wrong_shares(composite, name, step):
            yield ("steps", name, *place), found, right


def _wrong_step(
    environment: "Environment", composite: Composite, name: str, step: Step
) -> Iterator[Wrong]:
    others = composite.steps.keys() - {name}
    for index, required in enumerate(step.requires):
        yield from _known(("requires", index), "other step", required, others)
    if step.help is not None and step.help.office is not None:
        yield from _office(environment, ("help", "office"), step.help.office)
    if isinstance(step, PersonStep):
        for place, found, right in wrong_fields(step.fields, environment.settings.identifiers):
            yield ("fields", *place), found, right
    if isinstance(step, CallStep | SendStep | NotifyStep):
        yield from _known(("system",), "system", step.system, environment.systems)
    if isinstance(step, CallStep | SendStep):
        if step.service is not None:
            yield from _service(environment, ("service",), step.service)
        if isinstance(step.undo, UndoByLetter):
            yield from _organisation(environment, ("undo", "to"), step.undo.to)


def _service(environment: "Environment", place: Location, code: str) -> Iterator[Wrong]:
    if not _pulled(environment, "services"):
        yield from _known(place, "service", code, environment.register.services)


def _organisation(environment: "Environment", place: Location, code: str) -> Iterator[Wrong]:
    if not _pulled(environment, "organisations"):
        yield from _known(place, "organisation", code, environment.register.organisations)


def _office(environment: "Environment", place: Location, code: str) -> Iterator[Wrong]:
    if not _pulled(environment, "organisations", "offices"):
        register = environment.register
        known = {**register.offices, **register.organisations}
        yield from _known(place, "office or organisation", code, known)


def _pulled(environment: "Environment", *datasets: str) -> bool:
    """Whether the register's rows of these kinds come from a source: then no file has them."""
    return any(source.dataset in datasets for source in environment.sources.values())


def _known(
    place: Location, kind: str, name: str, known: Collection[str] | Mapping[str, object]
) -> Iterator[Wrong]:
    if name in known:
        return
    near = difflib.get_close_matches(name, sorted(known), n=1)
    guess = f"Did you mean `{near[0]}`? " if near else ""
    listed = ", ".join(sorted(known)[:20]) or "none"
    yield place, f"no {kind} {name!r}", f"{guess}Known: {listed}"
