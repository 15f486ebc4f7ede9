"""Names in one file that must stand in another: calendars, systems, datasets, fields."""

import difflib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from models.datasets import DATASETS
from models.environment.composite_references import wrong_composites
from models.environment.composite_settings import wrong_composite_services
from models.environment.contract_references import wrong_contract
from models.environment.delays import EVERY
from models.environment.dependencies import OURS, cycle
from models.environment.document import Document, Location
from models.environment.on_call_references import wrong_on_call
from models.environment.probe_references import wrong_target
from models.environment.problems import Problem
from models.environment.sources import Source

if TYPE_CHECKING:
    from models.environment.loader import Environment


def unresolved(environment: "Environment") -> list[Problem]:
    """Every name that leads nowhere, with the names that would be right."""
    return [
        *_calendars(environment),
        *_stopping(environment),
        *_register(environment),
        *_systems(environment),
        *_sources(environment),
        *_exchanges(environment),
        *wrong_on_call(environment),
        *wrong_composite_services(environment),
        *wrong_composites(environment),
    ]


def _known(
    document: Document, location: Location, kind: str, name: str, known: Collection[str]
) -> Iterator[Problem]:
    if name in known:
        return
    near = difflib.get_close_matches(name, sorted(known), n=1)
    guess = f"Did you mean `{near[0]}`? " if near else ""
    listed = ", ".join(sorted(known)[:20]) or "none"
    yield document.problem(location, f"no {kind} {name!r}", f"{guess}Known: {listed}")


def _calendars(environment: "Environment") -> Iterator[Problem]:
    yield from _known(
        environment.documents["environment.yaml"],
        ("calendar",),
        "calendar",
        environment.settings.calendar,
        environment.calendars,
    )


def _stopping(environment: "Environment") -> Iterator[Problem]:
    policy = environment.settings.delays.stop_on_outage
    for index, system in enumerate(policy.systems if policy else ()):
        if system != EVERY:
            place: Location = ("delays", "stop_on_outage", "systems", index)
            document = environment.documents["environment.yaml"]
            yield from _known(document, place, "system", system, environment.systems)


def _register(environment: "Environment") -> Iterator[Problem]:
    document = environment.documents.get("register.yaml")
    if document is None:
        return
    calendars = environment.calendars
    for index, standard in enumerate(environment.register.standards):
        if standard.calendar is not None:
            place: Location = ("standards", index, "calendar")
            yield from _known(document, place, "calendar", standard.calendar, calendars)
    for code, channel in environment.register.channels.items():
        if channel.calendar is not None:
            place = ("channels", code, "calendar")
            yield from _known(document, place, "calendar", channel.calendar, calendars)


def _systems(environment: "Environment") -> Iterator[Problem]:
    document = environment.documents.get("systems.yaml")
    if document is None:
        return
    for name, system in environment.systems.items():
        yield from _dependencies(environment, document, name)
        for index, target in enumerate(system.probes):
            at: Location = ("systems", name, "probes", index)
            modules = environment.modules
            yield from _known(document, (*at, "module"), "module", target.module, modules)
            for key, found, right in wrong_target(environment, name, index):
                yield document.problem((*at, key) if key else at, found, right)
        for index in range(len(system.contracts)):
            for key, found, right in wrong_contract(environment, name, index):
                yield document.problem(("systems", name, "contracts", index, key), found, right)


def _dependencies(environment: "Environment", document: Document, name: str) -> Iterator[Problem]:
    at: Location = ("systems", name)
    if name == OURS:
        found, right = f"{OURS} is what Tereze calls itself", "Give the system another name"
        yield document.problem(at, found, right)
    for index, needed in enumerate(environment.systems[name].depends_on):
        place = (*at, "depends_on", index)
        yield from _known(document, place, "system", needed, environment.systems)
    way = cycle(environment.systems, name)
    if way is not None and name == min(way):
        found = f"the systems need each other in a circle: {' → '.join(way)}"
        right = "Leave out the one that works without the other"
        yield document.problem((*at, "depends_on"), found, right)


def _exchanges(environment: "Environment") -> Iterator[Problem]:
    document = environment.documents.get("exchanges.yaml")
    if document is None:
        return
    systems = environment.systems
    for name, source in environment.exchanges.sources.items():
        place: Location = ("sources", name, "system")
        yield from _known(document, place, "system", source.system, systems)
    for service, system in environment.exchanges.services.items():
        yield from _known(document, ("services", service), "system", system, systems)


def _sources(environment: "Environment") -> Iterator[Problem]:
    for name, document in environment.documents.items():
        if not name.startswith("sources/"):
            continue
        source = environment.sources[document.data["source"]]
        yield from _known(document, ("system",), "system", source.system, environment.systems)
        yield from _known(document, ("dataset",), "dataset", source.dataset, DATASETS)
        if source.dataset in DATASETS:
            yield from _fields(environment, document, source)


def _fields(environment: "Environment", document: Document, source: Source) -> Iterator[Problem]:
    dataset = DATASETS[source.dataset]
    identifiers = environment.settings.identifiers
    for target, mapped in source.fields.items():
        at = ("fields", target)
        yield from _known(document, at, f"{source.dataset} field", target, dataset.names)
        if mapped.identifier is not None:
            yield from _known(document, at, "identifier", mapped.identifier, identifiers)
    for column in dataset.columns:
        if column.required and column.name not in source.fields:
            yield document.problem(
                ("fields",),
                f"the required field {column.name!r} of {source.dataset} comes from nowhere",
                f"Add `{column.name}: <the source's name of it>`",
            )
