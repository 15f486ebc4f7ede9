"""What a case says to the office: what the machine lacks, and what there is to do."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from flows.composite_services.assistance.opening import CaseKind, NewCase, open_cases
from flows.composite_services.letters.text import letter_of
from flows.composite_services.loading import Loaded, in_language
from flows.composite_services.status_sql import Written
from flows.composite_services.words import said
from models.environment.composite_steps import Help
from models.environment.loader import Environment

LETTER_DAYS = 3
"""An office's term for an undo by letter, where the step's `help` says nothing."""


def case_for(
    environment: Environment,
    loaded: Loaded,
    step: str,
    kind: CaseKind,
    reason: str,
    difference: str | None = None,
) -> NewCase:
    """The case of a step that cannot go on, in the environment's first language.

    `reason` is the code of the step's state, `difference` how an answer did not fit. The
    definition's `help` names the office, its term and what to do; else the words of the reason.
    """
    language = environment.settings.languages[0]
    help_ = loaded.step(step).help
    missing = said(reason, language, step=in_language(loaded.step(step).names, language))
    return NewCase(
        application=loaded.row["id"],
        step=step,
        kind=kind,
        reason=reason,
        missing=f"{missing} ({difference})" if difference else missing,
        todo=_todo(loaded, step, kind, reason, help_, language),
        office=help_.office if help_ else None,
        working_days=_term(kind, help_),
    )


def open_moved(
    connection: Connection, environment: Environment, written: Written, moment: datetime
) -> None:
    """Open the cases of steps that a writing has moved to a person by itself."""
    cases = [
        case_for(environment, written.loaded[key], move.step, "assistance", move.reason)
        for key, move in written.moved
        if move.state == "person"
    ]
    open_cases(connection, environment, cases, moment)


def _term(kind: CaseKind, help_: Help | None) -> int:
    if help_ is not None:
        return help_.working_days
    return LETTER_DAYS if kind == "letter" else 1


def _todo(
    loaded: Loaded, step: str, kind: CaseKind, reason: str, help_: Help | None, language: str
) -> str:
    """A letter and an undo that failed have words of their own: `help` speaks of doing."""
    if kind == "letter":
        return letter_of(loaded, step, language).todo
    if kind == "incident":
        return said("todo_undo_failed", language)
    if help_ is not None:
        return in_language(help_.todo, language)
    system = loaded.steps[step]["system"]
    return said(TODO.get(reason, "todo_look"), language, system=system)


TODO: Mapping[str, str] = {
    "unknown_whether_done": "todo_ask_the_body",
    "untrusted": "todo_ask_the_body",
    "attempts_used_up": "todo_ask_the_body",
    "given_up": "todo_ask_the_body",
    "misfit": "todo_read_the_answer",
    "refused_for_person": "todo_decide_on_refusal",
    "cannot_be_sent": "todo_what_is_missing",
    "condition_misfit": "todo_what_is_missing",
}
"""The words of what to do, by the reason of the step."""
