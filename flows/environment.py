"""Choose an environment, and open it with its connectors' options checked too."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from connectors.calls import Told, untold
from connectors.protocol import Connector, SourceContext
from connectors.registry import CONNECTORS, connector_class
from connectors.sql.readonly import check_select
from expectations.suite import fresh_column, rules_of
from flows.hidden_services.signs.shipped import wrong as wrong_signs
from flows.ingest.mapping import Mapping
from models.datasets import DATASETS
from models.environment.document import Document, Location
from models.environment.loader import MAIN, Environment, examine
from models.environment.probes import SqlProbe
from models.environment.problems import EnvironmentProblems, Problem, from_validation
from models.environment.sources import Source
from models.errors import ConfigurationError

ENVIRONMENTS = Path(__file__).resolve().parents[1] / "deployments" / "environments"
VARIABLE = "TEREZE_ENVIRONMENT"
DEFAULT = "demo"


def choose(named: str | None) -> Path:
    """The folder of an environment: given as a folder, or by its name in `deployments`.

    Raises:
        ConfigurationError: there is no such folder or name; lists the names.
    """
    wanted = named or os.environ.get(VARIABLE) or DEFAULT
    for folder in (Path(wanted), ENVIRONMENTS / wanted):
        if (folder / MAIN).is_file():
            return folder.resolve()
    names = ", ".join(sorted(path.parent.name for path in ENVIRONMENTS.glob(f"*/{MAIN}")))
    raise ConfigurationError(
        f"Looking for the environment {wanted!r}",
        f"there is no folder of that name with a {MAIN}",
        f"Give a folder, or one of: {names}",
    )


def open_environment(folder: Path) -> Environment:
    """Load the folder, and check what only connectors and datasets know.

    Raises:
        EnvironmentProblems: what is wrong, with file, line, key and what would be right.
    """
    environment, unresolved = examine(folder)
    problems = [
        *unresolved,
        *_systems(environment),
        *_sources(environment),
        *_probes(environment),
        *_signs(environment),
        *_operations(environment),
    ]
    if problems:
        raise EnvironmentProblems(str(folder), problems)
    return environment


def connector_for(environment: Environment, source: Source, tell: Told = untold) -> Connector:
    """The connector of a source, closed; its options are known to be right.

    `tell` is told of every call that it makes.
    """
    system = environment.systems[source.system]
    chosen = connector_class(source.connector)
    context = SourceContext(
        source=source.source,
        system=source.system,
        folder=environment.folder,
        cursor_field=source.cursor.field if source.cursor else None,
        tell=tell,
    )
    connection = chosen.Connection.model_validate(system.connection)
    return chosen(connection, chosen.Request.model_validate(source.request), context)


def _systems(environment: Environment) -> list[Problem]:
    document = environment.documents.get("systems.yaml")
    if document is None:
        return []
    problems = []
    for name, system in environment.systems.items():
        at = ("systems", name)
        if system.connector not in CONNECTORS:
            problems.append(_no_connector(document, (*at, "connector"), system.connector))
            continue
        model = connector_class(system.connector).Connection
        problems += _options(document, model, system.connection, (*at, "connection"))
    return problems


def _sources(environment: Environment) -> list[Problem]:
    problems = []
    for name, document in environment.documents.items():
        if not name.startswith("sources/"):
            continue
        source = environment.sources[document.data["source"]]
        if source.connector not in CONNECTORS:
            problems.append(_no_connector(document, ("connector",), source.connector))
            continue
        system = environment.systems.get(source.system)
        if system is not None and source.connector != system.connector:
            spoken = system.connector
            problems.append(
                document.problem(
                    ("connector",),
                    f"the system {source.system} is spoken to by {spoken!r}",
                    f"Write `connector: {spoken}`, or declare another system",
                )
            )
            continue
        model = connector_class(source.connector).Request
        problems += _options(document, model, source.request, ("request",))
        problems += _rules(environment, document, source)
    return problems


def _probes(environment: Environment) -> list[Problem]:
    problems = []
    for name, module in environment.modules.items():
        if isinstance(module, SqlProbe):
            try:
                check_select(module.query)
            except ValueError as error:
                at = ("modules", name, "query")
                right = f"Ask with one SELECT ({error})"
                document = environment.documents["probes.yaml"]
                problems.append(document.problem(at, "a probe only reads", right))
    return problems


def _signs(environment: Environment) -> list[Problem]:
    document = environment.documents.get("hidden_services.yaml")
    if document is None:
        return []
    found = wrong_signs(environment.hidden_services)
    return [document.problem(("signs", name), what, right) for name, what, right in found]


def _operations(environment: Environment) -> list[Problem]:
    if not environment.composites:
        return []
    # Some connectors that act take long to import: only for environments that have use for them.
    from flows.composite_services.definition.operations import wrong_operations

    return list(wrong_operations(environment))


def _options(
    document: Document, model: type[BaseModel], options: Any, at: tuple[str | int, ...]
) -> list[Problem]:
    try:
        model.model_validate(options)
    except ValidationError as error:
        return from_validation(error, document, model, at)
    return []


def _rules(environment: Environment, document: Document, source: Source) -> list[Problem]:
    """What the compiled field map and the suite of expectations have to say."""
    dataset = DATASETS.get(source.dataset)
    kinds = {mapped.identifier for mapped in source.fields.values()} - {None}
    if dataset is None or source.fields.keys() - set(dataset.names):
        return []  # told already
    if kinds - environment.settings.identifiers.keys():
        return []
    checks: tuple[tuple[Location, Callable[[], object]], ...] = (
        (("fields",), lambda: Mapping(source, environment.settings)),
        (("expect", "rules"), lambda: rules_of(source, environment.settings)),
        (("expect", "fresh_within"), lambda: fresh_column(source)),
    )
    problems = []
    for place, check in checks:
        try:
            check()
        except ConfigurationError as error:
            problems.append(document.problem(place, error.found, error.next_step))
    return problems


def _no_connector(document: Document, at: tuple[str | int, ...], named: str) -> Problem:
    return document.problem(at, f"no connector {named!r}", f"Known: {', '.join(CONNECTORS)}")
