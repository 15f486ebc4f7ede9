"""What a system's `contracts:` say against the system and the sources they name."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.environment.loader import Environment

Wrong = tuple[str, str, str]
"""The key of the contract, what was found there, and what would be right."""


def wrong_contract(environment: "Environment", system: str, index: int) -> Iterator[Wrong]:
    """What is wrong with one contract of a system."""
    declared = environment.systems[system]
    contract = declared.contracts[index]
    if contract.name in (each.name for each in declared.contracts[:index]):
        found = f"two contracts of {system} are called {contract.name!r}"
        yield "name", found, "Give one of them another name"
    if contract.source is not None:
        mine = sorted(s.source for s in environment.sources.values() if s.system == system)
        if contract.source not in mine:
            found = f"no source {contract.source!r} of this system"
            yield "source", found, f"Known: {', '.join(mine) or 'none'}"
    elif contract.url is not None and "://" not in contract.url and declared.connector != "rest":
        found = f"a path, and {system} is spoken to by {declared.connector!r}: it has no address"
        yield "url", found, "Write the whole address"
