"""What a system's `probes:` say against the module, the system and the sources they name."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.environment.probe_targets import CHECKS
from models.environment.probes import Module, Target
from models.environment.systems import System

if TYPE_CHECKING:
    from models.environment.loader import Environment

Wrong = tuple[str, str, str]
"""The key of the target, what was found there, and what would be right."""


def wrong_target(environment: "Environment", system: str, index: int) -> Iterator[Wrong]:
    """What is wrong with one target of a system; nothing where its module is not known."""
    probes = environment.systems[system].probes
    target = probes[index]
    if target.called in (each.called for each in probes[:index]):
        found = f"two probes of {system} are called {target.called!r}"
        yield "name" if target.name else "module", found, "Give one of them a `name`"
    module = environment.modules.get(target.module)
    if module is None:
        return
    if target.services and module.prober != "xroad":
        right = "Remove them, or name a module of the kind xroad"
        yield "services", f"a probe of the kind {module.prober} lists no services", right
    if module.prober == "connector":
        yield from _wrong_source(environment, system, target)
    elif target.target is None:
        yield from _wrong_default(module, environment.systems[system])
    else:
        yield from _miswritten(module, target.target)


def _miswritten(module: Module, target: str) -> Iterator[Wrong]:
    try:
        CHECKS[module.prober](target)
    except ValueError as error:
        right = str(error)
        yield (
            "target",
            f"this is no target of a {module.prober} probe",
            right[0].upper() + right[1:],
        )


def _wrong_default(module: Module, system: System) -> Iterator[Wrong]:
    """Only a database may be left out: then it is the system's own."""
    if module.prober != "sql":
        yield "", f"a {module.prober} probe needs a target", "Add `target: …`"
    elif system.connector != "sql":
        found = f"the system is spoken to by {system.connector!r}: it has no database to take"
        yield "", found, "Add `target: …`, the address of the database"


def _wrong_source(environment: "Environment", system: str, target: Target) -> Iterator[Wrong]:
    mine = sorted(each.source for each in environment.sources.values() if each.system == system)
    if target.target not in mine:
        known = ", ".join(mine) or "none: add a source first"
        found = "a connector probe reads a source of its system, and this names none"
        yield "target" if target.target else "", found, f"Known: {known}"
