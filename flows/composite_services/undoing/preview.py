"""What cancelling an application would mean, step by step, before anything is done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, text

from flows.composite_services.engine.transitions import ENDS
from flows.composite_services.loading import Loaded, Row, in_language
from flows.composite_services.words import said
from models.environment.composite_steps import (
    CallStep,
    NoUndo,
    SendStep,
    UndoByLetter,
)

Fate = Literal["awaited", "with_staff", "undone", "letter", "stays", "dropped", "ended"]
"""What becomes of a step, in the order in which a person is told."""
ORDER: tuple[Fate, ...] = ("awaited", "with_staff", "undone", "letter", "stays", "dropped")

_MAYBE_DONE = """
    SELECT DISTINCT step FROM composite_attempts
    WHERE application = :id AND does = 'call' AND outcome IS DISTINCT FROM 'not_sent'
"""


@dataclass(frozen=True)
class Meant:
    """What becomes of one step, with a sentence. `why` is what keeps it as it is."""

    step: str
    name: str
    fate: Fate
    sentence: str


def preview(connection: Connection, loaded: Loaded, language: str) -> list[Meant]:
    """What cancelling means for each step.

    First what is out and has to be awaited, then what is taken back in that order (the last
    that ended first), then what stays, then what is dropped. Steps that have ended without
    leaving anything behind are left out.
    """
    maybe = maybe_done(connection, loaded.row["id"])
    fates = [(fate_of(loaded, name, sent=name in maybe), row) for name, row in loaded.steps.items()]
    told = [_meant(loaded, row, fate, language) for fate, row in _in_order(fates)]
    return [meant for meant in told if meant.fate != "ended"]


def maybe_done(connection: Connection, application: int) -> frozenset[str]:
    """The steps whose request may have reached the body."""
    return frozenset(connection.execute(text(_MAYBE_DONE), {"id": application}).scalars())


def fate_of(loaded: Loaded, name: str, *, sent: bool) -> Fate:
    """What becomes of the step; `sent` says that its request may have reached the body."""
    row, step = loaded.steps[name], loaded.step(name)
    state = row["state"]
    if state in ("calling", "undoing"):
        return "awaited"
    if not isinstance(step, CallStep | SendStep) or not step.lasting:
        return "ended" if state in ENDS else "dropped"
    if state in ENDS:
        return _of_what_is_done(step) if state == "done" else "ended"
    if state == "waiting":
        return "awaited"
    if not sent or row["refusal"] is not None:
        return "dropped"
    if state == "person":
        return "with_staff"
    return in_doubt(step) or "dropped"


def in_doubt(step: CallStep | SendStep) -> Literal["awaited", "with_staff"] | None:
    """Whether a step that is to be sent again may have been done already, and who finds out.

    Only what can be asked for, or does nothing twice, is ever sent again after a doubt.
    """
    if step.ask is not None:
        return "awaited"
    return "with_staff" if step.repeatable else None


def _of_what_is_done(step: CallStep | SendStep) -> Fate:
    if step.undo is None or isinstance(step.undo, NoUndo):
        return "stays"
    return "letter" if isinstance(step.undo, UndoByLetter) else "undone"


def _in_order(fates: list[tuple[Fate, Row]]) -> Iterator[tuple[Fate, Row]]:
    """Calls and letters are taken back in one line: the last that ended first."""
    out = [each for each in fates if each[0] in ("awaited", "with_staff")]
    back = [each for each in fates if each[0] in ("undone", "letter")]
    rest = [each for each in fates if each[0] in ("stays", "dropped")]
    yield from sorted(out, key=lambda each: ORDER.index(each[0]))
    yield from sorted(back, key=_ended, reverse=True)
    yield from sorted(rest, key=lambda each: ORDER.index(each[0]))


def _ended(each: tuple[Fate, Row]) -> tuple[datetime, int]:
    row = each[1]
    return row["ended_at"], row["position"]


def _meant(loaded: Loaded, row: Row, fate: Fate, language: str) -> Meant:
    step = loaded.step(row["step"])
    name = in_language(step.names, language)
    undo = getattr(step, "undo", None)
    why = in_language(undo.why, language) if isinstance(undo, NoUndo) else ""
    to = undo.to if isinstance(undo, UndoByLetter) else ""
    sentence = said(f"cancel_{fate}", language, step=name, why=why, to=to)
    return Meant(row["step"], name, fate, sentence)
