"""The one writer of the states of composite steps and applications, with their history.

Everybody who changes one hands the changes to `write`: it checks that each step still stands as
the change supposes, moves what follows from it, works out how the application stands, and writes
all of that with its history and its audit entry in the caller's transaction.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from flows.composite_services.engine.transitions import (
    ENDS,
    TRIED,
    Move,
    Whole,
    followers,
    taken_back,
    whole,
)
from flows.composite_services.history import Together
from flows.composite_services.loading import Loaded, Row, locked
from flows.composite_services.mapping import Misfit, holds
from flows.composite_services.status_sql import Written, store
from flows.composite_services.words import said

ACTOR = "flow:composite_services"
Key = tuple[int, str]
"""An application's id and a step's name."""


@dataclass(frozen=True)
class StepChange:
    """A step that becomes something else, if it still stands as it `was`, under this `lease`.

    `reason` is a code of the words and `values` what its sentence needs beside `{step}`; they
    hold no personal data. `next_at` and `new_lease` replace those of the row. `sets` are other
    columns: result, refusal, reference, attempts, undo_attempts, asks, sent_at, sub_type.
    """

    application: int
    step: str
    was: str
    became: str
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    lease: int | None = None
    next_at: datetime | None = None
    new_lease: int | None = None
    sets: Mapping[str, Any] = field(default_factory=dict)


Onward = Callable[[Sequence[tuple[Loaded, str]]], Iterable[StepChange]]
"""Given the steps that have just become ready: changes of them, in the same transaction."""


def write(
    connection: Connection,
    changes: Sequence[StepChange],
    actor: str,
    at: datetime,
    *,
    applications: Collection[int] = (),
    loaded: Mapping[int, Loaded] | None = None,
    onward: Onward | None = None,
    action: str = "composite.carried",
    basis: str | None = None,
    details: Mapping[str, Any] | None = None,
    together: Together | None = None,
) -> Written:
    """Write the changes that still hold, and everything that follows from them.

    `applications` are looked at again although no step of theirs is changed here, as after
    `undo_from` was set. `loaded` has them all where the caller has locked them. What a person
    does comes with its `action` and `basis`. Where `together` is given the history goes there, and
    the caller records it before the commit. Answers which changes took effect and what moved.

    Raises:
        KeyError: a reason without words.
    """
    named = {change.application for change in changes} | set(applications)
    loaded = locked(connection, named) if loaded is None else loaded
    writing = _Writing(loaded, at)
    took = [change for change in changes if writing.apply(change)]
    touched = {change.application for change in took} | set(applications)
    moved = [(key, move) for key in touched & set(loaded) for move in writing.follow(key)]
    if onward is not None:
        for change in onward([(loaded[i], m.step) for i, m in moved if m.state == "ready"]):
            writing.apply(change)
    wholes = {key: writing.stand(key) for key in touched & set(loaded)}
    return store(
        connection,
        writing.before,
        loaded,
        wholes,
        actor,
        at,
        took=frozenset((change.application, change.step) for change in took),
        moved=tuple((key, move) for key, move in moved),
        action=action,
        basis=basis,
        details=details or {},
        together=together,
    )


@dataclass
class _Writing:
    """The rows as they become; `before` has those that were changed, as they were."""

    loaded: Mapping[int, Loaded]
    at: datetime
    before: dict[Key, Row] = field(default_factory=dict)

    def apply(self, change: StepChange) -> bool:
        """Change the step's row in memory; False where it no longer stands as supposed."""
        whole_ = self.loaded.get(change.application)
        row = None if whole_ is None else whole_.steps.get(change.step)
        if whole_ is None or row is None:
            return False
        if (row["state"], row["lease"]) != (change.was, change.lease):
            return False
        self.before.setdefault((change.application, change.step), dict(row))
        row |= {
            **change.sets,
            "state": change.became,
            "reason": change.reason,
            "sentence": _sentence(whole_, change),
            "next_at": change.next_at,
            "lease": change.new_lease,
        }
        whole_.changed(change.step)
        self._stamp(row)
        return True

    def _stamp(self, row: Row) -> None:
        state = row["state"]
        if state not in ("pending", "ready", "held", "skipped", "dropped"):
            row["began_at"] = row["began_at"] or self.at
        if state in ENDS or state == "undoing":
            row["ended_at"] = row["ended_at"] or self.at
        else:
            row["ended_at"] = None

    def follow(self, application: int) -> list[Move]:
        """Move the steps that follow from what has changed."""
        each = self.loaded[application]
        standings = each.standings()
        if each.row["undo_from"] is not None:
            moves = taken_back(each.definition, standings)
        else:
            moves = followers(each.definition, standings, lambda step: _needed(each, step))
        for move in moves:
            row = each.steps[move.step]
            next_at = self.at if move.state in ("ready", "undoing", "waiting") else None
            self.apply(
                StepChange(
                    application,
                    move.step,
                    row["state"],
                    move.state,
                    move.reason,
                    lease=row["lease"],
                    next_at=next_at,
                )
            )
        return moves

    def stand(self, application: int) -> Whole:
        """How the application stands now."""
        each = self.loaded[application]
        undo = each.row["undo_from"] is not None
        return whole(each.definition, each.standings(), undo=undo)


def _sentence(whole_: Loaded, change: StepChange) -> str:
    """The words of the change; whoever tries a system says what was said of it before."""
    if change.reason == TRIED:
        return str(whole_.steps[change.step]["sentence"])
    values = {"step": whole_.name_of(change.step), **change.values}
    return said(change.reason, whole_.row["language"], **values)


def _needed(whole_: Loaded, step: str) -> bool | None:
    """Whether the step's condition holds; None where it cannot be worked out."""
    condition = whole_.definition.steps[step].when
    try:
        return condition is None or holds(condition, whole_.context())
    except Misfit:
        return None
