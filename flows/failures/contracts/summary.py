"""How each contract stands: accepted, seen, the differences, and what they do to the next pull."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flows.failures.contracts.diff import Difference
from flows.failures.contracts.effect import OUTCOMES, Effect, effect, touches
from flows.failures.contracts.look import declared
from flows.failures.contracts.store import Known, load
from flows.failures.contracts.uses import Use, uses
from models.environment.contracts import Contract
from models.environment.loader import Environment
from models.errors import ConfigurationError


@dataclass(frozen=True)
class Told:
    """One difference in words: whether it breaks readers, and whether it lies in what we use."""

    sentence: str
    breaking: bool
    ours: bool


@dataclass(frozen=True)
class Standing:
    """One contract; `pulls` says of each of our sources what its next pull will do."""

    system: str
    name: str
    kind: str
    tried_at: datetime | None
    accepted_at: datetime | None
    accepted_by: str | None
    seen_at: datetime | None
    differs_since: datetime | None
    unreadable: int
    unreadable_since: datetime | None
    problem: str | None
    good_since: datetime | None
    differences: Sequence[Told]
    pulls: Sequence[Effect]

    @property
    def pull_fails(self) -> bool:
        """Whether the next pull of a source will fail."""
        return any(each.outcome == "fails" for each in self.pulls)


def standings(
    connection: Connection,
    environment: Environment,
    system: str | None = None,
    *,
    differing: bool = False,
) -> list[Standing]:
    """How the declared contracts stand, those of one system or all.

    With `differing`, nothing is said of the next pull where a contract is as it was accepted.
    """
    wanted = [each for each in declared(environment) if system in (None, each[0])]
    names = [(each, contract.name) for each, contract in wanted]
    known = load(connection, names, differing=differing)
    return [
        _standing(environment, each, contract, known.get((each, contract.name)))
        for each, contract in wanted
    ]


def standing(connection: Connection, environment: Environment, system: str, name: str) -> Standing:
    """How one contract stands.

    Raises:
        ConfigurationError: the system declares none of that name; lists those there are.
    """
    found = [each for each in standings(connection, environment, system) if each.name == name]
    if not found:
        names = ", ".join(f"{s} {c.name}" for s, c in declared(environment)) or "none"
        raise ConfigurationError(
            f"Looking for the contract {name!r} of {system!r}",
            "the environment declares no such contract",
            f"Its contracts are: {names}",
        )
    return found[0]


def _standing(
    environment: Environment, system: str, contract: Contract, known: Known | None
) -> Standing:
    if known is None or known.kind != contract.kind:
        never = dict.fromkeys(
            ("tried_at", "accepted_at", "accepted_by", "seen_at", "differs_since",
             "unreadable_since", "problem", "good_since")
        )  # fmt: skip
        return Standing(system, contract.name, contract.kind, unreadable=0, differences=(),
                        pulls=(), **never)  # fmt: skip
    differences = known.differences
    used: list[Use] = []
    if known.accepted is not None:
        used = uses(environment, system, contract, known.accepted)
    return Standing(
        system=system,
        name=contract.name,
        kind=contract.kind,
        tried_at=known.tried_at,
        accepted_at=known.accepted_at,
        accepted_by=known.accepted_by,
        seen_at=known.seen_at,
        differs_since=known.differs_since,
        unreadable=known.unreadable,
        unreadable_since=known.unreadable_since,
        problem=known.problem,
        good_since=known.good_since,
        differences=_told(differences, used),
        pulls=_effects(used, known),
    )


def _told(differences: Sequence[Difference], used: Sequence[Use]) -> list[Told]:
    """Those that lie in what we use first, and among them those that break."""
    told = [
        Told(each.sentence, each.breaking, any(touches(use, each) for use in used))
        for each in differences
    ]
    return sorted(told, key=lambda each: (not each.ours, not each.breaking))


def _effects(used: Sequence[Use], known: Known) -> list[Effect]:
    """The worst first."""
    if known.accepted is None or known.seen is None:
        return []
    found = [effect(use, known.accepted, known.seen) for use in used]
    return sorted(found, key=lambda each: (-OUTCOMES.index(each.outcome), each.source))
