"""What services, regions and organisations are called, in one language or the next best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from models.environment.loader import Environment

_NAMES = """
    SELECT 'service' AS kind, code, names FROM services
    UNION ALL SELECT 'region', code, names FROM regions
    UNION ALL SELECT 'organisation', code, names FROM organisations
"""


@dataclass(frozen=True)
class Names:
    """The register's names by kind and code; `languages` in the order in which they are tried."""

    languages: Sequence[str]
    known: Mapping[tuple[str, str], Mapping[str, str]]

    def of(self, kind: str, code: str) -> str:
        """The name; the code itself where the register has none."""
        return self.choose(self.known.get((kind, code), {})) or code

    def knows(self, kind: str, code: str) -> bool:
        """Whether the register has a name for it."""
        return bool(self.known.get((kind, code)))

    def choose(self, names: Mapping[str, str]) -> str | None:
        """The name in the first language that has one, or in any; None where there is none."""
        wanted = (names[each] for each in self.languages if each in names)
        return next(wanted, next(iter(names.values()), None))


def names(connection: Connection, environment: Environment, language: str) -> Names:
    """The names of the whole register, in this language and then in the environment's order."""
    rows = connection.execute(text(_NAMES))
    order = list(dict.fromkeys((language, *environment.settings.languages)))
    return Names(order, {(row.kind, row.code): row.names for row in rows})
