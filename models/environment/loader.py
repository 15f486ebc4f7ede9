"""Read an environment's folder into checked models; every problem is told at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from models.environment.alerts import Alerts
from models.environment.calendars import Calendar, Calendars
from models.environment.composites import Composite
from models.environment.console import Console
from models.environment.document import Document, read
from models.environment.exchanges import Exchanges
from models.environment.hidden_services import HiddenServices
from models.environment.on_call import OnCall
from models.environment.probes import Module, Probes
from models.environment.problems import EnvironmentProblems, Problem, from_validation
from models.environment.references import unresolved
from models.environment.register import Register
from models.environment.settings import Settings
from models.environment.sources import Source
from models.environment.systems import System, Systems
from models.errors import ConfigurationError

Model = TypeVar("Model", bound=BaseModel)
MAIN = "environment.yaml"
FILES: dict[str, type[BaseModel]] = {
    MAIN: Settings,
    "calendars.yaml": Calendars,
    "systems.yaml": Systems,
    "register.yaml": Register,
    "alerts.yaml": Alerts,
    "probes.yaml": Probes,
    "hidden_services.yaml": HiddenServices,
    "exchanges.yaml": Exchanges,
    "on_call.yaml": OnCall,
    "console.yaml": Console,
}
"""The files of an environment and the model that checks each, beside those in folders."""
FOLDERS: dict[str, tuple[str, type[BaseModel]]] = {
    "sources": ("source", Source),
    "composites": ("composite", Composite),
}
"""Folders of files of one kind: the key that names each, and the model that checks it."""


@dataclass(frozen=True)
class Environment:
    """Everything that an environment's folder declares, checked."""

    folder: Path
    settings: Settings
    calendars: dict[str, Calendar]
    systems: dict[str, System]
    register: Register
    sources: dict[str, Source]
    composites: dict[str, Composite]
    alerts: Alerts
    modules: dict[str, Module]
    hidden_services: HiddenServices
    exchanges: Exchanges
    on_call: OnCall
    console: Console
    documents: dict[str, Document] = field(repr=False)

    @property
    def name(self) -> str:
        """The environment's name, which is also its schema in the database."""
        return self.settings.environment


def load(folder: Path) -> Environment:
    """Read and check the folder.

    Raises:
        ConfigurationError: there is no such folder.
        EnvironmentProblems: what is wrong, with file, line, key and what would be right.
    """
    environment, problems = examine(folder)
    if problems:
        raise EnvironmentProblems(str(folder), problems)
    return environment


def examine(folder: Path) -> tuple[Environment, list[Problem]]:
    """Read the folder; the names in it that lead nowhere are answered, for others to add to.

    Raises:
        ConfigurationError: there is no such folder.
        EnvironmentProblems: files that cannot be read into models: all of what is wrong in them.
    """
    documents = dict(_documents(folder, ()))
    problems = [problem for document in documents.values() for problem in document.problems]
    readable = {name: each for name, each in documents.items() if not each.problems}
    missing = {name for name in FILES if name not in documents}
    parts = {
        name: _part(readable.get(name), model, problems)
        for name, model in FILES.items()
        if name in readable or name in missing
    }
    sources = _named(readable, "sources", Source, problems)
    composites = _named(readable, "composites", Composite, problems)
    if problems:
        raise EnvironmentProblems(str(folder), problems)
    environment = _assembled(folder, parts, sources, composites, documents)
    return environment, unresolved(environment)


def _documents(folder: Path, from_: tuple[Path, ...]) -> Iterator[tuple[str, Document]]:
    """The files by name; those of the extended environment first, so that ours replace them."""
    main = folder / MAIN
    if not main.is_file():
        raise ConfigurationError(
            f"Reading the environment {folder}",
            f"there is no {MAIN} in it",
            "Give `--environment DIR` or TEREZE_ENVIRONMENT the folder that has one",
        )
    document = read(main, MAIN)
    if isinstance(document.data, dict) and isinstance(document.data.get("extends"), str):
        base = (folder / document.data["extends"]).resolve()
        if not (base / MAIN).is_file():
            right = f"Name a folder that has an {MAIN}, relative to this one"
            document.problems.append(document.problem(("extends",), "no such folder", right))
        elif base in (*from_, folder.resolve()):
            right = "Name the folder of another environment, or remove the key"
            document.problems.append(document.problem(("extends",), "it extends itself", right))
        else:
            yield from _documents(base, (*from_, folder.resolve()))
    yield MAIN, document
    names = [name for name in FILES if name != MAIN]
    for kind in FOLDERS:
        names += sorted(f"{kind}/{path.name}" for path in (folder / kind).glob("*.yaml"))
    for name in names:
        if (folder / name).is_file():
            yield name, read(folder / name, name)


def _part(
    document: Document | None, model: type[BaseModel], problems: list[Problem]
) -> BaseModel | None:
    if document is None:
        try:
            return model()
        except ValidationError:
            name = next(name for name, each in FILES.items() if each is model)
            problems.append(Problem(name, 1, "(the file)", "the file is missing", "Write it"))
            return None
    return _validated(document, model, problems)


def _validated(document: Document, model: type[Model], problems: list[Problem]) -> Model | None:
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems.extend(from_validation(error, document, model))
        return None


def _named(
    documents: dict[str, Document], folder: str, model: type[Model], problems: list[Problem]
) -> dict[str, Model]:
    """The files of a folder by the name that each gives itself."""
    key, _ = FOLDERS[folder]
    found: dict[str, Model] = {}
    first: dict[str, str] = {}
    for name, document in documents.items():
        if not name.startswith(f"{folder}/"):
            continue
        read_ = _validated(document, model, problems)
        if read_ is None:
            continue
        named = str(getattr(read_, key))
        if named in found:
            problems.append(
                document.problem(
                    (key,),
                    f"{named!r} is the name of the {key} in {first[named]} too",
                    f"Give each {key} a name of its own",
                )
            )
        found[named] = read_
        first.setdefault(named, name)
    return found


def _assembled(
    folder: Path,
    parts: dict[str, BaseModel | None],
    sources: dict[str, Source],
    composites: dict[str, Composite],
    documents: dict[str, Document],
) -> Environment:
    settings, calendars, systems, register, alerts, *others = (parts[name] for name in FILES)
    probes, hidden, exchanges, on_call, console = others
    assert isinstance(settings, Settings)
    assert isinstance(calendars, Calendars)
    assert isinstance(systems, Systems)
    assert isinstance(register, Register)
    assert isinstance(alerts, Alerts)
    assert isinstance(probes, Probes)
    assert isinstance(hidden, HiddenServices)
    assert isinstance(exchanges, Exchanges)
    assert isinstance(on_call, OnCall)
    assert isinstance(console, Console)
    return Environment(
        folder=folder,
        settings=settings,
        calendars=calendars.calendars,
        systems=systems.systems,
        register=register,
        sources=sources,
        composites=composites,
        alerts=alerts,
        modules=probes.modules,
        hidden_services=hidden,
        exchanges=exchanges,
        on_call=on_call,
        console=console,
        documents=documents,
    )
