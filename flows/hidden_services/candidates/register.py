"""The register as it is matched against, and observations as they are matched."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from flows.hidden_services.matching.entries import Entry, Match
from flows.hidden_services.matching.register import Register
from flows.hidden_services.observed import Observed
from flows.hidden_services.signs.words import words

MACHINE = ("operation", "exchange")
"""Observed like this, a name is one of programs: `issueBirthRecord`."""


class Registered:
    """The services of the register, by code, and ready to be matched once something asks."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.execute(
            text("SELECT code, names, life_situation, organisation FROM services ORDER BY code")
        )
        self.entries = {
            row.code: Entry(
                row.code,
                next(iter(row.names.values()), row.code),
                tuple(row.names.values())[1:],
                row.life_situation or "",
                row.organisation or "",
            )
            for row in rows
        }

    def match(self, observed: Sequence[Observed]) -> list[Match]:
        """What the register says of each, in the same order."""
        by_code = [self._by_code(each) for each in observed]
        left = [each for each, known in zip(observed, by_code, strict=True) if known is None]
        named = [each for each in left if each.names]
        found = iter(self._by_name(named))
        nameless = Match(None, "not_judged", "It has no name that could be compared")
        return [
            known or (next(found) if each.names else nameless)
            for each, known in zip(observed, by_code, strict=True)
        ]

    def _by_code(self, observed: Observed) -> Match | None:
        if observed.service is None or observed.service not in self.entries:
            return None
        name = self.entries[observed.service].name
        return Match(0.0, "present", f"It names the registered service {observed.service}, {name}")

    def _by_name(self, observed: Sequence[Observed]) -> list[Match]:
        if not observed:
            return []
        if not self.entries:
            return [Match(1.0, "hidden", "The register is empty") for _ in observed]
        index = Register.from_rows(self.entries.values())
        return index.match([entry_of(str(n), each) for n, each in enumerate(observed)])


def entry_of(identity: str, observed: Observed) -> Entry:
    """An observation as an entry; names of programs are taken apart into words."""
    names = [name for name in observed.names.values() if name.strip()] or [observed.code]
    if observed.kind in MACHINE:
        names = [" ".join(words(name)) or name for name in names]
    return Entry(
        identity,
        names[0],
        tuple(names[1:]),
        observed.description or "",
        observed.organisation or "",
    )
