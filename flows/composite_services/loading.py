"""Composite applications as the machine reads them: the row, its steps, its definition."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from flows.composite_services.definition.versions import definition_of
from flows.composite_services.engine.transitions import Standing
from flows.composite_services.mapping import Context, context_of, with_steps
from models.environment.composite_steps import Step
from models.environment.composites import Composite

Row = dict[str, Any]

_APPLICATIONS = """
    SELECT id, number, composite, version, state, outcome, reason, sentence, language, channel,
        office, region, data, facts, received_at, undo_from
    FROM composite_applications WHERE id = ANY(:ids) ORDER BY id
"""
_STEPS = """
    SELECT application, step, position, kind, system, service, state, reason, sentence, key,
        sub_type, reply_token, next_at, lease, attempts, undo_attempts, asks, result, refusal,
        reference, began_at, sent_at, due_at, ended_at
    FROM composite_steps WHERE application = ANY(:ids) ORDER BY application, position
"""


@dataclass
class Loaded:
    """An application with its steps in the definition's order. `row` and the steps are columns.

    Whoever changes a step says so by `changed`, because what expressions see is kept.
    """

    row: Row
    steps: dict[str, Row]
    definition: Composite
    _context: Context | None = None
    _stale: set[str] = field(default_factory=set)

    def standings(self) -> dict[str, Standing]:
        """How each step stands now."""
        return {
            name: Standing(row["state"], row["reason"], row["ended_at"])
            for name, row in self.steps.items()
        }

    def context(self) -> Context:
        """What expressions see of it."""
        if self._context is None:
            self._context = context_of(self.row, self.steps, self.definition)
        elif self._stale:
            stale = {name: self.steps[name] for name in self._stale}
            self._context = with_steps(self._context, self.row["data"], stale, self.definition)
        self._stale.clear()
        return self._context

    def context_for(self, step: str) -> Context:
        """What expressions see that read an answer to this step."""
        return {**self.context(), "key": self.steps[step]["key"]}

    def changed(self, step: str) -> None:
        """The step is another now."""
        self._stale.add(step)

    def name_of(self, step: str) -> str:
        """The step's name in the application's language."""
        return in_language(self.definition.steps[step].names, self.row["language"])

    def step(self, name: str) -> Step:
        """The step as it is defined."""
        return self.definition.steps[name]


def in_language(names: Mapping[str, str], language: str) -> str:
    """The words in the language, else in English, else in the first that there is."""
    return names.get(language) or names.get("en") or next(iter(names.values()))


def locked(connection: Connection, applications: Collection[int]) -> dict[int, Loaded]:
    """The applications, locked until the end of the transaction.

    Whoever changes a step holds its application's row: so what was read is what is written over.
    """
    return _load(connection, applications, _APPLICATIONS + " FOR NO KEY UPDATE")


def locked_if_free(connection: Connection, applications: Collection[int]) -> dict[int, Loaded]:
    """Those of the applications that nobody else holds, locked."""
    return _load(connection, applications, _APPLICATIONS + " FOR NO KEY UPDATE SKIP LOCKED")


def read(connection: Connection, applications: Collection[int]) -> dict[int, Loaded]:
    """The applications, to look at."""
    return _load(connection, applications, _APPLICATIONS)


def _load(connection: Connection, ids: Collection[int], query: str) -> dict[int, Loaded]:
    values = {"ids": sorted(ids)}
    rows = _rows(connection, query, values)
    values = {"ids": [row["id"] for row in rows]}
    steps: dict[int, dict[str, Row]] = {row["id"]: {} for row in rows}
    for step in _rows(connection, _STEPS, values):
        steps[step["application"]][step["step"]] = step
    return {
        row["id"]: Loaded(
            row,
            steps[row["id"]],
            definition_of(connection, row["composite"], row["version"]),
        )
        for row in rows
    }


def _rows(connection: Connection, query: str, values: Mapping[str, Any]) -> list[Row]:
    """The rows as plain dicts: a batch has hundreds, and `mappings()` costs twice as much."""
    found = connection.execute(text(query), values)
    names = tuple(found.keys())
    return [dict(zip(names, row, strict=True)) for row in found.all()]
