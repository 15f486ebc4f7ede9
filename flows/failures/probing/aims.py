"""What is looked at, and how: the targets of the systems with the modules that they name."""

from dataclasses import dataclass

from models.environment.loader import Environment
from models.environment.probes import Module


@dataclass(frozen=True)
class Aim:
    """A target of a system with the module that says how to look at it."""

    system: str
    probe: str
    module: Module
    target: str | None
    services: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The system's and the probe's name."""
        return self.system, self.probe


def aims_of(environment: Environment, system: str | None = None) -> list[Aim]:
    """What is looked at: of one system, or of all."""
    return [
        Aim(name, each.called, environment.modules[each.module], each.target, tuple(each.services))
        for name, declared in environment.systems.items()
        if system in (None, name)
        for each in declared.probes
    ]
