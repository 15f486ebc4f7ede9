"""What becomes of a step after an attempt: the rest of the machine's rules, as pure functions.

A step in doubt (nobody knows whether the body did it) is never simply sent again: the body is
asked, unless it does nothing twice for one key, and else a person asks.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from flows.composite_services.engine.transitions import AGAIN_IN_DOUBT
from models.environment.composite_steps import (
    Ask,
    CallStep,
    NotifyStep,
    Retry,
    SendStep,
    Step,
    UndoByCall,
)

Does = Literal["call", "ask", "undo", "ask_undo", "notify"]
Outcome = Literal[
    "done",
    "refused",
    "waits",
    "absent",
    "failed",
    "not_sent",
    "unanswered",
    "untrusted",
    "misfit",
]
ASK_EVERY = timedelta(minutes=1)
"""How often a body is asked that takes things in, where the definition says nothing of it."""
ASKS = 3
"""A step in doubt is asked about so many times as often as it may be sent."""


@dataclass(frozen=True)
class Came:
    """What came of an attempt. `worked` says of a failure whether the body may have done it."""

    outcome: Outcome
    worked: Literal["no", "maybe"] = "maybe"
    result: dict[str, Any] | None = None
    refusal: dict[str, Any] | None = None
    reference: str | None = None
    difference: str | None = None


@dataclass(frozen=True)
class Tried:
    """An attempt: what it did, when it ended, and what it comes after.

    `attempts` counts the sendings of the step, or of its undo, this one included, and `asks` the
    questions since the last of them; `sent_at` is when the step, or
    its undo, was last sent; `began_at` when it was first. `awaited` says that the body had taken
    it in before. A call that is out for longer than `lease` has ended in any case.
    """

    does: Does
    moment: datetime
    attempts: int
    sent_at: datetime
    began_at: datetime
    lease: timedelta
    asks: int = 0
    awaited: bool = False


@dataclass(frozen=True)
class Decision:
    """What the step becomes. `sets` are columns to be written; `case` what a person gets."""

    state: str
    reason: str
    next_at: datetime | None = None
    case: Literal["assistance", "incident"] | None = None
    sets: dict[str, Any] = field(default_factory=dict)


def decide(step: Step, tried: Tried, came: Came) -> Decision:
    """What the step becomes by what came of the attempt."""
    if isinstance(step, NotifyStep):
        return _after_notify(step, tried, came)
    if not isinstance(step, CallStep | SendStep):
        raise TypeError(f"a step of kind {step.kind} makes no calls")
    if tried.does in ("undo", "ask_undo"):
        return _after_undo(step, tried, came)
    settled = _settled(step, tried, came)
    if settled is not None:
        return settled
    return _after_ask(step, tried, came) if tried.does == "ask" else _after_call(step, tried, came)


def backoff(retry: Retry, attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubled each time, up to the longest."""
    doublings = min(max(attempts - 1, 0), 30)
    doubled: timedelta = retry.first_wait * int(2**doublings)
    return min(doubled, retry.longest_wait)


def _settled(step: CallStep | SendStep, tried: Tried, came: Came) -> Decision | None:
    """What holds of an answer that says it, however it came: done, refused, waits, misfit."""
    sets: dict[str, Any] = {} if came.reference is None else {"reference": came.reference}
    if came.outcome == "done":
        return Decision("done", "done", sets={**sets, "result": came.result or {}})
    if came.outcome == "refused":
        sets |= {"refusal": came.refusal}
        if step.on_refusal == "person":
            return Decision("person", "refused_for_person", case="assistance", sets=sets)
        return Decision("refused", "refused", sets=sets)
    if came.outcome == "misfit":
        return Decision("person", "misfit", case="assistance", sets=sets)
    if came.outcome == "waits":
        return _await(step, tried, sets)
    return None


def _await(step: CallStep | SendStep, tried: Tried, sets: dict[str, Any]) -> Decision:
    """Wait for the result: until it is asked for again, or until it is given up."""
    if isinstance(step, CallStep):
        if step.ask is None:
            return Decision("person", "misfit", case="assistance", sets=sets)
        return Decision("waiting", "awaited", tried.moment + ASK_EVERY, sets=sets)
    gives_up = tried.began_at + step.give_up_after
    if tried.moment >= gives_up:
        return Decision("person", "given_up", case="assistance", sets=sets)
    asks = step.ask is not None and step.ask_every is not None
    again = tried.moment + (step.ask_every or ASK_EVERY) if asks else gives_up
    return Decision("waiting", "awaited", min(again, gives_up), sets=sets)


def _after_call(step: CallStep | SendStep, tried: Tried, came: Came) -> Decision:
    if came.outcome == "not_sent" or (came.outcome == "failed" and came.worked == "no"):
        return _again(step, tried)
    if came.outcome == "untrusted" and step.ask is None:
        return Decision("person", "untrusted", case="assistance")
    return doubt(step, tried, trusted=came.outcome != "untrusted")


def doubt(step: CallStep | SendStep, tried: Tried, *, trusted: bool = True) -> Decision:
    """The step was sent, and nobody knows what came of it."""
    if trusted and (step.repeatable or not step.lasting):
        return _again(step, tried, AGAIN_IN_DOUBT)
    if step.ask is not None:
        return Decision("waiting", "in_doubt", tried.moment + backoff(step.retry, 1))
    return Decision("person", "unknown_whether_done", case="assistance")


def _again(step: CallStep | SendStep, tried: Tried, reason: str = "again") -> Decision:
    if tried.attempts >= step.retry.attempts:
        return Decision("person", "attempts_used_up", case="assistance")
    at_once = reason == "absent_so_again"
    wait = timedelta(0) if at_once else backoff(step.retry, tried.attempts)
    return Decision("ready", reason, tried.moment + wait)


def _after_ask(step: CallStep | SendStep, tried: Tried, came: Came) -> Decision:
    if tried.awaited:
        return _await(step, tried, {})
    if came.outcome == "absent" and _believed(tried):
        return _again(step, tried, "absent_so_again")
    if came.outcome == "absent":
        return Decision("waiting", "in_doubt", tried.sent_at + tried.lease)
    if tried.asks >= ASKS * step.retry.attempts:
        return Decision("person", "unknown_whether_done", case="assistance")
    return Decision("waiting", "in_doubt", tried.moment + backoff(step.retry, tried.asks))


def _believed(tried: Tried) -> bool:
    """Whether a body that has nothing of it can be believed: not while a call may be on its way."""
    return tried.moment >= tried.sent_at + tried.lease


def _after_undo(step: CallStep | SendStep, tried: Tried, came: Came) -> Decision:
    undo = step.undo
    if not isinstance(undo, UndoByCall):
        raise TypeError("only what is undone by a call is called for")
    if came.outcome == "done":
        return Decision("undone", "undone")
    if tried.asks >= ASKS * step.retry.attempts or came.outcome in ("refused", "misfit"):
        return _incident()
    if tried.does == "ask_undo":
        return _after_ask_undo(step, tried, came)
    later = tried.moment + backoff(step.retry, tried.attempts)
    if came.outcome == "not_sent" or (came.outcome == "failed" and came.worked == "no"):
        used_up = tried.attempts >= step.retry.attempts
        return _incident() if used_up else Decision("undoing", "undo_again", later)
    return undo_doubt(step, undo.ask, tried, trusted=came.outcome != "untrusted")


def undo_doubt(
    step: CallStep | SendStep, ask: Ask | None, tried: Tried, *, trusted: bool = True
) -> Decision:
    """The undo was sent, and nobody knows what came of it."""
    if ask is not None:
        return Decision("undoing", "undo_in_doubt", tried.moment + backoff(step.retry, 1))
    if trusted and step.repeatable and tried.attempts < step.retry.attempts:
        later = tried.moment + backoff(step.retry, tried.attempts)
        return Decision("undoing", "undo_again", later)
    return _incident()


def _after_ask_undo(step: CallStep | SendStep, tried: Tried, came: Came) -> Decision:
    if came.outcome == "absent" and _believed(tried):
        used_up = tried.attempts >= step.retry.attempts
        return _incident() if used_up else Decision("undoing", "undo_again", tried.moment)
    if came.outcome == "absent":
        return Decision("undoing", "undo_in_doubt", tried.sent_at + tried.lease)
    later = tried.moment + backoff(step.retry, tried.asks)
    return Decision("undoing", "undo_in_doubt", later)


def _incident() -> Decision:
    return Decision("undoing", "undo_failed", case="incident")


def _after_notify(step: NotifyStep, tried: Tried, came: Came) -> Decision:
    """Words that do not arrive never stop the rest; a message may come twice rather than never."""
    if came.outcome == "done":
        return Decision("done", "delivered")
    if tried.attempts >= step.retry.attempts:
        return Decision("done", "not_delivered")
    return Decision("ready", "again", tried.moment + backoff(step.retry, tried.attempts))
